"""What is kept of the loop: evaluations, what they found and proposed, and what was decided."""

from core.grants import Kept

KEPT = [
    Kept("analytics.Evaluation"),
    Kept("analytics.Finding"),
    # What was proposed stays; what became of it is written when it is known.
    Kept(
        "analytics.Adjustment",
        moving=(
            "state",
            "applied_in",
            "applied_at",
            "observed",
            "observed_low",
            "observed_high",
            "observed_n",
            "observed_in",
        ),
    ),
    Kept("analytics.Adjustment_findings"),
    Kept("analytics.Decision"),
    # What was asked stays; the answer is written once.
    Kept("analytics.SecondReading", moving=("agreed", "answer", "answered_at", "answered_by")),
]
