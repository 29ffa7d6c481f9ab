"""What a campaign promised, read from the database."""

from datetime import date

from campaigns.experiments.models import Experiment, ProgrammeHoldout
from campaigns.plan.models import Campaign

#: Tables that statements of other apps may name.
READABLE = (
    "campaigns_experiment",
    "campaigns_arm",
    "campaigns_assignment",
    "campaigns_drawnarm",
)


def experiment_of(campaign: Campaign) -> Experiment | None:
    """What the campaign promises; None where nothing was. One statement."""
    return Experiment.objects.filter(campaign=campaign).first()


def programme_on(day: date) -> ProgrammeHoldout | None:
    """The programme's holdout that runs on ``day``; None where there is none. One statement."""
    return ProgrammeHoldout.objects.filter(starts_on__lte=day, ends_on__gte=day).first()
