"""The page for a meeting, part by part, from results that are already computed."""

from collections.abc import Sequence
from functools import cached_property
from operator import attrgetter

from django.utils.translation import gettext as _

from analytics.loop.figures.shapes import Results
from analytics.loop.inputs.shapes import Inputs
from analytics.loop.meeting import (
    costs,
    effect,
    four,
    left_out,
    parts,
    proposals,
    secondary,
    standards,
)
from analytics.loop.meeting.unknown import Unknown, unknowns
from analytics.loop.meeting.verdicts import GuardRow, why_ruled, word_of
from analytics.loop.models import Adjustment, Evaluation, Finding
from feedback.voices.models import Voice

#: So many readers are quoted.
QUOTED = 3


class Meeting:
    """What the page says. ``why_no_proposal``: in place of proposals where there are none.
    ``is_provisional``: the campaign's period or the readers' window is not over, so every figure
    may still move.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        results: Results,
        inputs: Inputs,
        *,
        findings: Sequence[Finding],
        adjustments: Sequence[Adjustment],
        checked: Sequence[Adjustment],
        why_no_proposal: str,
        is_provisional: bool,
    ):
        self.evaluation = evaluation
        self.results = results
        self.inputs = inputs
        self.findings = findings
        self.adjustments = adjustments
        self.checked = checked
        self.why_no_proposal = why_no_proposal
        self.is_provisional = is_provisional
        self.booked = costs.Booked.of(inputs)

    @property
    def concluded(self):
        """What is concluded of the effect."""
        return self.results.judgement.effect

    @property
    def window(self) -> str:
        """How far the window is; provisional until it is over."""
        progress = self.concluded.progress
        told = {"day": progress.day, "days": progress.days}
        if progress.is_over:
            return _("window of %(days)s days over") % told
        return _("provisional: day %(day)s of %(days)s") % told

    # --- the first screen ---
    @property
    def sentences(self) -> Sequence[four.Four]:
        """Did it work, for whom, at what cost, what next."""
        waiting = four.WaitingProposals.of(self.adjustments)
        return four.four_sentences(
            self.results, waiting, self.why_no_proposal, is_provisional=self.is_provisional
        )

    @property
    def guards(self) -> list[GuardRow]:
        """Every guardrail of the plan beside what was reached."""
        return [GuardRow(guard) for guard in self.results.judgement.guards]

    @property
    def verdict(self) -> str:
        """By the rule set before launch, in one word."""
        return word_of(self.results.judgement)

    @property
    def why(self) -> str:
        """Why the rule says so."""
        return why_ruled(self.results.judgement)

    # --- what it rests on ---
    @cached_property
    def effect(self) -> effect.DrawnEffect | None:
        """The effect row by row; None where there is none to draw."""
        return effect.drawn_effect(self.results, self.checked)

    @property
    def asked(self) -> str:
        """What was asked of both groups, as named before launch; empty where nothing was."""
        return effect.asked(self.inputs.promised)

    @property
    def effect_title(self) -> str:
        return effect.effect_title(self.results)

    @cached_property
    def secondary(self) -> Sequence[secondary.SecondaryRow]:
        """Outcomes that were named beside the one that decides."""
        return secondary.secondary_rows(self.results.judgement)

    @property
    def effect_described(self) -> str:
        """The drawing in one sentence."""
        return effect.effect_described(self.results)

    @cached_property
    def standards(self) -> list[standards.StandardRow]:
        """By the target that was first set."""
        return standards.standard_rows(self.results)

    @property
    def standards_title(self) -> str:
        return standards.standards_title(self.standards, is_provisional=self.is_provisional)

    @property
    def units(self) -> list[costs.CostUnit]:
        """Channels by what they are counted in."""
        return costs.units_of(self.results, self.booked)

    @property
    def costs_title(self) -> str:
        return costs.costs_title(self.results)

    @property
    def cost_parts(self) -> list[tuple[str, str]]:
        """(what, how much) of all that was booked."""
        return costs.parts_of(self.results.costs)

    @property
    def each_costs(self) -> list[tuple[str, str]]:
        """(for each of what, how much)."""
        return costs.each_costs(self.results)

    @property
    def left_out(self) -> list[str]:
        """What machines fetched, in sentences. One query."""
        clicks = left_out.left_out_of(self.evaluation.campaign, self.evaluation.as_of)
        return left_out.left_out_said(clicks)

    @cached_property
    def segments(self) -> list[parts.SegmentLine]:
        """Each against the others."""
        return parts.segment_rows(self.results)

    @property
    def segments_title(self) -> str:
        return parts.segments_title(self.segments)

    @cached_property
    def voices(self) -> list[Voice]:
        """What readers said of this campaign and everybody may read: no other words are quoted."""
        shown = Voice.objects.on_show().filter(campaign=self.evaluation.campaign)
        return list(shown.order_by("-received_at", "pk")[:QUOTED])

    # --- what follows ---
    @cached_property
    def proposals(self) -> list[proposals.MeetingProposal]:
        """What would change from what to what."""
        return proposals.proposals_of(self.adjustments, self.findings, self.results.judgement)

    @property
    def may_be_sent(self) -> bool:
        """Whether somebody may be written to about it: it is final, and something waits."""
        is_final = not (self.is_provisional or self.concluded.provisional)
        return is_final and any(map(attrgetter("is_undecided"), self.adjustments))

    @property
    def proposals_title(self) -> str:
        return proposals.proposals_title(len(self.proposals))

    @property
    def unknowns(self) -> list[Unknown]:
        """What it could not tell."""
        return unknowns(self.results)

    @property
    def losses(self) -> list[str]:
        """Who of the arms was reached by other campaigns as well, and who was lost of them."""
        effect = self.concluded
        return [*parts.contamination_said(effect), *parts.losses_said(effect)]

    @property
    def compared(self) -> str:
        """How many differences were looked at together."""
        return parts.compared_said(self.results.judgement)
