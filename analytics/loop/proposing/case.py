"""What a proposer may look at. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from analytics.loop import formulas
from analytics.loop.figures.computing import counted_channels
from analytics.loop.figures.shapes import Results
from analytics.loop.find import Found
from analytics.loop.inputs.experiment import Promised
from analytics.loop.inputs.shapes import Inputs
from analytics.loop.judging.computing import shares_of
from analytics.loop.judging.saying import CountedChannel
from analytics.loop.judging.shapes import CampaignEffect, Judgement, Shares
from analytics.loop.judging.told import COARSE
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.measures import Figure, Measure, difference_of
from analytics.loop.subjects import Subject
from core.columns import keys_of
from core.disclosure import Count

#: A segment or an arm is judged from this many readers on.
#: More than the thirty from which a share is judged: here a decision about the next plan follows
#: (this library's own setting).
ENOUGH = 100
#: What of the next audience goes on as before, so that a promise can be checked.
#: Enough to see large effects by, and no more, as these readers do not get what is thought better.
AS_BEFORE = 0.2


@dataclass(frozen=True)
class Case:
    """One evaluation, whole.

    ``found``: what the report says, in its order. ``unchosen_sizes``: members of segments nobody
    chose. ``addressed``: primary keys of the segments of the plan. ``channels``: what each brought,
    in earlier cycles of the line too. ``old_targets``: metrics whose target has stood for a year.
    ``factors``: {kind of change: by how much its promises are widened or narrowed}.
    """

    results: Results
    judgement: Judgement
    promised: Promised
    shares: Shares
    found: Sequence[Found]
    addressed: Sequence[int]
    unchosen_sizes: Mapping[int, Count]
    holdout_percent: int
    channels: Sequence[CountedChannel] = ()
    old_targets: frozenset[str] = frozenset()
    factors: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        inputs: Inputs,
        results: Results,
        found: Sequence[Found],
        *,
        old_targets: frozenset[str] = frozenset(),
        factors: Mapping[str, float] | None = None,
    ) -> "Case":
        """``results`` and ``found`` of ``inputs``."""
        return cls(
            results=results,
            judgement=formulas.conclude(inputs, results),
            promised=inputs.promised,
            shares=shares_of(inputs),
            found=found,
            addressed=keys_of(results.segments),
            unchosen_sizes={row.result.pk: row.size for row in results.unchosen_segments},
            holdout_percent=inputs.holdout_percent,
            channels=counted_channels(results, inputs.earlier),
            old_targets=old_targets,
            factors=factors or {},
        )

    @property
    def effect(self) -> CampaignEffect:
        """The effect against those held out, or why there is none."""
        return self.judgement.effect

    @property
    def difference(self) -> Measure:
        """What a promised difference in the outcome is of: shares, or how often."""
        return difference_of(is_amount=self.promised.is_amount)

    @property
    def may_extend(self) -> bool:
        """Whether more readers may get what these got: only what is known to help, and to break
        nothing that was to be kept.
        """
        # "Good" before the end is never said; what is looked at every night may still come out
        # otherwise.
        is_final = not self.effect.provisional
        is_good = self.effect.verdict == EffectVerdict.GOOD
        return is_good and is_final and self.judgement.guards_held

    @property
    def may_arrange(self) -> bool:
        """Whether the plan may be arranged otherwise within what it reaches: not while it harms,
        which is stopped, and not before the end.
        """
        return self.effect.verdict != EffectVerdict.HARMFUL and not self.effect.provisional

    @property
    def is_coarse(self) -> bool:
        """Whether this report tells its figures in whole points, because few readers stand behind
        some of them.
        """
        no_holdout = self.effect.verdict == EffectVerdict.NO_HOLDOUT
        return bool(self.results.width or no_holdout or self.results.lift.drawn_active.is_withheld)

    def as_told(self, promise: Figure) -> Figure:
        """A promise as coarse as the figures it rests on: from a finer one they could be found."""
        if self.is_coarse:
            return promise.rounded(COARSE)
        return promise

    def spread_as_told(self, spread: float) -> float:
        """How surely a promise is known, as coarse as the promise."""
        if self.is_coarse:
            return round(spread, COARSE)
        return spread

    @cached_property
    def by_subject(self) -> dict[Subject, Found]:
        """What was found, by what it is about."""
        return {one.subject: one for one in self.found}
