"""The models of analytics, re-exported for Django: each lives in its room."""

from analytics.facts.models import Fact, Observation, PublishedMonth, Target
from analytics.loop.models import Adjustment, Decision, Evaluation, Finding, SecondReading
from analytics.published.models import Seal, Verification

__all__ = [
    "Adjustment",
    "Decision",
    "Evaluation",
    "Fact",
    "Finding",
    "Observation",
    "PublishedMonth",
    "Seal",
    "SecondReading",
    "Target",
    "Verification",
]
