"""A target that no longer fits what is reached. Pure.

A missed target is a miss, and not a reason to lower it: what was reached is held against the target
first, and a target moves once a year at most, by a person who says so.
"""

from collections.abc import Iterator

from analytics.loop.figures.shapes import StandardResult
from analytics.loop.figures.standards import Attained
from analytics.loop.measures import Figure, Metric
from analytics.loop.models import Adjustment
from analytics.loop.proposals import Proposal
from analytics.loop.proposing.case import Case
from analytics.loop.proposing.registry import proposes
from analytics.loop.subjects import Subject
from core import estimates
from core.estimates import Estimate

Kind = Adjustment.Kind
#: A move below this part of a target is not worth a decision.
SMALLEST_RECALIBRATION = 0.05
