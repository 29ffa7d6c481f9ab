"""Questions about readers that need more than one model, and who may be mailed, in SQL.

``Reader.objects.mailable()`` is the rule; the fragments below say the same over a row ``r`` of
crm_reader, for statements that write many rows at once.
"""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from itertools import chain

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import get_language, gettext

from core.addresses import (
    address_digests,
    address_key,
    mailbox_spellings,
    telephone_key,
)
from core.characters import folded
from core.columns import keys_of
from core.refusals import Refused
from crm.library.chosen import letters_language
from crm.readers.models import (
    ADDRESS_FIELDS,
    LAST_DIGITS,
    ContactChannel,
    Reader,
    Suppression,
    is_stopped,
    last_digits,
    permission,
    permissions_for,
)

#: Tables that statements of other apps may name.
READABLE = (
    "crm_reader",
    "crm_activity",
    "crm_consentevent",
    "crm_foldedmonth",
    "crm_monthcount",
    "crm_formeraddress",
)
EMAIL = ContactChannel.EMAIL
#: The source of rows that an account made of itself.
PORTAL = "portal"


class NotMailable(StrEnum):
    """Why somebody may not be mailed, as the code that is stored with what was not sent."""

    LEFT = "left"
    NO_ADDRESS = "no_address"
    NO_CONSENT = "no_consent"
    STOPPED = "stopped"
    UNDELIVERABLE = "undeliverable"
    SUPPRESSED = "suppressed"
    SAME_MAILBOX = "same_mailbox"
    FREQUENCY = "frequency"
    FREQUENCY_SINCE = "frequency_since"
    PROGRAMME = "programme"


ACTIVE = f"r.state = '{Reader.State.ACTIVE}'"
#: Takes the parameter ``suppressed``: ``Reader.objects.suppressed(purpose)``, or [] where the
#: addresses are looked up afterwards by ``suppressed_among``.
SUPPRESSED = "r.id = ANY(%(suppressed)s)"
#: Takes the parameter ``permission``, see ``mail_permission``.
PERMITTED = "r.consents @> ARRAY[%(permission)s]::varchar[]"


def mail_permission(purpose: str) -> str:
    """What stands in the row of whoever allows mail for ``purpose``."""
    return permission(EMAIL, purpose)


def addressed(channel: str) -> str:
    """SQL: has an address on ``channel``."""
    return f"r.{ADDRESS_FIELDS[ContactChannel(channel)]} <> ''"


#: SQL of ``models.is_stopped``: staff have stopped everything to this reader.
STOPPED = """
(r.stop_reason <> '' AND (r.stop_until IS NULL OR r.stop_until > statement_timestamp()))
"""
#: No letter has come back from the address, or been refused for what it is.
DELIVERABLE = "r.email_trouble = ''"


def consenting(channel: str, purpose: str = "") -> str:
    """SQL: allowed ``channel`` for ``purpose`` or, where none is named, for any."""
    said = ", ".join(f"'{one}'" for one in permissions_for(channel, purpose))
    return f"r.consents && ARRAY[{said}]::varchar[]"


def allowed(channel: str, purpose: str = "") -> str:
    """SQL of ``models.allowed_by`` over a row ``r`` of readers."""
    rule = f"{ACTIVE} AND {addressed(channel)} AND {consenting(channel, purpose)}"
    rule += f" AND NOT {STOPPED}"
    if channel == EMAIL:
        rule += f" AND {DELIVERABLE}"
    return f"({rule})"


#: SQL of ``Reader.objects.mailable(purpose)``; takes ``permission`` and ``suppressed``.
MAILABLE = (
    f"({ACTIVE} AND {addressed(EMAIL)} AND {PERMITTED} AND NOT {STOPPED} AND {DELIVERABLE}"
    f" AND NOT {SUPPRESSED})"
)
#: The first reason why not, as a code of NotMailable; empty for who may be mailed.
WHY_NOT_MAILABLE = f"""
CASE WHEN NOT {ACTIVE} THEN '{NotMailable.LEFT}'
     WHEN NOT {addressed(EMAIL)} THEN '{NotMailable.NO_ADDRESS}'
     WHEN NOT {PERMITTED} THEN '{NotMailable.NO_CONSENT}'
     WHEN {STOPPED} THEN '{NotMailable.STOPPED}'
     WHEN NOT {DELIVERABLE} THEN '{NotMailable.UNDELIVERABLE}'
     WHEN {SUPPRESSED} THEN '{NotMailable.SUPPRESSED}'
     ELSE '' END
"""
#: Addresses with another form beside the one that is stored: letters beyond ASCII, domains in ASCII
#: that stand for others. Few rows have one.
OF_SEVERAL_FORMS = r"""
SELECT id, email FROM crm_reader WHERE email ~ '[^\x01-\x7f]' OR email ILIKE '%xn--%'
"""
#: Addresses that stand in several rows, and those that stand for one of the ``keys``.
SHARED = """
SELECT id, email
FROM crm_reader
WHERE email <> ''
  AND (lower(email) = ANY(%(keys)s)
       OR lower(email) IN (
           SELECT lower(email) FROM crm_reader WHERE email <> ''
           GROUP BY lower(email) HAVING count(*) > 1))
"""


