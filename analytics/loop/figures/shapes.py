"""The figures of an evaluation. Pure.

Numbers of persons are None where they count one to four, and where such a number would follow from
them: figures are shown, exported and served by the API.
"""

from dataclasses import dataclass
from enum import StrEnum

from analytics.loop.inputs.shapes import LockedStandard, Period, SurveyFigures
from analytics.loop.measures import EffortBasis, Figure, stated
from analytics.loop.rules import Rule, rule_of
from core.disclosure import Count


@dataclass(frozen=True, kw_only=True)
class ResponseShare(Figure):
    """A share of ``n`` persons: those who responded.

    ``withheld``: the share, with ``responded``, would tell of one to four persons.
    """

    responded: int | None
    withheld: bool = False


class LiftSilence(StrEnum):
    """Why an effect cannot be stated."""

    NONE = ""
    NO_HOLDOUT = "no_holdout"
    FEW = "few"


@dataclass(frozen=True, kw_only=True)
class Lift(Figure):
    """Outcome of those drawn to be addressed minus outcome of those held out.

    ``percent`` was to be held out. The sizes of both arms, and how many in them had the outcome,
    are None where nothing can be said; the latter also where they are withheld.
    """

    percent: int
    why: LiftSilence = LiftSilence.NONE
    treated: int | None = None
    treated_active: int | None = None
    holdout: int | None = None
    holdout_active: int | None = None

    @property
    def drawn(self) -> Count:
        return stated(self.treated)

    @property
    def held_out(self) -> Count:
        return stated(self.holdout)


@dataclass(frozen=True)
class ChannelResult:
    """Planned and obtained of one channel.

    ``share``: percent of the plan. ``sent`` and ``response``: None where the channel has no known
    readers. ``clicks``: None without a tracked link. ``responses``: readers who responded where we
    know them, followings of the links where we do not, None where not measured. ``spend``: CNY.
    ``effort``: in the basis of the results.
    """

    channel: str
    name: dict[str, str]
    kind: str
    share: int
    sent: int | None
    response: ResponseShare | None
    links: int
    clicks: int | None
    responses: int | None
    spend: float | None
    effort: float
    per_effort: Figure

    @property
    def responded(self) -> Count | int | None:
        """Readers who responded, or followings of open links, which are no persons."""
        if self.response is None:
            return self.responses
        return stated(self.responses)


@dataclass(frozen=True)
class SegmentResult:
    """Response inside a segment and of all others, both or neither."""

    segment: int
    name: str
    sent: int | None
    response: ResponseShare
    others: ResponseShare
    difference: Figure


@dataclass(frozen=True)
class UnchosenSegmentResult:
    """A segment nobody chose: its whole size, and how its members who were sent to responded."""

    size: int | None
    result: SegmentResult


@dataclass(frozen=True)
class GridCell:
    channel: str
    segment: int
    response: ResponseShare


@dataclass(frozen=True)
class HourResult:
    """Response to what was sent in one hour; the planned hour has no difference to itself."""

    hour: int
    response: ResponseShare
    difference: Figure | None


@dataclass(frozen=True)
class CostResult:
    """Cash and in kind in CNY, staff hours; ``total`` is None where nothing was booked."""

    cash: float
    hours: float
    in_kind: float
    hour_rate: float
    total: float | None
    responses: int | None
    per_response: Figure


@dataclass(frozen=True)
class StandardResult:
    """A locked standard against what was reached.

    ``original``: the target before any amendment. ``met``: None where it was not measured, or
    rests on too few rows.
    """

    standard: LockedStandard
    original: float
    reached: Figure
    met: bool | None


@dataclass(frozen=True)
class Attainment:
    """How many of the ``locked`` standards could be judged and were met.

    ``weighted``: share by weight, None where none could be judged.
    """

    met: int
    judged: int
    locked: int
    weighted: float | None


@dataclass(frozen=True, kw_only=True)
class Results:
    """All figures of an evaluation.

    ``version``: of the formulas. ``deliveries``: by state. ``contributors``: None without a call.
    The standards are judged by the other figures, so they are filled in last.
    """

    version: str
    period: Period
    addressed: int | None
    reach: int | None
    response: ResponseShare
    lift: Lift
    deliveries: dict[str, int | None]
    basis: EffortBasis
    channels: tuple[ChannelResult, ...]
    segments: tuple[SegmentResult, ...]
    grid: tuple[GridCell, ...]
    unchosen_segments: tuple[UnchosenSegmentResult, ...]
    send_hour: int
    hours: tuple[HourResult, ...]
    surveys: tuple[SurveyFigures, ...]
    contributors: int | None
    costs: CostResult
    standards: tuple[StandardResult, ...] = ()
    attainment: Attainment = Attainment(met=0, judged=0, locked=0, weighted=None)

    @property
    def reached(self) -> Count:
        return stated(self.reach)

    @property
    def rule(self) -> Rule:
        """Levels and least numbers of rows of the version these figures were stated by."""
        return rule_of(self.version)
