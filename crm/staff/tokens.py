"""What programs sign in with, and its end."""

from django.db import transaction
from rest_framework.authtoken.models import Token

from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def revoke_tokens(*, user: User, by: User | None) -> None:
    """Make what was signed in for programs worthless.

    Whoever signs in again does so by the password and the second factor of that time.
    """
    revoked, _models = Token.objects.filter(user=user).delete()
    if revoked:
        audit.record(action=AuditAction.TOKEN_REVOKED, by=by, on=user)
