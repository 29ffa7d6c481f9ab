"""Months that are over are published, and published again with each change of their figures."""

from analytics.published.chains import Chain, Rows

MONTHS = "months"
CHAINS = [
    Chain(MONTHS, "analytics.PublishedMonth", (Rows("analytics.PublishedMonth", "t.id"),)),
]
CHECKS = ["analytics.facts.publishing.changed_months"]
