"""Evaluate a campaign.

Freeze the inputs, compute, find, propose, and check what the previous campaign promised.
"""

from datetime import datetime

from django.db import transaction

from analytics.loop import figures, inputs, surveys, verify
from analytics.loop.find import find
from analytics.loop.models import Adjustment, Evaluation
from analytics.loop.propose import Plan, propose
from campaigns.plan.models import Campaign

#: How many earlier cycles of the same line count as history.
CYCLES_BACK = 4


@transaction.atomic
def evaluate(campaign: Campaign, as_of: datetime) -> Evaluation:
    """The evaluation of what is known of ``campaign`` at ``as_of``; the same inputs give the same
    row.

    Inputs that return to an earlier state give a new row, so that the last evaluation is what is
    known now; looking back with an ``as_of`` before the last one's gives the earlier row. Two at
    once wait for each other on the campaign's row. Raises NothingToEvaluate before the launch.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    window = inputs.window_of(campaign, as_of)
    frozen = inputs.freeze(campaign, as_of, surveys.read(campaign, window.until))
    digest = inputs.digest(frozen)
    last = campaign.evaluations.order_by("-number").first()
    if last is not None and _state(last.inputs) == digest:
        return last
    known = campaign.evaluations.filter(inputs_sha256=digest).first()
    if known is not None:
        if as_of < last.as_of:
            return known
        frozen["returned_after"] = last.number
        digest = inputs.digest(frozen)
    evaluation = Evaluation.objects.create(
        campaign=campaign,
        number=last.number + 1 if last else 1,
        as_of=as_of,
        inputs_sha256=digest,
        inputs=frozen,
        results=figures.compute(frozen),
    )
    _store_what_follows(evaluation)
    for adjustment in campaign.adjustments_applied.agreed().select_related("decision"):
        verify.record(adjustment, evaluation)
    return evaluation


def _state(frozen: dict) -> str:
    """Digest of frozen inputs, whether or not they had been so before."""
    return inputs.digest({key: value for key, value in frozen.items() if key != "returned_after"})


def recompute(evaluation: Evaluation) -> dict:
    """The figures again from the evaluation's own frozen inputs.

    Equal to ``evaluation.results``.
    """
    return figures.compute(evaluation.inputs)


def history_of(campaign: Campaign) -> list[dict]:
    """Results of the earlier campaigns of the same line, newest first."""
    results = []
    earlier = campaign.previous
    while earlier is not None and len(results) < CYCLES_BACK:
        last = earlier.evaluations.order_by("-number").first()
        if last is not None:
            results.append(last.results)
        earlier = earlier.previous
    return results


def _store_what_follows(evaluation: Evaluation) -> None:
    """Findings and proposals of a new evaluation.

    Undecided proposals of older ones give way, decided ones stand.
    """
    campaign = evaluation.campaign
    findings = find(evaluation)
    for finding in findings:
        finding.save()
    older = Adjustment.objects.filter(evaluation__campaign=campaign)
    older.waiting().update(state=Adjustment.State.SUPERSEDED)
    decided = set(older.filter(decision__isnull=False).values_list("kind", "target"))
    for proposal in propose(findings, Plan.of(evaluation.results), history_of(campaign)):
        if (proposal.adjustment.kind, proposal.adjustment.target) in decided:
            continue
        proposal.adjustment.evaluation = evaluation
        proposal.adjustment.save()
        proposal.adjustment.findings.set(proposal.findings)