def suppressed_among(addresses: Iterable[tuple[int, str]], purpose: str) -> set[int]:
    """Of (key, e-mail address) the keys whose address is on the suppression list for ``purpose``,
    in one query.
    """
    # Several readers may share an address, and an address has a digest in each of its forms.
    keys_of = defaultdict(set)
    for key, address in addresses:
        for digest in address_digests(address):
            keys_of[digest].add(key)

    listed = Suppression.objects.stopping(EMAIL, purpose).filter(digest__in=list(keys_of))
    suppressed = set()
    for digest in listed.values_list("digest", flat=True):
        suppressed |= keys_of[bytes(digest)]
    return suppressed


def may_be_mailed(reader: Reader, purpose: str) -> bool:
    """The rule for one reader as loaded: active, with an address that letters reach, consent to
    mail for ``purpose``, not on the stop list, not suppressed.
    """
    is_kept_from = reader.is_stopped or bool(reader.email_trouble)
    return not is_kept_from and wants_mail(reader, purpose)


def wants_mail(reader: Reader, purpose: str) -> bool:
    """The same whether letters reach the address or not: there is something to withdraw."""
    is_addressed = reader.state == Reader.State.ACTIVE and bool(reader.email)
    if not is_addressed or not reader.allows(EMAIL, purpose):
        return False
    return not stopped(reader, EMAIL, purpose)


def stopped(reader: Reader, channel: str, purpose: str) -> bool:
    """Whether the reader's address on ``channel`` is suppressed for ``purpose``, or for everything;
    false where there is no address. One query.
    """
    listed = Suppression.objects.of_address(channel, reader.address_on(channel))
    return listed.filter(purpose__in=["", purpose]).exists()


# --- whose address it is --------------------------------------------------------------------------
def holders_of(addresses: Iterable[str]) -> QuerySet:
    """Rows in which one of these mailboxes stands now, in whichever writing; looked up in the index
    of folded addresses.
    """
    spellings = set(chain.from_iterable(map(mailbox_spellings, addresses)))
    addressed_rows = Reader.objects.exclude(email="").alias(mailbox=Lower("email"))
    return addressed_rows.filter(mailbox__in=sorted(spellings))


def twins_of(reader: Reader) -> list[Reader]:
    """Other rows of the same person, by their keys: both have the same name and share a mailbox, a
    number or an openid.

    A row without a name is nobody's twin, and two accounts are two people. What an account says of
    itself proves nothing, so the row that it made (source ``portal``) is of one person only with
    rows whose mailbox the account has confirmed.
    """
    if reader.source == PORTAL:
        alike = list(holders_of(_confirmed(reader)))
    else:
        alike = [
            *holders_of([reader.email]),
            *same_telephone(reader),
            *_same_openid(reader),
        ]
    # What an account says of itself proves nothing: such rows come by ``_accounts_of`` alone.
    of_registers = [twin for twin in alike if twin.source != PORTAL]
    found = {}
    for twin in [*of_registers, *_accounts_of(reader)]:
        if _may_be_one(reader, twin):
            found[twin.pk] = twin
    return [found[pk] for pk in sorted(found)]


def twins_within_reach(reader: Reader, *, by) -> list[Reader]:
    """Twins that go with the reader when ``by`` erases them: those that ``by`` may open; all where
    nobody does but the person's own wish, whose time has come.
    """
    twins = twins_of(reader)
    if by is None or not twins:
        return twins
    found = Reader.objects.visible_to(by).filter(pk__in=keys_of(twins))
    return list(found.order_by("pk"))


def _may_be_one(one: Reader, other: Reader) -> bool:
    """Two rows that bear the same name, and do not belong to two accounts."""
    if one.pk == other.pk or None not in (one.user_id, other.user_id):
        return False
    name = folded(one.name)
    return bool(name) and name == folded(other.name)


def _confirmed(reader: Reader) -> list[str]:
    """Addresses that the account of this row has confirmed, the one that stands for it first."""
    if reader.user is None:
        return []
    shown = reader.user.emailaddress_set.filter(verified=True).order_by("-primary", "pk")
    return list(shown.values_list("email", flat=True))


def confirmed_address(reader: Reader) -> str:
    """The address that the account of this row has confirmed; empty where it has none."""
    return next(iter(_confirmed(reader)), "")


def _accounts_of(reader: Reader) -> QuerySet:
    """Rows that accounts made of themselves which have confirmed the reader's mailbox."""
    shown = {
        "user__emailaddress__verified": True,
        "user__emailaddress__email__in": mailbox_spellings(reader.email),
    }
    return Reader.objects.filter(source=PORTAL, **shown).distinct()


