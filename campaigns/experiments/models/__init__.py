from campaigns.experiments.models.drawn import Assignment, DrawnArm
from campaigns.experiments.models.experiment import (
    LONGEST_WINDOW,
    USUAL_AS_BEFORE,
    USUAL_WINDOW,
    Arm,
    Experiment,
    Guardrail,
    Outcome,
    Role,
)
from campaigns.experiments.models.programme import ProgrammeHoldout

__all__ = [
    "LONGEST_WINDOW",
    "USUAL_AS_BEFORE",
    "USUAL_WINDOW",
    "Arm",
    "Assignment",
    "DrawnArm",
    "Experiment",
    "Guardrail",
    "Outcome",
    "ProgrammeHoldout",
    "Role",
]
