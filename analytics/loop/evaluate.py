"""Evaluate a campaign.

Freeze the inputs, compute, find, propose, and check what the previous campaign promised.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from analytics.loop import formulas, inputs, mix, storage, verify
from analytics.loop.checking.gathering import factors_at
from analytics.loop.figures.shapes import Results
from analytics.loop.find import Found, find
from analytics.loop.inputs.recorded import segments_judged
from analytics.loop.inputs.shapes import EarlierCycle, Inputs
from analytics.loop.models import Adjustment, Evaluation, Finding
from analytics.loop.proposing import Case, propose
from analytics.loop.publications import EVALUATIONS
from analytics.loop.settled import last_window_of, later, refuse_if_folded
from analytics.loop.subjects import Subject
from analytics.loop.surveys import survey_figures
from analytics.published.models import Seal
from analytics.published.sealing import seal
from campaigns.plan.models import Campaign
from crm.segments.recorded import lacking

#: A target moves at most once in so long a time.
YEAR = timedelta(days=365)


@transaction.atomic
def evaluate(
    campaign: Campaign, as_of: datetime, *, computed_at: datetime | None = None
) -> Evaluation:
    """The evaluation of what is known of ``campaign`` at ``as_of``; the same inputs give the same
    row.

    Inputs that return to an earlier state give a new row, so that the last evaluation is what is
    known now; looking back with an ``as_of`` before the last one's gives the earlier row. Two at
    once wait for each other on the campaign's row. ``computed_at`` is now, except for a library
    that is made up with its past. Raises NothingToEvaluate before the launch,
    Settled once rows of its window are folded.
    """
    # The nightly run and a person may evaluate at once; the second finds the first one's row.
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    window = inputs.window_of(campaign, as_of)
    refuse_if_folded(window)
    frozen = inputs.freeze(campaign, as_of, survey_figures(campaign, window.until))
    digest = storage.digest(storage.inputs_to_json(frozen))

    last = campaign.evaluations.order_by("-number").first()
    # Nothing has changed since the last evaluation, whether or not it had been so before.
    is_known = last is not None and _says_the_same(last, frozen, digest)
    if is_known and not _has_ended_since(last, campaign, as_of):
        return last
    known = campaign.evaluations.filter(inputs_sha256=digest).first()
    if known is not None:
        if as_of < last.as_of:
            return known
        # The digest is unique, so the same inputs are told apart by the evaluation they came after.
        frozen = replace(frozen, returned_after=last.number)

    number = 1
    if last is not None:
        number = last.number + 1
    # By what the line has shown before, it is told whether channels differ.
    frozen = replace(frozen, earlier=earlier_cycles(campaign))
    times = {"as_of": as_of, "computed_at": computed_at or timezone.now()}
    return _evaluate_anew(campaign, times, number, frozen)


def _says_the_same(last: Evaluation, frozen: Inputs, digest: str) -> bool:
    """Whether ``last`` rests on what is known now. Another version of the formulas alone is nothing
    new: rounded twice, otherwise, the same numbers would narrow each other.
    """
    if storage.judged_digest(last.inputs) == digest:
        return True
    is_of_another_version = storage.inputs_from_json(last.inputs).version != frozen.version
    stored = storage.inputs_to_json(frozen)
    same = storage.observed_digest(last.inputs) == storage.observed_digest(stored)
    return is_of_another_version and same


def _has_ended_since(last: Evaluation, campaign: Campaign, as_of: datetime) -> bool:
    """Whether ``last`` is provisional and everything that it counts has ended by ``as_of``, the
    windows of its readers too: the same figures are final then, and a row of their own says so.
    """
    end = inputs.end_of(campaign) or campaign.closed_at
    if end is None:
        return False
    return last.as_of < later(end, last_window_of(campaign)) <= as_of


def _evaluate_anew(
    campaign: Campaign, times: dict[str, datetime], number: int, frozen: Inputs
) -> Evaluation:
    """A new row, with what follows from its figures: findings, proposals, checked promises."""
    stored = storage.inputs_to_json(frozen)
    results = formulas.compute(frozen)
    evaluation = Evaluation.objects.create(
        campaign=campaign,
        number=number,
        **times,
        inputs_sha256=storage.digest(stored),
        inputs=stored,
        results=storage.results_to_json(results),
    )

    found = find(results)
    findings = _store_findings(evaluation, found)
    case = Case.of(
        frozen,
        results,
        found,
        old_targets=old_targets(campaign, results),
        factors=factors_at(evaluation.as_of),
    )
    _store_proposals(evaluation, case, findings)
    _publish(evaluation, frozen)
    for adjustment in campaign.adjustments_applied.agreed().select_related("decision"):
        verify.record(adjustment, evaluation, results)
    return evaluation


def _publish(evaluation: Evaluation, frozen: Inputs) -> None:
    """Seal it whole. A later evaluation of the campaign replaces the one before, and says why."""
    before = evaluation.campaign.evaluations.filter(number=evaluation.number - 1).first()
    corrects, reason = None, Seal.Reason.FIRST
    if before is not None:
        corrects, reason = before.pk, Seal.Reason.CHANGED
    if frozen.returned_after is not None:
        reason = Seal.Reason.RETURNED
    seal(
        chain=EVALUATIONS,
        object_id=evaluation.pk,
        inputs_sha256=evaluation.inputs_sha256,
        corrects=corrects,
        reason=reason,
    )


def recompute(evaluation: Evaluation) -> dict:
    """The figures again from the evaluation's own frozen inputs, by the formulas of its own time.

    Equal to ``evaluation.results``.
    """
    frozen = storage.inputs_from_json(evaluation.inputs)
    return storage.results_to_json(formulas.compute(frozen))


def earlier_cycles(campaign: Campaign) -> tuple[EarlierCycle, ...]:
    """What channels brought in the earlier campaigns of the same line, newest first, as many as the
    step looks back. Of each its last evaluation; one that was never evaluated is passed over.
    """
    cycles: list[EarlierCycle] = []
    earlier = campaign.previous
    while earlier is not None and len(cycles) < mix.CYCLES_BACK:
        last = earlier.evaluations.order_by("-number").first()
        # A cycle that nobody evaluated tells nothing; those before it still count.
        if last is not None:
            cycles.append(_cycle_of(storage.results_from_json(last.results)))
        earlier = earlier.previous
    return tuple(cycles)


def _cycle_of(results: Results) -> EarlierCycle:
    """The channels of a report that were measured."""
    channels = []
    for channel in results.channels:
        if channel.responses_told is not None:
            channels.append((channel.channel, float(channel.responses_told), float(channel.effort)))
    return EarlierCycle(results.basis.value, tuple(channels))


def old_targets(campaign: Campaign, results: Results) -> frozenset[str]:
    """Metrics whose target has been the same for a year of the line when the period ended.

    One query for each campaign before this one.
    """
    if results.period.end is None:
        return frozenset()
    since: dict[str, date | None] = {}
    standing = dict(campaign.standards.values_list("metric", "target"))
    one = campaign
    while one is not None and standing:
        since |= dict.fromkeys(standing, one.starts_on)
        one = one.previous
        standing = _unchanged(standing, one)

    year_ago = results.period.end.date() - YEAR
    return frozenset(metric for metric, day in since.items() if day and day <= year_ago)


def _unchanged(targets: dict[str, Decimal], before: Campaign | None) -> dict[str, Decimal]:
    """Those of the targets that the campaign before had as well; none without one."""
    if before is None:
        return {}
    stood = dict(before.standards.values_list("metric", "target"))
    return {metric: target for metric, target in targets.items() if stood.get(metric) == target}


def _store_findings(evaluation: Evaluation, found: list[Found]) -> dict[Subject, Finding]:
    """Insert every finding of an evaluation; returns {what it is about: its row}."""
    findings = {}
    for one in found:
        finding = storage.finding_of(evaluation, one)
        finding.save()
        findings[one.subject] = finding
    return findings


def _store_proposals(evaluation: Evaluation, case: Case, findings: dict[Subject, Finding]) -> None:
    """Undecided proposals of older evaluations give way to the new ones, decided ones stand. About
    a segment whose rule asks for days that are not recorded nothing is proposed.
    """
    older = Adjustment.objects.filter(evaluation__campaign=evaluation.campaign)
    older.waiting().update(state=Adjustment.State.SUPERSEDED)
    decided = set(older.filter(decision__isnull=False).values_list("kind", "target"))

    keys = {*case.addressed, *case.unchosen_sizes}
    lack = lacking(segments_judged(keys), case.results.period.start)
    silent = set(map(Subject.segment, lack))
    for proposal in propose(case):
        # Who was found by a rule whose days nobody recorded is found otherwise once they are there.
        if proposal.target in silent:
            continue
        adjustment = storage.adjustment_of(evaluation, proposal)
        # A person has spoken about this field; a newer figure does not ask again.
        if (adjustment.kind, adjustment.target) in decided:
            continue
        adjustment.save()
        adjustment.findings.set([findings[one.subject] for one in proposal.rests_on])
