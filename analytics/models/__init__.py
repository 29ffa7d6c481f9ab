from analytics.models.fact import Fact, Observation, Target
from analytics.models.loop import Adjustment, Decision, Evaluation, Finding

__all__ = [
    "Adjustment",
    "Decision",
    "Evaluation",
    "Fact",
    "Finding",
    "Observation",
    "Target",
]
