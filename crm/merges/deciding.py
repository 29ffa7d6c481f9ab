"""What becomes of two records of one person: rules over two rows as JSON has them.

Nothing here reads or writes the database.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter, itemgetter
from typing import Any

from core.addresses import address_key
from crm.readers.models import (
    ADDRESS_FIELDS,
    ContactChannel,
    Reader,
    permissions,
)
from crm.readers.words import JOINED, OTHER_ADDRESS

Row = Mapping[str, Any]
#: What somebody chooses between, and the columns that go along with each.
CHOSEN: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "kind": ("kind", "stage"),
    "campus": ("campus_id",),
    "college": ("college_id",),
    "cohort": ("cohort",),
    "birth_year": ("birth_year",),
    "email": ("email", "email_made", "email_trouble", "email_trouble_at"),
    "phone": ("phone",),
    "wechat": ("wechat",),
    "language": ("language",),
}
#: The columns of a stop.
STOP = ("stop_reason", "stop_until")
NO_STOP = {"stop_reason": "", "stop_until": None}
#: Columns that only say something together: where one was written since, all stay.
TOGETHER = (CHOSEN["email"], STOP)
#: Before everything that anybody said.
NEVER = datetime.min.replace(tzinfo=UTC)
#: What says nothing in a column of ``CHOSEN``.
NOT_SAID = (None, "", Reader.Kind.UNSAID)


def suggested(kept: Row, gone: Row) -> set[str]:
    """The names of ``CHOSEN`` that are taken from the other record unless somebody chooses.

    Those that the kept one does not say and the other one does. An address that an import made up
    gives way to one that somebody has.
    """
    found = left_open(kept) - left_open(gone)
    if kept["email_made"] and gone["email"] and not gone["email_made"]:
        found.add("email")
    return found


def left_open(row: Row) -> set[str]:
    """The names of ``CHOSEN`` of which the row says nothing, told by the first of their columns."""
    found = set()
    for name, (column, *_others) in CHOSEN.items():
        if row[column] in NOT_SAID:
            found.add(name)
    return found


def spoken_for(row: Row) -> set[str]:
    """The columns of the addresses for which the row allows something: names of ``CHOSEN``, too.
    Whoever claims a record spoke for these addresses.
    """
    found = set()
    for channel, column in ADDRESS_FIELDS.items():
        if not set(row["consents"]).isdisjoint(permissions(channel)):
            found.add(column)
    return found


def joined(kept: Row, gone: Row, taken: Collection[str]) -> dict[str, Any]:
    """{column: value} of the kept row but its consents; ``taken``: what comes of the other one.

    ``taken`` holds names of ``CHOSEN``; each brings all columns that go along with it. What nobody
    chooses follows ``RULES``, and of two stops the longer one holds.
    """
    becomes = {}
    for name, columns in CHOSEN.items():
        source = gone if name in taken else kept
        for column in columns:
            becomes[column] = source[column]
    for column, rule in RULES.items():
        becomes[column] = rule(kept[column], gone[column])
    return becomes | stricter_stop(kept, gone)


def earlier(one: str | None, other: str | None) -> str | None:
    """Of two days in ISO the earlier one that is known; None where neither is. So a reader is
    registered since the first of the two.
    """
    return min(filter(None, [one, other]), default=None)


def later(one: str | None, other: str | None) -> str | None:
    """Of two days in ISO the later one that is known; None where neither is. So a reader was seen
    last on the last day of either.
    """
    return max(filter(None, [one, other]), default=None)


def active(one: str, other: str) -> str:
    """The state of the joined record: somebody who is here by one of the two is here; of other
    states the kept record's stays.
    """
    if Reader.State.ACTIVE in (one, other):
        return Reader.State.ACTIVE
    return one


#: What nobody chooses. An objection to being computed about holds, whichever record has it.
RULES: dict[str, Callable[[Any, Any], Any]] = {
    "analytics": lambda one, other: one and other,
    "traits": lambda one, other: other | one,
    "registered_on": earlier,
    "last_seen_on": later,
    "state": active,
}


def stricter_stop(kept: Row, gone: Row) -> dict[str, Any]:
    """{column: value} of the stop that lasts longer (``STOP``); one without an end lasts for good.

    Of two that last as long the kept record's. "" and None where neither record has one. Moments
    are texts, as JSON has them.
    """
    stops = filter(itemgetter("stop_reason"), (kept, gone))
    longest = max(stops, key=lasting, default=NO_STOP)
    return {column: longest[column] for column in STOP}


def lasting(row: Row) -> tuple[bool, str]:
    """What stops are sorted by, the longest last: one without an end lasts longer than any."""
    # Moments of one database, each written in the same way.
    return row["stop_until"] is None, row["stop_until"] or ""


# --- what is allowed ------------------------------------------------------------------------------
@dataclass(frozen=True)
class Words:
    """What one record says of consent: its row, the newest word of its ledger for each permission,
    and the permissions that the suppression list keeps from its addresses.

    ``moments``: when the person said yes last, and when no: {(permission, yes or no): moment}.
    """

    row: Row
    ledger: Mapping[str, bool]
    stopped: Collection[str] = frozenset()
    moments: Mapping[tuple[str, bool], datetime] = field(default_factory=dict)

    def of(self, permission: str) -> bool | None:
        """True for a yes, False for a no, None where nothing was ever said.

        A yes of the ledger that does not stand in the row any more is no word either.
        """
        if permission in self.row["consents"]:
            return True
        if self.ledger.get(permission) is False:
            return False
        return None

    def has(self, channel: str, address: str) -> bool:
        """Whether the record has this address on the channel, in whichever writing.

        Never for an empty one: records without an address have none in common.
        """
        own = self.row[ADDRESS_FIELDS[channel]]
        return bool(address) and address_key(own) == address_key(address)


@dataclass(frozen=True)
class Allowed:
    """What the kept record allows, and why something that one of the two allowed is not allowed:
    {permission: source of the ledger}. ``again``: a yes that stands although the other record's
    newer word, for another address, was a no. ``stopped``: what is kept from its address.
    """

    consents: list[str]
    ended: dict[str, str]
    again: list[str]
    stopped: list[str]


@dataclass(frozen=True)
class About:
    """One permission of the kept record: what both say of it, and ``holders``, those of the two
    that have the address which the kept record has from now on.
    """

    permission: str
    both: tuple[Words, Words]
    holders: list[Words]

    def said_by(self, records: Iterable[Words]) -> set[bool | None]:
        """What these records say, each as ``Words.of`` has it, None among it where one says
        nothing; empty for no record.
        """
        return {words.of(self.permission) for words in records}

    @property
    def is_stopped(self) -> bool:
        """Whether the suppression list keeps it from an address of either."""
        return any(self.permission in words.stopped for words in self.both)

    @property
    def is_taken_back(self) -> bool:
        """Whether the last that the person said themself, in either record, was a no.

        It is newer than the yes that the other record has, whichever address that was given for.
        """
        return self.last_said(granted=False) > self.last_said(granted=True)

    def last_said(self, *, granted: bool) -> datetime:
        """When the person said yes (``granted``), or no, last in either record; else NEVER."""
        said = (self.permission, granted)
        return max(words.moments.get(said, NEVER) for words in self.both)

    @property
    def is_refused(self) -> bool:
        """Whether a no was said for the very address, or for the person.

        A stop counts for the person, whichever record's address it was said for.
        """
        return self.is_stopped or self.is_taken_back or False in self.said_by(self.holders)

    @property
    def is_allowed(self) -> bool:
        """Whether it was given for this address, and nothing speaks against it.

        Never where the kept record has no address: then nobody holds it.
        """
        return True in self.said_by(self.holders) and not self.is_refused

    @property
    def has_ended(self) -> bool:
        """Whether one of the two allowed it, and the joined record does not.

        The ledger gets a no then.
        """
        return True in self.said_by(self.both) and not self.is_allowed

    @property
    def is_contradicted(self) -> bool:
        """Whether it is allowed although the record of another address says no.

        The ledger gets a yes then: else that no could be its newest word.
        """
        others = [words for words in self.both if words not in self.holders]
        return self.is_allowed and False in self.said_by(others)


def allowed(kept: Words, gone: Words, becomes: Row) -> Allowed:
    """A yes belongs to the address it was given for; of two words for one address a no holds.

    What is suppressed for either of them is suppressed for both: it is the same person. ``becomes``
    is the joined row as ``joined`` makes it, still without consents.
    """
    asked: list[About] = []
    for channel in ContactChannel:
        asked += _of_channel(kept, gone, becomes, channel)

    ended = {}
    for one in filter(attrgetter("has_ended"), asked):
        ended[one.permission] = JOINED if one.is_refused else OTHER_ADDRESS
    return Allowed(
        consents=sorted(_where(asked, "is_allowed")),
        ended=ended,
        again=_where(asked, "is_contradicted"),
        # Without an address there is nothing to stop.
        stopped=_where(filter(attrgetter("holders"), asked), "is_stopped"),
    )


def _of_channel(kept: Words, gone: Words, becomes: Row, channel: str) -> list[About]:
    """One ``About`` for each purpose of the channel, in the order of purposes.

    All share ``holders``: those of the two that have the address which ``becomes`` has there.
    """
    address = becomes[ADDRESS_FIELDS[channel]]
    holders = [words for words in (kept, gone) if words.has(channel, address)]
    return [About(permission, (kept, gone), holders) for permission in permissions(channel)]


def _where(asked: Iterable[About], question: str) -> list[str]:
    """The permissions to which ``question``, a property of ``About``, says yes, in their order."""
    return [one.permission for one in asked if getattr(one, question)]
