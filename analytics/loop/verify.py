"""Did the agreed adjustments do what they promised? The next campaign's evaluation answers."""

from dataclasses import dataclass

from analytics.loop.figures import measured, stored
from analytics.loop.models import Adjustment, Evaluation
from core import estimates
from core.estimates import Estimate


def observe(adjustment: Adjustment, results: dict) -> Estimate:
    """What ``results`` of the next campaign show of the promised measure.

    Silent where they cannot say.
    """
    measure, key = adjustment.measure, adjustment.target.partition(":")[2]
    if measure.startswith("per_"):
        same = measure == f"per_{results['basis']}"
        rows = (
            r["per_effort"]
            for r in results["channels"]
            if same and r["channel"] == key and r["responses"] is not None
        )
    elif measure == "segment_response":
        rows = (row["response"] for row in results["segments"] if str(row["segment"]) == key)
    elif measure == "hour_response":
        rows = (
            row["response"] for row in results["hours"] if row["hour"] == adjustment.agreed_value
        )
    elif measure == "audience_response":
        rows = iter([results["response"]])
    else:
        return measured(measure, results)
    found = next(rows, None)
    if found is None or found["value"] is None:
        return estimates.silent((found or {}).get("n") or 0)
    return stored(found)


def record(adjustment: Adjustment, evaluation: Evaluation) -> None:
    """Fill the observed side of an agreed adjustment from the evaluation of the campaign it was
    applied in.
    """
    seen = observe(adjustment, evaluation.results)
    adjustment.observed, adjustment.observed_low, adjustment.observed_high = (
        seen.value,
        seen.low,
        seen.high,
    )
    adjustment.observed_n, adjustment.observed_in = seen.n, evaluation
    adjustment.save(
        update_fields=["observed", "observed_low", "observed_high", "observed_n", "observed_in"]
    )


@dataclass(frozen=True)
class Record:
    """What became of the proposals.

    ``due`` ones have been measured; ``held`` did at least what they promised.
    """

    proposed: int
    accepted: int
    changed: int
    refused: int
    waiting: int
    due: int
    held: int
    covered: int

    @property
    def share(self) -> float | None:
        return self.held / self.due if self.due else None


def tally(adjustments) -> Record:
    """Count adjustments (a queryset or a list).

    Only those accepted as proposed are held to their promise.
    """
    adjustments = [a for a in adjustments if a.state != Adjustment.State.SUPERSEDED]
    states = [a.state for a in adjustments]
    due = [a for a in adjustments if a.state == Adjustment.State.ACCEPTED and a.covered is not None]
    return Record(
        proposed=len(states),
        accepted=states.count(Adjustment.State.ACCEPTED),
        changed=states.count(Adjustment.State.CHANGED),
        refused=states.count(Adjustment.State.REFUSED),
        waiting=states.count(Adjustment.State.PROPOSED),
        due=len(due),
        held=sum(bool(a.came_true) for a in due),
        covered=sum(bool(a.covered) for a in due),
    )
