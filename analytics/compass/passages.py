"""The right half of figure 2: from a campaign's end to the next campaign, in days.

Five passages are looked at. The first four follow each other, the last is the whole way::

    period over ─► evaluation ─► change of needs ─► resources moved ─► next campaign live
                                 (a proposal        (it stands in
                                  is decided)        the next plan)

What is on its way began at a moment and, once it has arrived, ended at one. An end that nobody
recorded is no end on the first day: it counts as arrived, and its days are unknown.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter, methodcaller
from statistics import median

from analytics.compass.rounds import Lines, Round, RoundProposal, Rounds
from analytics.compass.rounds import collect as collect_rounds


class Passage(StrEnum):
    """One arrow of the figure, by its stable code."""

    EVALUATED = "evaluated"
    DECIDED = "decided"
    PLANNED = "planned"
    LIVE = "live"
    WHOLE = "whole"


#: Days after which what has not arrived is late. This library's own; the article names none. A
#: campaign is evaluated by itself in the night after its period. A plan has the day it begins on,
#: so that it needs no term.
WITHIN: dict[Passage, timedelta | None] = {
    Passage.EVALUATED: timedelta(days=2),
    Passage.DECIDED: timedelta(days=14),
    Passage.PLANNED: timedelta(days=30),
    Passage.LIVE: None,
    Passage.WHOLE: None,
}
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Traveller:
    """One thing on its way along a passage.

    ``line``: the first campaign of its line. ``ended``: None while it is on its way, and where
    nobody recorded when it arrived. ``due``: None where there is no term.
    """

    passage: Passage
    line: int
    title: str
    url: str
    began: datetime
    arrived: bool
    ended: datetime | None = None
    due: datetime | None = None

    @property
    def took(self) -> float | None:
        """Days on its way; None while it is, and where its end is not recorded."""
        if not self.arrived or self.ended is None:
            return None
        # With a fraction: of things decided within hours whole days would all be 0.
        return (self.ended - self.began) / DAY

    def is_late(self, now: datetime) -> bool:
        """Whether it should have arrived by ``now`` and has not."""
        # What arrived too late is late no longer: the list is of what somebody has to see to today.
        return not self.arrived and self.due is not None and self.due < now

    def waits(self, now: datetime) -> float:
        """Days since it began."""
        return (now - self.began) / DAY


@dataclass(frozen=True)
class Travelled:
    """What went along one passage, and what has not arrived.

    ``timed``: of those that arrived, how many have their days recorded; ``days`` is the median of
    these, None where there are none. ``late`` are among the ``waiting``, the longest first.
    """

    passage: Passage
    arrived: int
    timed: int
    days: float | None
    waiting: int
    late: tuple[Traveller, ...]

    @property
    def n(self) -> int:
        """All that began, arrived or not."""
        return self.arrived + self.waiting

    @property
    def untimed(self) -> int:
        """How many arrived at a moment that nobody recorded."""
        return self.arrived - self.timed

    @classmethod
    def of(cls, passage: Passage, travellers: Iterable[Traveller], now: datetime) -> "Travelled":
        """Those of ``travellers`` that are on ``passage``."""
        here = [one for one in travellers if one.passage == passage]
        arrived = list(filter(attrgetter("arrived"), here))
        days = days_of(arrived)
        late = filter(methodcaller("is_late", now), here)
        return cls(
            passage=passage,
            arrived=len(arrived),
            timed=len(days),
            days=median_of(days),
            waiting=len(here) - len(arrived),
            late=tuple(sorted(late, key=attrgetter("began"))),
        )


def days_of(arrived: Iterable[Traveller]) -> list[float]:
    """Days of those whose end is recorded, in the order given."""
    return [one.took for one in arrived if one.took is not None]


def median_of(days: list[float]) -> float | None:
    """The median; None of nothing."""
    if not days:
        return None
    # The median, since one proposal that lay for a year says nothing about the usual way.
    return median(days)


def along_each(travellers: list[Traveller], now: datetime) -> tuple[Travelled, ...]:
    """What went along each passage, in the order of the passages."""
    return tuple(Travelled.of(passage, travellers, now) for passage in Passage)


@dataclass(frozen=True)
class LineTravelled:
    """One line of campaigns: its first title, how many rounds it has, and each passage."""

    title: str
    url: str
    rounds: int
    passages: tuple[Travelled, ...]


@dataclass(frozen=True)
class WayBack:
    """The right half of the figure as of ``now``: every passage over all campaigns, and by line."""

    now: datetime
    passages: tuple[Travelled, ...]
    lines: tuple[LineTravelled, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing has begun any passage yet."""
        return not any(one.n for one in self.passages)

    @property
    def late(self) -> tuple[Traveller, ...]:
        """All that is late, in the order of the passages, the longest first in each."""
        late: list[Traveller] = []
        for passage in self.passages:
            late.extend(passage.late)
        return tuple(late)

    def by(self, passage: Passage) -> Travelled:
        """What went along one passage, over all campaigns."""
        return next(one for one in self.passages if one.passage == passage)


