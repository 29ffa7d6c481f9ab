"""The letters of this room: a code to whoever says that an address is theirs, and the invitation of
somebody whose guardian agreed at the desk.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from allauth.account import app_settings as account_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.addresses import address_key, keyed_digest
from core.refusals import Refused
from crm.library.chosen import letters_language
from crm.privacy.models import NewAddress
from crm.readers.models import Reader
from crm.staff import audit, buckets
from crm.staff.models import User
from crm.staff.queries import has_account
from crm.staff.words import AuditAction

#: How often in a day one account is told that an address has an account already.
REFUSED_A_DAY = 20
HAS_ACCOUNT = gettext_lazy("There is an account with this address already.")
#: Digits of a code; five wrong ones end it.
DIGITS = 8


def code_of(asked: NewAddress) -> str:
    """The code that was sent: computed and stored nowhere, another one for each asking."""
    digest = keyed_digest(f"address {asked.pk} {asked.address} {asked.asked_at.isoformat()}")
    return str(int.from_bytes(digest[:8]) % 10**DIGITS).zfill(DIGITS)


def is_code_of(asked: NewAddress, typed: str) -> bool:
    """In constant time: how long it takes must not tell how much of a guess was right.

    ``typed`` without spaces. How often somebody may try is not asked here.
    """
    return hmac.compare_digest(code_of(asked).encode(), typed.encode())


def code_letter(asked: NewAddress) -> tuple[str, str]:
    """(subject, text) of the letter with the code, in the reader's language."""
    with translation.override(asked.reader.language):
        subject = _("Is this your address? The code is inside")
        values = {"code": code_of(asked), "page": f"{settings.BASE_URL}/me/address/"}
        text = render_to_string("crm/privacy/mail/address_code.txt", values)
    return subject, text


def refuse_too_often(address: str, *, by: User) -> None:
    """Raises Refused where this account, or everybody together for this mailbox, has had letters
    with codes sent very often: the mailbox may be a stranger's.
    """
    # Outside the transaction of the verb, see crm.staff.buckets; in turn, so that an account that
    # is refused takes nothing from the mailbox.
    wait = buckets.take("codes by account", str(by.pk), 5 / buckets.DAY, 5)
    if not wait:
        wait = buckets.take("codes to mailbox", address_key(address), 3 / buckets.DAY, 3)
    if wait:
        raise Refused(_("Enough letters were sent for today. Please try again tomorrow."))


# --- a child whose guardian agreed ----------------------------------------------------------------
def refuse_known_address(email: str, *, by: User) -> None:
    """Raises Refused where an account has this address, and where ``by`` has asked often today.

    What the desk's form refuses says who has an account: so it is limited and in the trail, which
    a refused ``open_for_child`` would have rolled back.
    """
    if not has_account(email):
        return
    rate = REFUSED_A_DAY / buckets.DAY
    if buckets.take("known addresses", str(by.pk), rate, REFUSED_A_DAY):
        raise Refused(_("Too many addresses with an account for today. Please try again tomorrow."))
    audit.record(action=AuditAction.READER_GUARDIAN_REFUSED, by=by)
    raise Refused(HAS_ACCOUNT)


@dataclass(frozen=True)
class ChildNamed:
    """Somebody under fourteen. No day of birth: it would be one more thing to keep."""

    name: str
    email: str


@dataclass(frozen=True)
class GuardianWord:
    """Who agreed, as what to the child, on which day, and to which purposes of mail."""

    guardian: str
    relation: str
    day: date
    purposes: Sequence[str]


def guardian_in_words(said: GuardianWord) -> str:
    """As the ledger keeps it, in the library's own language."""
    with translation.override(letters_language()):
        return _("Guardian's consent at the desk: %(guardian)s (%(relation)s), %(day)s") % {
            "guardian": said.guardian,
            "relation": said.relation,
            "day": date_format(said.day),
        }


def invitation(reader: Reader) -> tuple[str, str]:
    """(subject, text) of the letter with the link by which a first password is chosen."""
    with translation.override(reader.language):
        subject = _("Your account at the library: choose a password")
        values = {
            "page": password_page(reader.user),
            "username": reader.user.username,
            "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 3600),
        }
        text = render_to_string("crm/privacy/mail/invitation.txt", values)
    return subject, text


def password_page(user: User) -> str:
    """The address where a password is chosen, good once."""
    key = account_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    named = {"uidb36": user_pk_to_url_str(user), "key": key}
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=named)