def same_telephone(reader: Reader) -> list[Reader]:
    """Rows with the reader's telephone number in whichever writing, also theirs; none for none."""
    key = telephone_key(reader.phone)
    if not key:
        return []
    addressed_rows = Reader.objects.exclude(phone="").alias(end=last_digits())
    alike = addressed_rows.filter(end=key[-LAST_DIGITS:])
    return [other for other in alike if telephone_key(other.phone) == key]


def _same_openid(reader: Reader) -> QuerySet:
    """Readers with the openid of this one, itself too if it is stored; none where it has none."""
    # Not indexed: few rows have one, and it is asked for by somebody who withdraws or leaves.
    if not reader.wechat:
        return Reader.objects.none()
    return Reader.objects.filter(wechat=reader.wechat)


def addresses_of(reader: Reader, channel: str) -> set[str]:
    """The address that leads to the reader on ``channel``, and those that did.

    A former address that stands in somebody else's row now is theirs: a number is given to somebody
    new, and an import may have written a stranger's.
    """
    former = reader.former_addresses.filter(channel=channel).values_list("address", flat=True)
    holders = {address: list(_holders_on(channel, address)) for address in former}
    twins: set[int] = set()
    # Most former addresses stand in no row: then nobody needs to be told from a twin.
    if any(holders.values()):
        twins = set(keys_of(twins_of(reader)))

    found = {reader.address_on(channel)}
    for address, rows in holders.items():
        if all(_is_theirs(reader, row, twins) for row in rows):
            found.add(address)
    return found - {""}


def _holders_on(channel: str, address: str) -> Iterable[Reader]:
    """Rows in which this address stands now."""
    if channel == ContactChannel.EMAIL:
        return holders_of([address])
    if channel == ContactChannel.SMS:
        return same_telephone(Reader(phone=address))
    return _same_openid(Reader(wechat=address))


def _is_theirs(reader: Reader, holder: Reader, twins: set[int]) -> bool:
    """Whether a row that holds a former address of ``reader`` is of the same person."""
    if holder.pk == reader.pk or holder.pk in twins:
        return True
    return PORTAL not in (reader.source, holder.source) and _may_be_one(reader, holder)


def shared_mailboxes() -> dict[int, int]:
    """Every reader whose mailbox stands in another row as well, with the first row that holds it:
    {reader: first reader}, the first ones among them.

    One mailbox in two writings is one. By the whole register and not by who is asked about now, so
    that the first row of a mailbox is the same one in every mail.
    """
    with connection.cursor() as cursor:
        cursor.execute(OF_SEVERAL_FORMS)
        stored = dict(cursor.fetchall())
        cursor.execute(SHARED, {"keys": list(map(address_key, stored.values()))})
        stored |= dict(cursor.fetchall())

    holders = defaultdict(list)
    for pk, address in stored.items():
        holders[address_key(address)].append(pk)
    first_of = {}
    for pks in holders.values():
        if len(pks) > 1:
            first_of |= dict.fromkeys(pks, min(pks))
    return first_of


def may_open_every_reader(user) -> bool:
    """Whether ``visible_to`` keeps nobody from this user, so that a page may count readers exactly
    (docs/disclosure.md).
    """
    return user.can("readers.view") and not user.campus_id


def leaving(readers: QuerySet) -> QuerySet:
    """Those among ``readers`` who asked to be erased and whose day has not come."""
    return readers.filter(departure__isnull=False)


def in_trouble(readers: QuerySet) -> QuerySet:
    """Those among ``readers`` whose e-mail address no letter reaches."""
    return readers.exclude(email_trouble="")


def on_stop_list(readers: QuerySet) -> QuerySet:
    """Those among ``readers`` to whom nothing is sent, by the word of staff."""
    return readers.filter(is_stopped())


def known_reader(user) -> Reader | None:
    """The reader this user is, None where they are none so far."""
    return Reader.objects.filter(user=user).select_related("campus", "college").first()


def reader_for(user) -> Reader:
    """The reader this user is.

    Somebody who signed up by themselves becomes a public reader of source ``portal``. Staff become
    one only by their own word (``crm.privacy.actions.join``): Refused until then.
    """
    known = known_reader(user)
    if known is not None:
        return known
    if user.is_library_staff:
        raise Refused(gettext("You work here and are no reader so far. You can become one."))
    return new_reader(user)


def new_reader(user) -> Reader:
    """The public reader that an account becomes, whose language is that of the page they read."""
    # By number, which is unique: of two first requests at once both get the same row.
    reader, _created = Reader.objects.get_or_create(
        source=PORTAL,
        number=f"u{user.pk}",
        defaults={
            "kind": Reader.Kind.PUBLIC,
            "name": str(user),
            "email": user.email,
            "language": get_language() or letters_language(),
            "user": user,
        },
    )
    return reader


def segments_to_filter_by() -> QuerySet:
    """All segments, for the filter of the reader list: they are a later room's."""
    membership = Reader._meta.get_field("memberships").related_model
    segment = membership._meta.get_field("segment").related_model
    return segment.objects.all()
