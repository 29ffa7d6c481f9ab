"""What was found and proposed, as rows of the database, and back."""

from analytics.loop.find import Found, RowFilter
from analytics.loop.models import Adjustment, Evaluation, Finding
from analytics.loop.proposals import Proposal
from analytics.loop.storage.subjects import subject_from_text, subject_to_text
from analytics.loop.subjects import Subject
from campaigns.sending.models import Delivery

#: What the stored filter of the holdout comparison says: all deliveries, the held out ones too.
COMPARISON = {"state": Delivery.State.HOLDOUT.value}


def finding_of(evaluation: Evaluation, found: Found) -> Finding:
    """The row of what was found, unsaved."""
    figure = found.figure
    return Finding(
        evaluation=evaluation,
        kind=found.kind,
        subject=subject_to_text(found.subject),
        label=found.names,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        level=figure.level,
        n=figure.n,
        unit=figure.measure.value,
        rows={"campaign": evaluation.campaign_id} | _row_filter_to_json(found.rows),
    )


def adjustment_of(evaluation: Evaluation, proposal: Proposal) -> Adjustment:
    """An unsaved row, without the findings it rests on."""
    promise = proposal.promise
    # A standard has no names of its own, so 0.1 kept its direction in their place.
    label = proposal.names
    if proposal.direction:
        label = {"direction": proposal.direction}
    factor = None
    if proposal.factor != 1:
        factor = proposal.factor
    return Adjustment(
        evaluation=evaluation,
        kind=proposal.kind,
        target=subject_to_text(proposal.target),
        label=label,
        before=proposal.before,
        after=proposal.after,
        measure=promise.measure.value,
        expected=promise.value,
        expected_low=promise.low,
        expected_high=promise.high,
        expected_level=promise.level,
        expected_spread=proposal.spread,
        expected_factor=factor,
        n=proposal.n,
    )


def subject_of(finding: Finding) -> Subject:
    """What the finding speaks of. ValueError for a kind of subject nobody knows."""
    return subject_from_text(finding.subject)


def target_of(adjustment: Adjustment) -> Subject:
    """What the proposal would change. ValueError for a kind of subject nobody knows."""
    return subject_from_text(adjustment.target)


def direction_of(adjustment: Adjustment) -> str:
    """Of a standard that an adjustment is about; empty for everything else."""
    return adjustment.label.get("direction", "")


def _row_filter_to_json(rows: RowFilter) -> dict:
    """Only what narrows the rows is stored."""
    if rows.comparison:
        return dict(COMPARISON)
    narrowed = {
        "channel": rows.channel,
        "segment": rows.segment,
        "hour": rows.hour,
        "survey": rows.survey,
    }
    stored = {}
    for key, value in narrowed.items():
        if value is not None:
            stored[key] = value
    return stored


def row_filter_of(finding: Finding) -> RowFilter:
    """Which deliveries the finding rests on. Any stored state is that of the holdout: 0.1 narrowed
    by no other.
    """
    stored = finding.rows
    return RowFilter(
        comparison="state" in stored,
        channel=stored.get("channel"),
        segment=stored.get("segment"),
        hour=stored.get("hour"),
        survey=stored.get("survey"),
    )
