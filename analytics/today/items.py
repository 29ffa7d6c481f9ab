"""What one line of the desk's first page is, and the order in which the lines stand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from operator import attrgetter

from django.utils import timezone

#: So many things of one kind are named; of the others the page says how many they are.
MOST = 8


class Group(IntEnum):
    """When something has to be done; the page stands in this order."""

    LATE = 1
    #: Nothing of it goes on until somebody does something; it is due at no time.
    STILL = 2
    TODAY = 3
    LATER = 4


@dataclass(frozen=True)
class DeskClock:
    """One moment, ``now``, and what follows from it by the library's own clock."""

    now: datetime

    @property
    def today(self) -> date:
        """The day on which somebody looks."""
        return timezone.localdate(self.now)

    @property
    def midnight(self) -> datetime:
        """When today is over."""
        return end_of(self.today)

    def group_of(self, due: datetime) -> Group:
        """The group of what is due at a moment; at the very moment it is not late yet."""
        if due < self.now:
            return Group.LATE
        if due <= self.midnight:
            return Group.TODAY
        return Group.LATER


def end_of(day: date) -> datetime:
    """The moment at which a day is over by the library's clock."""
    following = datetime.combine(day + timedelta(days=1), time.min)
    return timezone.make_aware(following)


@dataclass(frozen=True)
class Left:
    """How much time is left: ``words``, with ``beneath`` what it is counted from.

    ``at`` is what the lines of a group are ordered by: when it is due, or since when it waits.
    ``has_term``: whether it is due at any time.
    """

    words: str
    beneath: str
    group: Group
    at: datetime
    has_term: bool

    @property
    def is_late(self) -> bool:
        """Whether its time is over."""
        return self.group == Group.LATE

    @property
    def order(self) -> tuple:
        """Sorts lines: by group, what is due before what only waits, the most urgent first."""
        return self.group, not self.has_term, self.at


@dataclass(frozen=True)
class DeskItem:
    """One thing that waits. ``text`` is its own first line; ``is_said``: a reader wrote it.

    ``key`` names the line on the page. ``action`` is the word of its button, which leads to
    ``url``; ``in_place``: the address answers with the line itself, opened. ``kinds``: what it is,
    one or two words. ``details``: what stands beneath; ``begun``: what came before ``text``, in a
    sentence, left out where the line is open and shows it.
    """

    key: str
    kinds: tuple[str, ...]
    text: str
    left: Left
    url: str
    action: str
    details: tuple[str, ...] = ()
    begun: str = ""
    is_said: bool = False
    in_place: bool = False


@dataclass(frozen=True)
class Rest:
    """That more of a kind waits than is named: a sentence, and where all of them stand."""

    text: str
    url: str


@dataclass(frozen=True)
class Lot:
    """What waits of one kind: the most urgent ``items``, and how many of all are late, due today or
    stand still. ``rest`` is None where all are named.
    """

    items: list[DeskItem] = field(default_factory=list)
    late: int = 0
    today: int = 0
    still: int = 0
    rest: Rest | None = None

    @classmethod
    def of(cls, items: list[DeskItem]) -> "Lot":
        """A lot of which every item is named."""
        groups = [item.left.group for item in items]
        return cls(
            items,
            late=groups.count(Group.LATE),
            today=groups.count(Group.TODAY),
            still=groups.count(Group.STILL),
        )


@dataclass(frozen=True)
class DeskSection:
    """The lines of one group, in their order."""

    group: Group
    items: list[DeskItem]


def sections(lots: Iterable[Lot]) -> list[DeskSection]:
    """The items of all lots in groups, the most urgent first; empty groups are left out."""
    items = []
    for lot in lots:
        items += lot.items
    items.sort(key=attrgetter("left.order"))

    found = []
    for group in Group:
        of_group = [item for item in items if item.left.group == group]
        if of_group:
            found.append(DeskSection(group, of_group))
    return found
