"""Account mail as letters: no page of sign-up, reset or second factor waits for a mail server."""

from types import SimpleNamespace
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.encoding import force_str
from django.utils.translation import gettext

from crm.letters.backend import write_message
from crm.letters.models import LetterKind
from crm.library.chosen import letters_language
from crm.library.naming import library_name
from crm.staff import sign_in
from crm.staff.buckets import DAY
from crm.staff.models import User
from crm.staff.queries import accounts_named

#: Mails of ours, named as allauth names its own.
SIGN_IN_LINK = "account/email/sign_in_link"
LINK_FOR_NEW = "account/email/link_for_new"
NO_LINK = "account/email/no_link"
#: What allauth calls its mails, by their beginning; all others tell of a change.
KINDS = {
    "account/email/email_confirmation": LetterKind.ACCOUNT_VERIFY,
    "account/email/password_reset_key": LetterKind.ACCOUNT_RESET,
    "account/email/password_reset_code": LetterKind.ACCOUNT_RESET,
    SIGN_IN_LINK: LetterKind.ACCOUNT_RESET,
    LINK_FOR_NEW: LetterKind.ACCOUNT_RESET,
    NO_LINK: LetterKind.ACCOUNT_RESET,
}
#: Mails to whoever has the page open and no account so far: in the language of that page.
TO_NOBODY_KNOWN = frozenset(
    {
        "account/email/email_confirmation_signup",
        "account/email/unknown_account",
        LINK_FOR_NEW,
    }
)


class AccountLetters(sign_in.AccountAdapter):
    """Our rules for signing in, with letters in the place of mails."""

    def hand_over(self, template_prefix: str, email: str, context: dict) -> None:
        """Put the mail down as a row, in the transaction of what it tells of, and in the language
        of whoever receives it: somebody else may have pressed the button.
        """
        with translation.override(_language_of(template_prefix, email, context)):
            values = {
                "request": self.request,
                "email": email,
                "current_site": our_site(),
                "link_days": settings.PASSWORD_RESET_TIMEOUT // DAY,
            } | context
            message = self.render_mail(template_prefix, email, values)
            write_message(message, kind=kind_of(template_prefix), reader=_reader_of(context))

    def format_email_subject(self, subject: str) -> str:
        """As allauth's own, under the library's name in place of the machine's address.

        In brackets before it; the subject may be a lazy text.
        """
        return f"[{our_site().name}] {force_str(subject)}"

    def send_notification_mail(self, template_prefix, user, context=None, email=None) -> None:
        """As allauth's own; whose account it is goes on to the letter.

        Among what the templates print it is ``user``, by which the letter finds its reader.
        """
        values = {"user": user} | (context or {})
        super().send_notification_mail(template_prefix, user, values, email)

    def write_sign_in_link(self, user: User, page: str, minutes: int) -> None:
        """Mail the address of a page that signs its reader in, which holds so many minutes.

        Past the limit of ``send_mail`` nothing is written.
        """
        values = {"user": user, "page": page, "minutes": minutes}
        self.send_mail(SIGN_IN_LINK, user.email, values)

    def write_link_for_new(self, address: str, page: str, minutes: int) -> None:
        """Mail the address of a page that opens an account, to somebody who has none."""
        self.send_mail(LINK_FOR_NEW, address, {"page": page, "minutes": minutes})

    def write_no_link(self, address: str) -> None:
        """Mail that no link opens the account with this address: it needs its password."""
        self.send_mail(NO_LINK, address, {})


def our_site() -> SimpleNamespace:
    """What allauth's texts call the sender: the library by its name, not the machine's address.

    With ``name`` and ``domain``; in the present language. Without LIBRARY_NAME "The library".
    """
    domain = urlsplit(settings.BASE_URL).netloc
    name = library_name() or gettext("The library")
    return SimpleNamespace(domain=domain, name=name)


def _language_of(template_prefix: str, email: str, context: dict) -> str | None:
    """The language of a mail: that of the page for who has no account so far; the reader's own of
    an account that is a reader's; else that in which the library writes to who has chosen none.
    """
    if template_prefix in TO_NOBODY_KNOWN:
        return translation.get_language()
    owners = [context["user"]] if "user" in context else accounts_named(email)
    for owner in owners:
        if hasattr(owner, "reader"):
            return owner.reader.language
    return letters_language()


def kind_of(template_prefix: str) -> LetterKind:
    """What a mail of allauth's is for.

    By the beginning of allauth's name for it; a notice about the account where none fits.
    """
    for beginning, kind in KINDS.items():
        if template_prefix.startswith(beginning):
            return kind
    return LetterKind.ACCOUNT_NOTICE


def _reader_of(context: dict):
    """The reader whose account a mail speaks of, where it has one."""
    user = context.get("user")
    if not isinstance(user, User):
        return None
    return getattr(user, "reader", None)
