"""A live campaign with an experiment, made before its lock as the pages make it."""

from datetime import date

from django.utils import timezone

from campaigns.experiments.models import Experiment
from campaigns.plan.models import Campaign
from tests import factories

#: (letter, role, percent) of the picture: two new letters, and the plan before.
THREE = (("A", "new", 40), ("B", "new", 40), ("C", "as_before", 20))


def experiment(by, *, arms=THREE, holdout=10, **promised) -> Experiment:
    """What a campaign promises whose plan is still open, addressed to every active reader."""
    campaign = factories.CampaignFactory(
        owner=by, holdout_percent=holdout, starts_on=date(2026, 9, 1)
    )
    campaign.segments.add(factories.SegmentFactory(rule={}))
    made = factories.ExperimentFactory(campaign=campaign, **promised)
    for code, role, weight in arms:
        factories.ArmFactory(experiment=made, code=code, role=role, weight=weight)
    return made


def live(made: Experiment) -> Campaign:
    """Its campaign, locked and live."""
    Campaign.objects.filter(pk=made.campaign_id).update(
        phase=Campaign.Phase.PERFORMANCE,
        locked_at=timezone.now(),
        locked_by=made.campaign.owner,
    )
    made.campaign.refresh_from_db()
    return made.campaign
