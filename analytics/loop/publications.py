"""What the loop publishes: evaluations with their findings and proposals, and decisions."""

from analytics.published.chains import Chain, Rows

EVALUATIONS, DECISIONS = "evaluations", "decisions"
#: The rows that join proposals and findings name the evaluation through the proposal.
OF_THE_PROPOSAL = "(SELECT evaluation_id FROM analytics_adjustment a WHERE a.id = t.adjustment_id)"
CHAINS = [
    Chain(
        EVALUATIONS,
        "analytics.Evaluation",
        (
            Rows("analytics.Evaluation", "t.id"),
            Rows("analytics.Finding", "t.evaluation_id"),
            Rows("analytics.Adjustment", "t.evaluation_id"),
            Rows("analytics.Adjustment_findings", OF_THE_PROPOSAL),
        ),
    ),
    Chain(DECISIONS, "analytics.Decision", (Rows("analytics.Decision", "t.id"),)),
]
CHECKS = [
    "analytics.loop.keeping.states_without_decision",
    "analytics.loop.keeping.observed_otherwise",
]
