from campaigns.experiments.models.drawn import Assignment, DrawnArm
from campaigns.experiments.models.experiment import (
    LONGEST_WINDOW,
    MOST_SECONDARY,
    PER_READERS,
    USUAL_AS_BEFORE,
    USUAL_WINDOW,
    Arm,
    Experiment,
    Guardrail,
    NamedOutcome,
    Role,
)
from campaigns.experiments.models.programme import ProgrammeHoldout

__all__ = [
    "LONGEST_WINDOW",
    "MOST_SECONDARY",
    "PER_READERS",
    "USUAL_AS_BEFORE",
    "USUAL_WINDOW",
    "Arm",
    "Assignment",
    "DrawnArm",
    "Experiment",
    "Guardrail",
    "NamedOutcome",
    "ProgrammeHoldout",
    "Role",
]
