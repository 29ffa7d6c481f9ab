"""Verbs on the people who sign in."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.staff import audit, guesses
from crm.staff.models import Campus, User
from crm.staff.words import AuditAction


@transaction.atomic
def change_user(*, user: User, role: str, campus: Campus | None, is_active: bool, by: User) -> None:
    """Set what ``user`` may do.

    Another role, or none, ends what was signed in under the one before: sessions by
    ``User.get_session_auth_hash``, tokens by a trigger. Whoever is no administrator any more has
    no door to Django's admin either.
    Refused when administrators would take the role, or the account, from themself: the last one
    could not give it back.
    """
    stays_administrator = role == User.Role.ADMINISTRATOR and is_active
    if user.pk == by.pk and not stays_administrator:
        raise Refused(_("You cannot take the administrator's role from yourself."))

    # The instance of a form already holds the new values; what was before stands in the row.
    stored = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    before = _rights_of(stored)

    stored.role, stored.campus, stored.is_active = role, campus, is_active
    if role != User.Role.ADMINISTRATOR:
        stored.is_staff = stored.is_superuser = False
    changed = ["role", "campus", "is_active", "is_staff", "is_superuser"]
    stored.save(update_fields=changed)

    after = _rights_of(stored)
    # Saving a form unchanged is no event.
    if before != after:
        audit.record(action=AuditAction.USER_CHANGE, by=by, on=stored, before=before, after=after)


@transaction.atomic
def retire_demonstration(*, by: User | None) -> list[str]:
    """Shut out every account that a demonstration made; returns their names.

    What they did keeps their name. ``by`` is None on the command line.
    """
    accounts = list(User.objects.of_demonstrations().select_for_update(of=("self",)))
    for account in accounts:
        before = _rights_of(account)
        account.role, account.is_active = User.Role.READER, False
        account.is_staff = account.is_superuser = False
        account.set_unusable_password()
        account.save()
        after = _rights_of(account)
        audit.record(action=AuditAction.USER_CHANGE, by=by, on=account, before=before, after=after)
    return [account.username for account in accounts]


@transaction.atomic
def unlock(*, user: User, by: User) -> None:
    """Let ``user`` try to sign in again, before the lock ends by itself.

    Forgets the tries that were counted about the account. Written to the audit trail only where
    there were some.
    """
    if guesses.forget(user):
        audit.record(action=AuditAction.SIGN_IN_UNLOCKED, by=by, on=user)


@transaction.atomic
def trust(*, user: User, by: User) -> None:
    """No longer suspect an account that looked as if a program had opened it.

    Written to the audit trail only where the account was suspected.
    """
    if User.objects.filter(pk=user.pk).exclude(suspected="").update(suspected=""):
        audit.record(action=AuditAction.USER_TRUST, by=by, on=user)


def _rights_of(user: User) -> dict[str, str | int | bool | None]:
    """What the audit row says of the rights, campus by its key."""
    return {"role": user.role, "campus": user.campus_id, "active": user.is_active}
