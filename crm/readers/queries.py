"""Questions about readers that need more than one model, and who may be mailed, in SQL.

``Reader.objects.mailable()`` is the rule; the fragments below say the same over a row ``r`` of
crm_reader, for statements that write many rows at once.
"""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

from django.db.models import QuerySet

from core.addresses import address_digests
from crm.readers.models import ADDRESS_FIELDS, ContactChannel, Reader, Suppression

#: Tables that statements of other apps may name.
READABLE = ("crm_reader", "crm_activity")
EMAIL = ContactChannel.EMAIL


class NotMailable(StrEnum):
    """Why somebody may not be mailed, as the code that is stored with what was not sent."""

    LEFT = "left"
    NO_ADDRESS = "no_address"
    NO_CONSENT = "no_consent"
    SUPPRESSED = "suppressed"


ACTIVE = f"r.state = '{Reader.State.ACTIVE}'"
#: Takes the parameter ``suppressed``: ``Reader.objects.suppressed()``, or [] where the addresses
#: are looked up afterwards by ``suppressed_among``.
SUPPRESSED = "r.id = ANY(%(suppressed)s)"


def addressed(channel: str) -> str:
    """SQL: has an address on ``channel``."""
    return f"r.{ADDRESS_FIELDS[ContactChannel(channel)]} <> ''"


def consenting(channel: str) -> str:
    """SQL: allowed ``channel``."""
    return f"r.consents @> ARRAY['{ContactChannel(channel)}']::varchar[]"


def allowed(channel: str) -> str:
    """SQL of ``models.allowed_by``."""
    return f"({ACTIVE} AND {addressed(channel)} AND {consenting(channel)})"


#: SQL of ``Reader.objects.mailable()``; takes ``suppressed``.
MAILABLE = f"({allowed(EMAIL)} AND NOT {SUPPRESSED})"
#: The first reason why not, as a code of NotMailable; empty for who may be mailed.
WHY_NOT_MAILABLE = f"""
CASE WHEN NOT {ACTIVE} THEN '{NotMailable.LEFT}'
     WHEN NOT {addressed(EMAIL)} THEN '{NotMailable.NO_ADDRESS}'
     WHEN NOT {consenting(EMAIL)} THEN '{NotMailable.NO_CONSENT}'
     WHEN {SUPPRESSED} THEN '{NotMailable.SUPPRESSED}'
     ELSE '' END
"""


def suppressed_among(addresses: Iterable[tuple[int, str]]) -> set[int]:
    """Of (key, e-mail address) the keys whose address is on the suppression list, in one query."""
    # Several readers may share an address, and an address has a digest in each of its forms.
    keys_of = defaultdict(set)
    for key, address in addresses:
        for digest in address_digests(address):
            keys_of[digest].add(key)

    listed = Suppression.objects.filter(channel=EMAIL, digest__in=list(keys_of))
    suppressed = set()
    for digest in listed.values_list("digest", flat=True):
        suppressed |= keys_of[bytes(digest)]
    return suppressed


def may_be_mailed(reader: Reader) -> bool:
    """The rule for one reader as loaded: active, with an address, consent to e-mail, not
    suppressed.
    """
    row_allows = reader.state == Reader.State.ACTIVE and bool(reader.email) and reader.allows(EMAIL)
    if not row_allows:
        return False
    return not Suppression.objects.for_email(reader.email).exists()


def may_open_every_reader(user) -> bool:
    """Whether ``visible_to`` keeps nobody from this user, so that a page may count readers exactly
    (docs/disclosure.md).
    """
    return user.can("readers.view") and not user.campus_id


def reader_for(user) -> Reader:
    """The reader this user is.

    Somebody who signed up by themselves becomes a public reader of source ``portal``.
    """
    known = Reader.objects.filter(user=user).first()
    if known is not None:
        return known

    # By number, which is unique: of two first requests at once both get the same row.
    reader, _created = Reader.objects.get_or_create(
        source="portal",
        number=f"u{user.pk}",
        defaults={
            "kind": Reader.Kind.PUBLIC,
            "name": user.display_name or user.username,
            "email": user.email,
            "user": user,
        },
    )
    return reader


def segments_to_filter_by() -> QuerySet:
    """All segments, for the filter of the reader list.

    Segments are a later room, so they are reached through the relation that points here.
    """
    membership = Reader._meta.get_field("memberships").related_model
    segment = membership._meta.get_field("segment").related_model
    return segment.objects.all()
