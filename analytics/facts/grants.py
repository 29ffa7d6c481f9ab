"""What is kept of facts: what was published of a month that is over, and what others published.
Facts themselves are computed anew at night.
"""

from core.grants import Kept

KEPT = [Kept("analytics.PublishedMonth"), Kept("analytics.Observation")]
