"""What a proposer may look at. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from analytics.loop import formulas
from analytics.loop.figures.shapes import Results
from analytics.loop.find import Found
from analytics.loop.inputs.experiment import Promised
from analytics.loop.inputs.shapes import Inputs
from analytics.loop.judging.computing import shares_of
from analytics.loop.judging.shapes import CampaignEffect, Judgement, Shares
from analytics.loop.judging.told import COARSE
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.measures import Figure
from analytics.loop.subjects import Subject
from core.columns import keys_of
from core.disclosure import Count

#: A segment or an arm is judged from this many readers on.
ENOUGH = 100
#: What of the next audience goes on as before, so that a promise can be checked.
AS_BEFORE = 0.2


@dataclass(frozen=True)
class Case:
    """One evaluation, whole.

    ``found``: what the report says, in its order. ``unchosen_sizes``: members of segments nobody
    chose. ``addressed``: primary keys of the segments of the plan. ``history``: results of earlier
    cycles of the line, newest first. ``old_targets``: metrics
    whose target has stood for a year. ``factors``: {kind of change: by how much its promises are
    widened or narrowed}.
    """

    results: Results
    judgement: Judgement
    promised: Promised
    shares: Shares
    found: Sequence[Found]
    addressed: Sequence[int]
    unchosen_sizes: Mapping[int, Count]
    holdout_percent: int
    history: Sequence[Results] = ()
    old_targets: frozenset[str] = frozenset()
    factors: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        inputs: Inputs,
        results: Results,
        found: Sequence[Found],
        *,
        history: Sequence[Results] = (),
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
            history=history,
            old_targets=old_targets,
            factors=factors or {},
        )

    @property
    def effect(self) -> CampaignEffect:
        """The effect against those held out, or why there is none."""
        return self.judgement.effect

    @property
    def may_extend(self) -> bool:
        """Whether more readers may get what these got: only what is known to help, and to break
        nothing that was to be kept.
        """
        is_final = not self.effect.provisional
        return self.effect.verdict == EffectVerdict.GOOD and is_final and not self.judgement.failed

    @property
    def may_arrange(self) -> bool:
        """Whether the plan may be arranged otherwise within what it reaches: not while it harms,
        which is stopped, and not before the end.
        """
        return self.effect.verdict != EffectVerdict.HARMFUL and not self.effect.provisional

    def as_told(self, promise: Figure) -> Figure:
        """A promise as coarse as the figures it rests on: from a finer one they could be found."""
        if self.results.width or self.results.lift.drawn_active.is_withheld:
            return promise.rounded(COARSE)
        return promise

    def spread_as_told(self, spread: float) -> float:
        """How surely a promise is known, as coarse as the promise."""
        if self.results.width or self.results.lift.drawn_active.is_withheld:
            return round(spread, COARSE)
        return spread

    @cached_property
    def by_subject(self) -> dict[Subject, Found]:
        """What was found, by what it is about."""
        return {one.subject: one for one in self.found}
