from django.db import transaction

from crm.staff import audit
from crm.staff.models import Campus, User


class OwnRole(Exception):
    """Nobody takes the administrator's role, or the account, from themself."""


@transaction.atomic
def change_user(*, user: User, role: str, campus: Campus | None, is_active: bool, by: User) -> None:
    """Set what ``user`` may do. Raises OwnRole when administrators would shut themselves out."""
    if user.pk == by.pk and (role != User.Role.ADMINISTRATOR or not is_active):
        raise OwnRole
    stored = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    before = {"role": stored.role, "campus": stored.campus_id, "active": stored.is_active}
    stored.role, stored.campus, stored.is_active = role, campus, is_active
    stored.save(update_fields=["role", "campus", "is_active"])
    after = {"role": role, "campus": campus.pk if campus else None, "active": is_active}
    if before != after:
        audit.record(action="user.change", by=by, on=stored, before=before, after=after)
