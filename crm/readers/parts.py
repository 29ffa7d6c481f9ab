"""What a reader and the library gave each other.

Each room says its part in its ``reader_page.py``, and settings list the rooms. The page of one
reader puts the parts together; here stands what a part may hold.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from core.rooms import said_by


@dataclass(frozen=True)
class Exchange:
    """One line of what was given or got: how much of what, and what came of it.

    ``said`` has its number in it: "3 works". ``beside`` may be empty.
    """

    said: str
    beside: str = ""


@dataclass(frozen=True)
class Interaction:
    """Something that happened between a reader and the library at one moment, in words.

    ``url`` may be empty. ``is_ours``: it came from the library, and not from the reader.
    """

    at: datetime
    text: str
    url: str = ""
    is_ours: bool = False


@dataclass(frozen=True)
class NextStep:
    """Something that waits to be done for a reader, and the page on which it is done.

    ``beside`` says until when, or why; ``due`` is that moment, None where none is promised.
    """

    said: str
    beside: str
    label: str
    url: str
    due: datetime | None = None
    is_late: bool = False


@dataclass(frozen=True)
class PageSection:
    """A part of the page: the template that shows it, and its values."""

    template: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class ReaderPart:
    """What one room says of a reader. ``last``: its newest interaction, None where there is none.

    ``words`` and ``after`` stand in the wide column of the page, before and after what was given
    and got; ``side`` stands in the narrow one.
    """

    gave: tuple[Exchange, ...] = ()
    got: tuple[Exchange, ...] = ()
    last: Interaction | None = None
    steps: tuple[NextStep, ...] = ()
    words: tuple[PageSection, ...] = ()
    after: tuple[PageSection, ...] = ()
    side: tuple[PageSection, ...] = ()


@dataclass(frozen=True)
class InteractionKind:
    """Rows that the timeline tells one by one, each with its words.

    ``code`` is a kind of activity, or one that no activity has; then ``label`` names it. Several
    rooms may tell of one kind. ``rows`` hands out those of a reader that a viewer may see; ``at``
    is the column with the moment, ``say`` turns a row into its words.
    """

    code: str
    rows: Callable[[Any, Any], QuerySet]
    at: str
    say: Callable[[Any], Interaction]
    label: Any = ""


#: The months of which nothing is known, by kind of activity: {kind: {first day of a month}}.
Gaps = Mapping[str, set[date]]


@dataclass(frozen=True)
class Relationship:
    """All parts together, in the order of the rooms."""

    gave: list[Exchange] = field(default_factory=list)
    got: list[Exchange] = field(default_factory=list)
    last: Interaction | None = None
    #: What is due first comes first, what has no promised moment after it.
    steps: list[NextStep] = field(default_factory=list)
    words: list[PageSection] = field(default_factory=list)
    after: list[PageSection] = field(default_factory=list)
    side: list[PageSection] = field(default_factory=list)

    @property
    def next_step(self) -> NextStep | None:
        """The one that comes first; None where nothing waits."""
        return next(iter(self.steps), None)

    @property
    def later_steps(self) -> list[NextStep]:
        """Those that wait after it."""
        return self.steps[1:]


def relationship_of(reader, viewer) -> Relationship:
    """What every room says of ``reader`` to ``viewer``. A fixed number of statements, however much
    there is.
    """
    parts = [say(reader, viewer) for say in _said("PARTS")]
    found = Relationship(last=_newest(parts))
    for part in parts:
        found.gave.extend(part.gave)
        found.got.extend(part.got)
        found.steps.extend(part.steps)
        found.words.extend(part.words)
        found.after.extend(part.after)
        found.side.extend(part.side)
    # The sort is stable: of steps without a moment the earlier room comes first.
    found.steps.sort(key=_when_due)
    return found


def _newest(parts: list[ReaderPart]) -> Interaction | None:
    """The newest interaction that any room knows of."""
    known = [part.last for part in parts if part.last is not None]
    return max(known, key=attrgetter("at"), default=None)


def _when_due(step: NextStep) -> tuple[bool, float]:
    """By this steps are in order; those without a moment keep theirs, at the end."""
    if step.due is None:
        return True, 0.0
    return False, step.due.timestamp()


@cache
def interaction_kinds() -> tuple[InteractionKind, ...]:
    """What rooms tell one by one, in their order. Read once for each process."""
    return tuple(_said("INTERACTIONS"))


def months_unrecorded(months: list[date]) -> Gaps:
    """Of which of these months (first days, the oldest first) nothing is known, by kind."""
    return gaps_together(asked(months) for asked in _said("GAPS"))


def gaps_together(said: Iterable[Gaps]) -> Gaps:
    """What several rooms say is unknown; a month of a kind is, where any of them says so."""
    found: dict[str, set[date]] = {}
    for gaps in said:
        for kind, months in gaps.items():
            found.setdefault(kind, set()).update(months)
    return found


def _said(name: str):
    """What each room lists under ``name`` in its ``reader_page.py``, in the order of the rooms."""
    return said_by(settings.ROOMS_WITH_READER_PAGE, "reader_page", name)
