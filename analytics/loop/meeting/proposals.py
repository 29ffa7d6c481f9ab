"""The proposals of a report: what would change from what to what, and why, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.loop import storage
from analytics.loop.choices import RANGES, Range
from analytics.loop.conclusions import what_could_be_seen
from analytics.loop.found import why
from analytics.loop.judging.saying import JudgementTold
from analytics.loop.models import Adjustment, Evaluation, Finding
from analytics.loop.words import figure_range, figure_text, measure_name
from core.numbers import percent

Kind = Adjustment.Kind
#: What rests on the draw itself, whatever was compared.
BY_THE_DRAW = frozenset({Kind.STOP, Kind.REDUCE, Kind.CONTENT_ARM, Kind.TIMING})


@dataclass(frozen=True)
class Basis:
    """What a proposal rests on: its word, and the class that colours it."""

    word: str
    look: str


RANDOMISED = Basis(gettext_lazy("randomised"), "randomised")
OBSERVED = Basis(gettext_lazy("observed only"), "observed")
TO_LEARN = Basis(gettext_lazy("to find out"), "learning")


@dataclass(frozen=True)
class MeetingProposal:
    """A proposal as the meeting decides it. ``range``: between what another value must lie; None
    where it can only be accepted or refused.
    """

    adjustment: Adjustment
    basis: Basis
    reasons: Sequence[str]
    promise: str
    range: Range | None

    @property
    def key(self) -> str:
        """Its place on the page."""
        return f"proposal-{self.adjustment.pk}"

    @property
    def waits(self) -> bool:
        """Whether nobody has decided yet, nor asked for a second person's yes."""
        return self.adjustment.state == Adjustment.State.PROPOSED


def proposals_of(
    adjustments: Iterable[Adjustment], findings: Iterable[Finding], judgement: JudgementTold
) -> list[MeetingProposal]:
    """``adjustments`` with their findings, each of which is one of ``findings``."""
    by_pk = {finding.pk: finding for finding in findings}
    return [proposal_of(adjustment, by_pk, judgement) for adjustment in adjustments]


def proposal_of(
    adjustment: Adjustment, findings: Mapping[int, Finding], judgement: JudgementTold | None
) -> MeetingProposal:
    """One proposal. ``findings``: by key, with the evaluation they belong to."""
    rests_on = [findings[one.pk] for one in adjustment.findings.all()]
    return MeetingProposal(
        adjustment=adjustment,
        basis=basis_of(adjustment, judgement),
        reasons=[*map(why, rests_on), *_why_to_learn(adjustment, judgement)],
        promise=promise_said(adjustment),
        range=RANGES.get(adjustment.kind),
    )


def _why_to_learn(adjustment: Adjustment, judgement: JudgementTold | None) -> list[str]:
    """What arms of this size can show beside what is worth having, where that is the reason to
    find out.
    """
    if adjustment.kind != Kind.LEARN or judgement is None:
        return []
    said = what_could_be_seen(judgement.effect)
    return [said] if said else []


def basis_of(adjustment: Adjustment, judgement: JudgementTold | None) -> Basis:
    """Whether readers were drawn for what it rests on."""
    if adjustment.kind == Kind.LEARN:
        return TO_LEARN
    if adjustment.kind in BY_THE_DRAW:
        return RANDOMISED
    if judgement is not None and _is_randomised(adjustment, judgement):
        return RANDOMISED
    return OBSERVED


def _is_randomised(adjustment: Adjustment, judgement: JudgementTold) -> bool:
    """Whether the gap of its own subject was drawn."""
    target = storage.target_of(adjustment)
    return any(gap.subject == target and gap.randomised for gap in judgement.gaps)


def promise_said(adjustment: Adjustment) -> str:
    """The difference to going on as before, with its level and how many it rests on."""
    promise = storage.promise_of(adjustment)
    if adjustment.kind == Kind.LEARN:
        return _("Promises nothing but to know it afterwards.")
    if not promise.says:
        return _("Promises nothing that could be checked.")
    told = {
        "what": measure_name(adjustment.measure),
        "value": figure_text(promise),
        "range": figure_range(promise),
        "level": percent(promise.level, 0),
        "n": adjustment.persons,
    }
    if promise.low is None:
        return _("Promise: %(what)s %(value)s (n=%(n)s)") % told
    return _("Promise: %(what)s %(value)s (%(level)s interval %(range)s; n=%(n)s)") % told


def proposals_title(count: int) -> str:
    """The heading: how many there are."""
    if not count:
        return _("Next round: nothing is proposed")
    return ngettext("Next round: one proposal", "Next round: %(n)s proposals", count) % {"n": count}


def in_place(adjustment: Adjustment, evaluation: Evaluation) -> MeetingProposal:
    """One proposal for its place on the page, after something was decided about it."""
    findings = {}
    for finding in adjustment.findings.all():
        finding.evaluation = evaluation
        findings[finding.pk] = finding
    results = storage.results_as_told(evaluation.results)
    return proposal_of(adjustment, findings, results.judgement)
