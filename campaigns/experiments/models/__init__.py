from campaigns.experiments.models.drawn import Assignment, DrawnArm
from campaigns.experiments.models.experiment import Arm, Experiment, Guardrail, Outcome, Role
from campaigns.experiments.models.programme import ProgrammeHoldout

__all__ = [
    "Arm",
    "Assignment",
    "DrawnArm",
    "Experiment",
    "Guardrail",
    "Outcome",
    "ProgrammeHoldout",
    "Role",
]
