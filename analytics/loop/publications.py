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
    # What a campaign is judged by, before any judgement.
    "campaigns.plan.keeping.locks_taken_off",
    "campaigns.plan.keeping.budgets_differ",
    "campaigns.plan.keeping.standards_differ",
    "analytics.loop.keeping.figures_without_inputs",
    "analytics.loop.keeping.states_without_decision",
    "analytics.loop.keeping.observed_otherwise",
]
