"""The figures of an evaluation. Pure.

Numbers of persons are Counts, withheld where they count one to four and where such a number would
follow from them: figures are shown, exported and served by the API.
"""

from dataclasses import dataclass
from enum import StrEnum

from analytics.loop.inputs.shapes import LockedStandard, Period, SurveyFigures
from analytics.loop.judging.saying import CountedChannel, JudgementTold
from analytics.loop.measures import EffortBasis, Figure
from analytics.loop.rules import Rule, rule_of
from core.disclosure import Count, Missing

#: Of an effect that is not stated, the arms are not stated either.
UNSTATED = Count.without(Missing.CANNOT_SAY)


@dataclass(frozen=True, kw_only=True)
class ResponseShare(Figure):
    """A share of ``n`` persons: those who responded.

    ``withheld``: the share, with ``responded``, would tell of one to four persons. ``width``: it
    is computed from numbers rounded to so many, 0 from exact ones.
    """

    responded: Count
    withheld: bool = False
    width: int = 0

    @property
    def missing(self) -> Missing | None:
        """Why there is no value; withheld comes before all others. None where there is one."""
        if self.withheld:
            return Missing.WITHHELD
        return super().missing


class LiftSilence(StrEnum):
    """Why an effect cannot be stated."""

    NONE = ""
    NO_HOLDOUT = "no_holdout"
    FEW = "few"
    NOT_RECORDED = "not_recorded"
    NOT_AS_DRAWN = "not_as_drawn"


@dataclass(frozen=True, kw_only=True)
class Lift(Figure):
    """Outcome of those drawn to be addressed minus outcome of those held out.

    ``percent`` was to be held out. Of those drawn to be addressed (``drawn``) and of those
    ``held_out``, the active ones had the outcome; their numbers may be withheld where those of the
    arms are not.
    """

    percent: int
    why: LiftSilence = LiftSilence.NONE
    drawn: Count = UNSTATED
    drawn_active: Count = UNSTATED
    held_out: Count = UNSTATED
    held_out_active: Count = UNSTATED


def told(responses: Count | int | None) -> int | None:
    """What everybody may be told of readers who responded, or of followings of open links.

    None where it is withheld or was not measured; followings are no persons and are told as they
    are.
    """
    if isinstance(responses, Count):
        return responses.public_number
    return responses


@dataclass(frozen=True)
class ChannelResult:
    """Planned and obtained of one channel.

    ``share``: percent of the plan. ``sent`` and ``response``: None where the channel has no known
    readers. ``clicks``: None without a tracked link. ``responses``: readers who responded where we
    know them, followings of the links, which are no persons, where we do not, None where not
    measured. ``spend``: CNY. ``effort``: in the basis of the results.
    """

    channel: str
    name: dict[str, str]
    kind: str
    share: int
    sent: Count | None
    response: ResponseShare | None
    links: int
    clicks: int | None
    responses: Count | int | None
    spend: float | None
    effort: float
    per_effort: Figure

    @property
    def responses_told(self) -> int | None:
        """``responses`` to count with; None where they are withheld or were not measured."""
        return told(self.responses)

    @property
    def counted(self) -> CountedChannel:
        """As channels are compared, by this cycle alone."""
        return CountedChannel(
            code=self.channel,
            responses=self.responses_told,
            effort=self.effort,
            is_open=self.response is None,
            share=self.share,
        )


@dataclass(frozen=True)
class SegmentResult:
    """Response inside a segment and of all others, both or neither."""

    pk: int
    name: str
    sent: Count
    response: ResponseShare
    others: ResponseShare
    difference: Figure


@dataclass(frozen=True)
class UnchosenSegmentResult:
    """A segment nobody chose: its whole size, and how its members who were sent to responded."""

    size: Count
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
    """Cash and in kind in CNY, staff hours; ``total`` is None where nothing was booked.

    ``responses``: readers who responded, and followings of open links. From 0.4 on ``per_response``
    is what was booked on channels with known readers, for each reader who responded, and
    ``per_outcome`` the same for each outcome that the campaign brought about.
    """

    cash: float
    hours: float
    in_kind: float
    hour_rate: float
    total: float | None
    responses: Count
    per_response: Figure
    per_outcome: Figure | None = None


class Attained(StrEnum):
    """Whether a target was reached, as far as the interval of what was reached says so.

    ``UNSTATED``: by a version of the formulas that had two words only.
    """

    UNSTATED = ""
    MET = "met"
    ABOUT = "about"
    MISSED = "missed"
    CANNOT_SAY = "cannot_say"


@dataclass(frozen=True)
class StandardResult:
    """A locked standard against what was reached.

    ``original``: the target before any amendment. ``met``: None where it was not measured, or
    rests on too few rows. From 0.4 on ``attained`` is by the original target, and ``amended`` by
    the one that stood at the end of the period, where it was amended before that.
    """

    standard: LockedStandard
    original: float
    reached: Figure
    met: bool | None
    attained: Attained = Attained.UNSTATED
    amended: Attained = Attained.UNSTATED


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

    ``version``: of the formulas. ``deliveries``: by state. ``contributors``: "cannot say" without a
    call, and where they were few. ``width``: all numbers of readers are rounded to so many, because
    exact ones would tell of few beside other pages; 0 where they are exact. The standards are
    judged by the other figures, so they are filled in last. ``judgement``: what is concluded; None
    by versions before 0.4.
    """

    version: str
    period: Period
    addressed: Count
    reached: Count
    response: ResponseShare
    lift: Lift
    deliveries: dict[str, Count]
    basis: EffortBasis
    channels: tuple[ChannelResult, ...]
    segments: tuple[SegmentResult, ...]
    grid: tuple[GridCell, ...]
    unchosen_segments: tuple[UnchosenSegmentResult, ...]
    send_hour: int
    hours: tuple[HourResult, ...]
    surveys: tuple[SurveyFigures, ...]
    contributors: Count
    costs: CostResult
    standards: tuple[StandardResult, ...] = ()
    attainment: Attainment = Attainment(met=0, judged=0, locked=0, weighted=None)
    width: int = 0
    judgement: JudgementTold | None = None

    @property
    def is_amount(self) -> bool:
        """Whether it was asked how often readers did what was named, and not only whether."""
        return self.judgement is not None and self.judgement.effect.amount is not None

    @property
    def difference(self) -> Figure:
        """The effect, wherever it is printed: the one that decides, by the interval of today.

        Before 0.4 nothing was concluded, and the plain difference of shares was the effect.
        """
        if self.judgement is None:
            return self.lift
        return self.judgement.effect.shown

    def channel(self, code: str) -> ChannelResult | None:
        """What a channel obtained, by its code; None where it was not in the plan."""
        for result in self.channels:
            if result.channel == code:
                return result
        return None

    @property
    def rounds_others(self) -> bool:
        """Whether segments that nobody chose are told more coarsely than the rest."""
        return any(row.result.response.width > self.width for row in self.unchosen_segments)

    @property
    def rule(self) -> Rule:
        """Levels and least numbers of rows of the version these figures were stated by. KeyError
        for a version nobody knows.
        """
        return rule_of(self.version)