def way_back(viewer, now: datetime) -> WayBack:
    """The right half of the figure; three statements, however many campaigns there are.

    Empty for staff of one campus: to them no evaluation is shown, which is not "not evaluated".
    """
    rounds = Rounds((), ())
    if not viewer.campus_id:
        rounds = collect_rounds(viewer)
    travellers = list(_travellers(rounds, now))
    lines = _by_line(rounds.lines, travellers, now)
    return WayBack(now, along_each(travellers, now), tuple(lines))


def _by_line(lines: Lines, travellers: list[Traveller], now: datetime) -> Iterable[LineTravelled]:
    """Each line on which something has begun, in the order of the lines."""
    own: dict[int, list[Traveller]] = defaultdict(list)
    for one in travellers:
        own[one.line].append(one)
    for first, campaigns in lines.items():
        # A line on which nothing has begun has no row: a row of dashes would read like a fault.
        if first.pk in own:
            passages = along_each(own[first.pk], now)
            yield LineTravelled(first.title, first.url, len(campaigns), passages)


def _travellers(rounds: Rounds, now: datetime) -> Iterable[Traveller]:
    """All that is or was on its way."""
    for one in rounds.campaigns:
        yield from _evaluated(one, now)
        yield from _live(one)
        yield from _whole(one, rounds.next_of(one), now)
    for proposal in rounds.proposals:
        yield _decided(proposal)
        yield from _planned(proposal)


def _evaluated(one: Round, now: datetime) -> Iterable[Traveller]:
    """A campaign that went live and whose period is over, until it is evaluated to its end."""
    if one.locked_at is None or not one.is_over(now):
        return
    yield Traveller(
        passage=Passage.EVALUATED,
        line=one.line,
        title=one.title,
        url=one.url,
        began=one.over,
        arrived=one.evaluated_at is not None,
        ended=one.evaluated_at,
        due=one.over + WITHIN[Passage.EVALUATED],
    )


def _decided(proposal: RoundProposal) -> Traveller:
    """What an evaluation says readers need otherwise, until a person has decided about it."""
    return Traveller(
        passage=Passage.DECIDED,
        line=proposal.line,
        title=proposal.title,
        url=proposal.url,
        began=proposal.proposed_at,
        arrived=proposal.decided_at is not None,
        ended=proposal.decided_at,
        due=proposal.proposed_at + WITHIN[Passage.DECIDED],
    )


def _planned(proposal: RoundProposal) -> Iterable[Traveller]:
    """What was agreed, until it stands in the plan of the next campaign."""
    if not proposal.enters_a_plan:
        return
    yield Traveller(
        passage=Passage.PLANNED,
        line=proposal.line,
        title=proposal.title,
        url=proposal.url,
        began=proposal.decided_at,
        arrived=proposal.is_applied,
        ended=proposal.applied_at,
        due=proposal.decided_at + WITHIN[Passage.PLANNED],
    )


def _live(one: Round) -> Iterable[Traveller]:
    """A plan drawn from an earlier campaign, until it goes live; due when its first day ends."""
    if one.previous is None:
        return
    yield Traveller(
        passage=Passage.LIVE,
        line=one.line,
        title=one.title,
        url=one.url,
        # The draft is made from what was decided, so that it begins where the resources were moved.
        began=one.created_at,
        arrived=one.locked_at is not None,
        ended=one.locked_at,
        due=one.first_day_over,
    )


def _whole(one: Round, following: Round | None, now: datetime) -> Iterable[Traveller]:
    """A campaign whose period is over, until the next one of its line is live.

    Only where a next one is planned: nobody has to go on with every campaign.
    """
    if following is None or not one.is_over(now):
        return
    yield Traveller(
        passage=Passage.WHOLE,
        line=one.line,
        title=one.title,
        url=one.url,
        began=one.over,
        arrived=following.locked_at is not None,
        ended=following.locked_at,
    )
