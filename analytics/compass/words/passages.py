"""The loop's passages in words: what each is called, what it counts, and how what waits is said."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.compass.passages import (
    WITHIN,
    LineTravelled,
    Passage,
    Travelled,
    Traveller,
    WayBack,
)
from core.disclosure import Missing
from core.numbers import duration

#: What a cell says where nothing has begun.
NOTHING = "–"


def name_of(passage: Passage) -> str:
    """What an arrow is called, from where to where."""
    names = {
        Passage.EVALUATED: _("Period over → evaluation"),
        Passage.DECIDED: _("Evaluation → change of needs"),
        Passage.PLANNED: _("Change of needs → resources moved"),
        Passage.LIVE: _("Resources moved → next campaign"),
        Passage.WHOLE: _("The whole way round"),
    }
    return names[passage]


def meaning_of(passage: Passage) -> str:
    """What an arrow counts, from when to when, and when it is late: one definition each."""
    term = WITHIN[passage]
    days = term and term.days
    meanings = {
        Passage.EVALUATED: _(
            "Campaigns that went live and whose period is over: days from the end of the last day "
            "until they were first evaluated to that end. Late after %(days)s days. An evaluation "
            "before the end is provisional and does not count."
        ),
        Passage.DECIDED: _(
            "Proposals that no newer evaluation has replaced: days from the evaluation that said "
            "what readers need otherwise until a person decided. Late after %(days)s days."
        ),
        Passage.PLANNED: _(
            "Proposals accepted, with a change or without: days from the decision until they "
            "stood in the next plan. Late after %(days)s days."
        ),
        Passage.LIVE: _(
            "Plans drawn from an earlier campaign: days from the draft until the campaign was "
            "live. Late when its first day is over."
        ),
        Passage.WHOLE: _(
            "Campaigns whose period is over and from which a next plan was drawn: days from the "
            "end of the last day until the next campaign was live. It has no term of its own."
        ),
    }
    return meanings[passage] % {"days": days}


def not_arrived(passage: Passage) -> str:
    """What is said of something that has not arrived, in a word or two."""
    said = {
        Passage.EVALUATED: _("not evaluated"),
        Passage.DECIDED: _("not decided"),
        Passage.PLANNED: _("in no plan yet"),
        Passage.LIVE: _("not live"),
        Passage.WHOLE: _("next one not live"),
    }
    return said[passage]


def median_text(travelled: Travelled) -> str:
    """The median time in its largest unit; what has arrived at moments that nobody recorded is not
    measured.
    """
    if travelled.days is not None:
        return duration(timedelta(days=travelled.days))
    if travelled.arrived:
        return str(Missing.NOT_MEASURED)
    if travelled.waiting:
        return not_arrived(travelled.passage)
    return NOTHING


def cell_text(travelled: Travelled) -> str:
    """One passage of one line: the median and, behind it, how many have not arrived."""
    said = median_text(travelled)
    if not (travelled.arrived and travelled.waiting):
        return said
    return _("%(time)s, %(n)s not arrived") % {"time": said, "n": travelled.waiting}


@dataclass(frozen=True)
class ShownPassage:
    """One passage as a row of the table prints it. ``late``: how many, empty where none is."""

    name: str
    arrived: int
    median: str
    timed: int
    waiting: int
    late: str

    @classmethod
    def of(cls, travelled: Travelled) -> "ShownPassage":
        """The row of one passage."""
        late = len(travelled.late)
        return cls(
            name=name_of(travelled.passage),
            arrived=travelled.arrived,
            median=median_text(travelled),
            timed=travelled.timed,
            waiting=travelled.waiting,
            late=str(late) if late else "",
        )


@dataclass(frozen=True)
class ShownLate:
    """One thing that is late: what it is, where it is opened, and how long it has been waiting."""

    title: str
    url: str
    said: str

    @classmethod
    def of(cls, one: Traveller, now: datetime) -> "ShownLate":
        """The line about ``one`` as of ``now``."""
        values = {
            "state": not_arrived(one.passage),
            "time": duration(timedelta(days=one.waits(now))),
            "due": date_format(localtime(one.due)),
        }
        return cls(one.title, one.url, _("%(state)s after %(time)s; due %(due)s") % values)


@dataclass(frozen=True)
class ShownLine:
    """One line of campaigns: its first title, its rounds, and a text for each passage."""

    title: str
    url: str
    rounds: int
    cells: tuple[str, ...]

    @classmethod
    def of(cls, line: LineTravelled) -> "ShownLine":
        """The row of one line."""
        return cls(line.title, line.url, line.rounds, tuple(map(cell_text, line.passages)))


@dataclass(frozen=True)
class ShownWay:
    """The whole part of the page: its rows, what is late, the lines, the passages' meanings."""

    now: datetime
    passages: list[ShownPassage]
    late: list[ShownLate]
    lines: list[ShownLine]
    names: list[str]
    meanings: list[tuple[str, str]]

    @classmethod
    def of(cls, way: WayBack) -> "ShownWay":
        """What the page prints of the right half of the figure."""
        return cls(
            now=way.now,
            passages=list(map(ShownPassage.of, way.passages)),
            late=[ShownLate.of(one, way.now) for one in way.late],
            lines=list(map(ShownLine.of, way.lines)),
            names=list(map(name_of, Passage)),
            meanings=[(name_of(passage), meaning_of(passage)) for passage in Passage],
        )


def file_rows(way: WayBack) -> Iterator[list]:
    """The passages as a table: all campaigns first, then each line; heads like any other row.

    Days are decimal numbers, empty where nothing was measured.
    """
    yield [
        pgettext("passage", "Line"),
        _("Passage"),
        pgettext("passage", "Began"),
        pgettext("passage", "Arrived"),
        _("Of these with their days"),
        _("Median days"),
        pgettext("passage", "Not arrived"),
        pgettext("passage", "Late"),
        _("As of"),
        _("What is counted"),
    ]
    as_of = date_format(localtime(way.now), "DATETIME_FORMAT")
    groups = [(_("All campaigns"), way.passages)]
    groups.extend((line.title, line.passages) for line in way.lines)
    for name, passages in groups:
        for one in passages:
            yield [name, *file_cells(one), as_of, meaning_of(one.passage)]


def file_cells(one: Travelled) -> list:
    """The cells of one passage in a file."""
    days = None
    if one.days is not None:
        days = round(one.days, 2)
    return [
        name_of(one.passage),
        one.n,
        one.arrived,
        one.timed,
        days,
        one.waiting,
        len(one.late),
    ]
