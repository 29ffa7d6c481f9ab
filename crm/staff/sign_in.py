"""Signing in: the lock after five wrong entries, and audit rows for both outcomes.

Everything is counted in PostgreSQL: a dead cache neither opens the door nor shuts it.
"""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import visitors
from core.addresses import address_key
from core.characters import tidy
from crm.staff import audit, buckets, guesses, second_factor, slowing
from crm.staff.models import User
from crm.staff.queries import accounts_named, name_in
from crm.staff.words import AuditAction

log = logging.getLogger(__name__)

#: Mails that anybody can have sent to an address they type, at most five at once and then one in an
#: hour: a form must not fill somebody's mailbox. The others tell of something that happened.
ASKED_FOR_BY_ANYBODY = {
    "account/email/account_already_exists",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/link_for_new",
    "account/email/no_link",
    "account/email/password_reset_key",
    "account/email/sign_in_link",
    "account/email/unknown_account",
}

#: Wrong entries an hour that have rows in the audit trail: of one account, of names nobody has.
MOST_FAILURES, MOST_FAILURES_OF_NOBODY = 5, 60


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "locked": _(
            "Too many wrong entries for this account. For %(minutes)s minutes nothing is accepted,"
            " not even the right password. You can also reset the password: the link in the mail"
            " lets you in at once."
        ),
        # As the app and the page call it; allauth's Chinese reads like the number of a fault.
        "incorrect_code": _("This code is not right."),
    }

    def get_client_ip(self, request) -> str | None:
        """The visitor's address, as it is found everywhere else.

        None where the connection has none.
        """
        return visitors.address_of(request)

    def authenticate(self, request, **credentials) -> User | None:
        """The user with this name and password. Raises ValidationError while the name is locked."""
        name = name_in(credentials)
        users = accounts_named(name)
        counted = self.claim(guesses.keys_for(name, users))

        user = super().authenticate(request, accounts=users, **credentials)
        self.settle(request, counted, users, "password", right=user is not None)
        return user

    def pre_authenticate(self, request, **credentials):
        """Nothing: allauth would count here in the cache what ``authenticate`` counts above."""

    def reauthenticate(self, user, password) -> bool:
        """Whether this is the password of somebody who is signed in; counted as at the door."""
        counted = self.claim([guesses.key_of(user)])
        is_right = user.check_password(password)
        self.settle(self.request, counted, [user], "password", right=is_right)
        if is_right:
            # As at the sign-in, what may do more has another key.
            self.request.session.cycle_key()
        return is_right

    def use_code(self, request, user: User, code: str) -> Authenticator | None:
        """The second factor that the code is of, or None; counted with the passwords."""
        key = guesses.key_of(user)
        if came_by_reset_link(request, user):
            key = guesses.key_after_reset(user)
        counted = self.claim([key])

        used = second_factor.use_code(user, code)
        self.settle(request, counted, [user], "code", right=used is not None)
        return used

    def claim(self, keys: list[str]) -> list[str]:
        """Count a try. Raises ValidationError, in words for the visitor, where none is allowed."""
        try:
            return guesses.claim(keys)
        except guesses.Locked:
            minutes = {"minutes": settings.SIGN_IN_LOCK_MINUTES}
            raise ValidationError(self.error_messages["locked"] % minutes, code="locked") from None

    def settle(
        self, request, counted: list[str], users: list[User], factor: str, *, right: bool
    ) -> None:
        """What follows from a try: a right one is given back, a wrong one counts and may lock."""
        if right:
            guesses.give_back(counted)
            return
        slowing.count_failure(visitors.network_of(request))
        note_failure(users, factor, visitors.address_of(request))
        if guesses.keep(counted):
            self.tell_lock(request, users)

    def tell_lock(self, request, users: list[User]) -> None:
        """Write the lock down, and tell whose account it is.

        One row in the trail for each account, or one without an account; letters only where there
        is an address.
        """
        address = visitors.address_of(request)
        for user in users or [None]:
            audit.record(action=AuditAction.SIGN_IN_LOCKED, on=user, address=address)
        for user in users:
            if user.email:
                self.write_of_lock(user)

    def write_of_lock(self, user: User) -> None:
        """A letter to the owner of a locked account."""
        # Who keeps guessing locks again and again; three letters and then four a day will do.
        are_enough = buckets.take("lock letters", str(user.pk), 4 / buckets.DAY, 3)
        if are_enough:
            return
        self.send_notification_mail("account/email/locked", user, email=user.email)

    def send_mail(self, template_prefix, email, context):
        """As often as is meant; how it goes out is known by the room of letters.

        Called by allauth. Past the limit nothing is sent, and a line of the log says so; the page
        answers as always.
        """
        if is_asked_too_often(template_prefix, email):
            log.warning("%s: this address was sent five letters already", template_prefix)
            return
        self.hand_over(template_prefix, email, context)

    def hand_over(self, template_prefix: str, email: str, context: dict) -> None:
        """Write a mail for which nothing speaks against sending it (crm/letters/account.py).

        ``template_prefix`` is allauth's name of the mail, ``context`` what its templates print.
        """
        raise NotImplementedError

    def clear_by_reset(self, user: User) -> None:
        """The reset link was followed: the lock goes, thrice at once and then three times a day.

        Without that limit whoever holds the mailbox could try the second factor without end.
        """
        if not buckets.take("resets", str(user.pk), 3 / buckets.DAY, 3):
            guesses.forget(user)

    def post_login(self, request, user, **kwargs):
        """Clear this person's failures, and write the sign-in down."""
        response = super().post_login(request, user, **kwargs)
        guesses.forget(user)
        audit.record(
            action=AuditAction.SIGN_IN,
            by=user,
            on=user,
            address=visitors.address_of(request),
            factors=factors_of(request, user),
        )
        note_proof(request, user)
        return response

    @transaction.atomic
    def set_password(self, user, password):
        """Also write down that it was changed; a trigger ends what programs had signed in with."""
        super().set_password(user, password)
        audit.record(action=AuditAction.PASSWORD_CHANGE, by=user, on=user)

    def clean_username(self, username, shallow=False):
        """A name that nobody could take for another's.

        ValidationError for one that is taken or refused. ``shallow`` is allauth's word for: without
        asking the database.
        """
        username = super().clean_username(tidy(username), shallow)
        if not shallow and User.objects.looking_like(username).exists():
            raise self.validation_error("username_taken")
        return username


