"""Months that are over are published, and published again with each change of their figures; what
others published is recorded once.
"""

from analytics.published.chains import Chain, Rows

MONTHS, OBSERVATIONS = "months", "observations"
CHAINS = [
    Chain(MONTHS, "analytics.PublishedMonth", (Rows("analytics.PublishedMonth", "t.id"),)),
    Chain(OBSERVATIONS, "analytics.Observation", (Rows("analytics.Observation", "t.id"),)),
]
CHECKS = [
    "analytics.facts.publishing.changed_months",
    "analytics.facts.publishing.untold_changes",
]
