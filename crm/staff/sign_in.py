"""Signing in: the lock-out, and audit rows for both outcomes.

Wrong passwords are counted in PostgreSQL: a dead cache must not open the door.
"""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.characters import tidy
from crm.staff import audit
from crm.staff.models import SignInFailure, User
from crm.staff.words import AuditAction


def sign_in_key(credentials: dict) -> str:
    """The name somebody tries to sign in with, folded, so that "Eve" and "eve" count together.

    What is locked is this name from this address.
    """
    name = credentials.get("username") or credentials.get("email") or ""
    # Cut to the width of the column: what was typed may be of any length.
    return str(name).strip().casefold()[:150]


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "locked": _(
            "Too many failed attempts. Please wait %(minutes)s minutes, or reset your password."
        ),
    }

    def pre_authenticate(self, request, **credentials):
        """Refuse to look at a password while the name is locked from this address."""
        # By name and address: somebody else's guesses must not lock the owner of the name out.
        failures = SignInFailure.objects.recent(
            name=sign_in_key(credentials), address=self.get_client_ip(request)
        )
        if failures.count() >= settings.SIGN_IN_TRIES:
            raise ValidationError(
                self.error_messages["locked"] % {"minutes": settings.SIGN_IN_LOCK_MINUTES},
                code="locked",
            )

    def authentication_failed(self, request, **credentials):
        """Count a wrong password, and write down when that locks the name."""
        name, address = sign_in_key(credentials), self.get_client_ip(request)
        SignInFailure.objects.create(name=name, address=address)

        failures = SignInFailure.objects.recent(name=name, address=address)
        # Written once, by the failure that locks; those after it change nothing.
        if failures.count() == settings.SIGN_IN_TRIES:
            audit.record(action=AuditAction.SIGN_IN_LOCKED, address=address)

    def post_login(self, request, user, **kwargs):
        """Clear this person's failures from here, and write the sign-in down."""
        response = super().post_login(request, user, **kwargs)
        address = self.get_client_ip(request)
        forget_failures(user, address)
        audit.record(action=AuditAction.SIGN_IN, by=user, on=user, address=address)
        return response

    @transaction.atomic
    def set_password(self, user, password):
        """Also write down that it was changed; a trigger ends what programs had signed in with."""
        super().set_password(user, password)
        audit.record(action=AuditAction.PASSWORD_CHANGE, by=user, on=user)

    def clean_username(self, username, shallow=False):
        """A name that nobody could take for another's."""
        username = super().clean_username(tidy(username), shallow)
        if not shallow and User.objects.looking_like(username).exists():
            raise self.validation_error("username_taken")
        return username


def forget_failures(user: User, address: str | None) -> None:
    """Delete the failures that came before a success, under either name of the user."""
    names = {user.username.casefold(), user.email.casefold()}
    SignInFailure.objects.filter(name__in=names, address=address).delete()


def forget_old_failures() -> int:
    """Delete failures that no longer count; returns how many."""
    deleted, _by_model = SignInFailure.objects.outdated().delete()
    return deleted
