"""How somebody shows that a record of the library is theirs: never by typing its number alone.

A code is printed at the desk, or a link goes to the address that the library holds; whoever has
confirmed that very address has shown it already. Neither code nor link is stored: both are made
anew from the portal's key to be compared, and end by themselves. Once a record has an account no
other one can claim it.
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

from core.addresses import address_digest, keyed_digest, masked, number_key
from core.refusals import Refused
from crm.imports.keys import keys_to
from crm.readers.models import Reader
from crm.readers.queries import PORTAL, holders_of
from crm.staff import buckets
from crm.staff.models import User

#: A printed code holds thirty days, a link one day.
CODE_HOLDS = timedelta(days=30)
LINK_HOLDS = timedelta(days=1)
#: Letters of a code: 60 bits that nobody guesses five at a time.
CODE_LENGTH = 12
#: What is counted apart from each other: links that are asked for, codes that are typed.
LINKS, CODES = "claim links", "claim codes"
#: Keeps these links apart from all else that the portal's key signs.
SALT = "claim"
#: What is made of a reader by itself, and goes with the row.
FOLLOWING = {"crm.SegmentMember"}


# --- the code from the desk -----------------------------------------------------------------------
def code_of(reader: Reader) -> str:
    """The code that the desk printed last for the reader; empty where none holds.

    ``CODE_LENGTH`` capital letters and digits (base 32). The next one that is printed is another
    one, and so is the next after it was withdrawn.
    """
    printed = reader.invited_at
    if printed is None or printed <= timezone.now() - CODE_HOLDS:
        return ""
    digest = keyed_digest(f"invitation {reader.pk} {printed.isoformat()}")
    return base64.b32encode(digest).decode()[:CODE_LENGTH]


def in_groups(code: str) -> str:
    """ "ABCD-EFGH-IJKL", as it is printed and read; ``is_code_of`` takes it back."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def is_code_of(reader: Reader, typed: str) -> bool:
    """Whether this is the code that the desk printed last and that still holds, however it is
    typed: hyphens, blanks and small letters do not matter.
    """
    said = typed.replace("-", "").replace(" ", "").upper().encode()
    code = code_of(reader).encode()
    return bool(code) and hmac.compare_digest(code, said)


# --- the link by mail -----------------------------------------------------------------------------
def token_of(reader: Reader, account: User, asked_by: str = "") -> str:
    """What the link holds: whose record, for which account, by which address, and from which
    browser it was asked (``same_browser.digest_of``). Signed, no secret.
    """
    said = [reader.pk, account.pk, address_digest(reader.email).hex(), asked_by]
    return signing.dumps(said, salt=SALT)


def reader_of_token(token: str, account: User) -> tuple[Reader, str]:
    """The reader a link is about, and the digest of the browser that asked. One statement.

    Refused, always with the same words, for another account, a link that is too old or was changed,
    a reader who is not there any more, and an address that is not the reader's any more.
    """
    refused = Refused(_("This link does not hold any more, or was asked for by another account."))
    try:
        key, asking, digest, asked_by = signing.loads(token, salt=SALT, max_age=LINK_HOLDS)
    except (signing.BadSignature, ValueError) as error:
        raise refused from error
    reader = Reader.objects.filter(pk=key).first()
    if asking != account.pk or reader is None:
        raise refused
    # Whoever had the address before must not claim the record by an old letter.
    if address_digest(reader.email).hex() != digest:
        raise refused
    return reader, asked_by


def link_letter(reader: Reader, account: User, asked_by: str) -> tuple[str, str]:
    """(subject, text) of the letter with the link, in the reader's language.

    The link stands in the text with scheme and host, and beside it which account asked.
    """
    page = reverse("crm:me-claim-link", args=[token_of(reader, account, asked_by)])
    with translation.override(reader.language):
        subject = _("Is this your record at the library? The link is inside")
        values = {"page": f"{settings.BASE_URL}{page}", "account": account_in_words(account)}
        text = render_to_string("crm/identity/mail/claim.txt", values)
    return subject, text


def account_in_words(account: User) -> str:
    """Which account somebody is signed in with: its address, masked, or the name of one without."""
    return masked(account.email) if account.email else str(account)


# --- the address that was confirmed ---------------------------------------------------------------
def offered_to(account: User) -> Reader | None:
    """The one record of the library that holds the address which this account has confirmed.

    None for staff, where no record or several hold it, where it has an account already, and for
    the account's own. A few statements.
    """
    if account.is_library_staff:
        return None
    shown = account.emailaddress_set.filter(verified=True, primary=True)
    addresses = list(shown.values_list("email", flat=True))
    if not addresses:
        return None
    held = holders_of(addresses).exclude(source=PORTAL).filter(email_made=False)
    found = list(held.order_by("pk")[:2])
    if len(found) != 1 or found[0].user_id is not None:
        return None
    return found[0]


# --- what is asked for too often, and what cannot be joined ---------------------------------------
def refuse_too_often(number: str, *, kind: str, by: User) -> None:
    """Raises Refused where this account, or all together for this number, have tried often today.

    ``kind``: LINKS or CODES, each five a day: whoever guesses at a code keeps nobody from asking
    for a link. Outside the transaction of the verb: what is refused counts as well.
    """
    wait = buckets.take(f"{kind} by account", str(by.pk), 5 / buckets.DAY, 5)
    if not wait:
        wait = buckets.take(f"{kind} of number", number_key(number), 5 / buckets.DAY, 5)
    if wait:
        raise Refused(_("Enough was tried for today. Please try again tomorrow."))


def has_letters_enough(reader: Reader) -> bool:
    """Whether the reader was sent five such letters within a day, by whichever of their numbers
    and by whoever asked. Asking counts.
    """
    return buckets.take("claim letters", str(reader.pk), 5 / buckets.DAY, 5) > 0


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