def is_asked_too_often(template_prefix: str, email: str) -> bool:
    """True for a mail that this address was sent very often, at the wish of somebody unknown.

    Five at once and one an hour after that, for each address. Asking counts; other kinds of mail
    are not counted.
    """
    if template_prefix not in ASKED_FOR_BY_ANYBODY:
        return False
    wait = buckets.take("letters asked for", address_key(email), 1 / buckets.HOUR, 5)
    return wait > 0


def note_failure(users: list[User], factor: str, address: str | None) -> None:
    """Write a wrong entry down: each as a line of the log, so many an hour in the audit trail.

    Rows of the trail stay until the retention clock takes them (three years, unless the library
    chose another term), and whoever guesses must not fill it.
    """
    for user in users or [None]:
        account = getattr(user, "pk", None)
        log.warning("wrong %s for account %s", factor, account or "unknown")
        most = MOST_FAILURES if user else MOST_FAILURES_OF_NOBODY
        if not buckets.take("failures", str(account), most / buckets.HOUR, most):
            audit.record(action=AuditAction.SIGN_IN_FAILED, on=user, address=address, factor=factor)


def factors_of(request, user: User) -> list[str]:
    """What somebody signed in with: "password", "totp", "recovery_codes", "password_reset".

    In the order in which they were used; empty for a session of before allauth.
    """
    records = get_authentication_records(request, user)
    return [record.get("type", record["method"]) for record in records]


def note_proof(request, user: User) -> None:
    """A password that was typed at the sign-in just now is as good as one asked for again.

    allauth counts only what is asked for again: whoever had just signed in typed their password
    twice. It holds for ACCOUNT_REAUTHENTICATION_TIMEOUT seconds; who came by a reset link is asked.
    """
    records = get_authentication_records(request, user)
    if any(record["method"] == "password" for record in records):
        reauthenticate_by_password(request)


def came_by_reset_link(request, user: User) -> bool:
    """True where somebody came in by the link of a reset mail and not by a password.

    By the last record of the session.
    """
    records = get_authentication_records(request, user)
    return bool(records) and records[-1]["method"] == "password_reset"


def forget_old_counters() -> int:
    """Delete counters and buckets that say nothing any more; returns how many.

    Safe to call at any time: what still counts stays.
    """
    return guesses.forget_outdated() + buckets.forget_full()
