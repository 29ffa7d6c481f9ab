"""How somebody shows that a record of the library is theirs: never by typing its number alone.

A code is printed at the desk, or a link goes to the address that the library holds. Neither is
stored: both are made anew from the portal's key to be compared, and end by themselves. Once a
record has an account no other one can claim it.
"""

import base64
import hmac
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.addresses import address_digest, keyed_digest
from core.refusals import Refused
from crm.imports.keys import keys_to
from crm.readers.models import Reader
from crm.readers.queries import PORTAL
from crm.staff import buckets
from crm.staff.models import User

#: A printed code holds so many days, a link one day.
CODE_DAYS = 30
LINK_HOLDS = timedelta(days=1)
#: Letters of a code: 60 bits that nobody guesses five at a time.
CODE_LENGTH = 12
#: Keeps these links apart from all else that the portal's key signs.
SALT = "claim"
#: What is made of a reader by itself, and goes with the row.
FOLLOWING = {"crm.SegmentMember"}


# --- the code from the desk -----------------------------------------------------------------------
def code_of(reader: Reader, days_ago: int = 0) -> str:
    """The code that the desk prints for the reader today, or that it printed some days ago.

    ``CODE_LENGTH`` capital letters and digits (base 32). A day is one of the library's zone.
    """
    day = timezone.localdate() - timedelta(days=days_ago)
    digest = keyed_digest(f"invitation {reader.pk} {day.isoformat()}")
    return base64.b32encode(digest).decode()[:CODE_LENGTH]


def in_groups(code: str) -> str:
    """ "ABCD-EFGH-IJKL", as it is printed and read; ``is_code_of`` takes it back."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def is_code_of(reader: Reader, typed: str) -> bool:
    """Whether the desk printed this code within the time it holds, however it is typed.

    Hyphens, blanks and small letters do not matter. Nothing says that a code was printed: each of
    the last ``CODE_DAYS`` days has one.
    """
    said = typed.replace("-", "").replace(" ", "").upper().encode()
    found = False
    # All of them, so that the time it takes says nothing.
    for days_ago in range(CODE_DAYS):
        found |= hmac.compare_digest(code_of(reader, days_ago).encode(), said)
    return found


# --- the link by mail -----------------------------------------------------------------------------
def token_of(reader: Reader, account: User) -> str:
    """What the link holds: whose record, for which account, by which address. Signed, no secret."""
    said = [reader.pk, account.pk, address_digest(reader.email).hex()]
    return signing.dumps(said, salt=SALT)


def reader_of_token(token: str, account: User) -> Reader:
    """The reader a link is about. One statement.

    Refused, always with the same words, for another account, a link that is too old or was changed,
    a reader who is not there any more, and an address that is not the reader's any more.
    """
    refused = Refused(_("This link does not hold any more, or was asked for by another account."))
    try:
        key, asked_by, digest = signing.loads(token, salt=SALT, max_age=LINK_HOLDS)
    except signing.BadSignature as error:
        raise refused from error
    reader = Reader.objects.filter(pk=key).first()
    if asked_by != account.pk or reader is None:
        raise refused
    # Whoever had the address before must not claim the record by an old letter.
    if address_digest(reader.email).hex() != digest:
        raise refused
    return reader


def link_letter(reader: Reader, account: User) -> tuple[str, str]:
    """(subject, text) of the letter with the link, in the reader's language.

    The link stands in the text with scheme and host.
    """
    page = reverse("crm:me-claim-link", args=[token_of(reader, account)])
    with translation.override(reader.language):
        subject = _("Is this your record at the library? The link is inside")
        values = {"page": f"{settings.BASE_URL}{page}"}
        text = render_to_string("crm/identity/mail/claim.txt", values)
    return subject, text


# --- what is asked for too often, and what cannot be joined ---------------------------------------
def refuse_too_often(number: str, *, by: User) -> None:
    """Raises Refused where this account, or all together for this number, have tried often today.

    Five each a day. Outside the transaction of the verb: what is refused counts as well.
    """
    wait = buckets.take("claims by account", str(by.pk), 5 / buckets.DAY, 5)
    if not wait:
        wait = buckets.take("claims of number", number, 5 / buckets.DAY, 5)
    if wait:
        raise Refused(_("Enough was tried for today. Please try again tomorrow."))


def refuse_other_record(own: Reader) -> None:
    """Raises Refused where the account's row is one of the library's: that one stays its own."""
    if own.source != PORTAL:
        raise Refused(_("Your account belongs to a record of the library already."))


def is_more_than_its_name(own: Reader) -> bool:
    """Whether something hangs on a row that an account made of itself: an answer, a choice.

    Asks every table with a key to readers until one has a row; what is made by itself does not
    count (``FOLLOWING``).
    """
    for model, field in keys_to(Reader):
        if model._meta.label in FOLLOWING:
            continue
        if model._base_manager.filter(**{field: own}).exists():
            return True
    return False
