"""What a campaign promised, read from the database."""

from datetime import date

from django.db.models import QuerySet

from campaigns.experiments.models import Experiment, ProgrammeHoldout
from campaigns.plan.models import Campaign
from crm.readers.models import ContactChannel, Purpose, Reader
from crm.segments.models import SegmentMember

#: Tables that statements of other apps may name.
READABLE = (
    "campaigns_arm",
    "campaigns_assignment",
)


def experiment_of(campaign: Campaign) -> Experiment | None:
    """What the campaign promises; None where nothing was. One statement."""
    return Experiment.objects.filter(campaign=campaign).first()


def programme_on(day: date) -> ProgrammeHoldout | None:
    """The programme's holdout that runs on ``day``; None where there is none. One statement."""
    return ProgrammeHoldout.objects.filter(starts_on__lte=day, ends_on__gte=day).first()


def audience_of(campaign: Campaign) -> QuerySet[Reader]:
    """Readers of the campaign's segments who may be mailed for what its first mail is for; notices
    where none is written. Each once; the stop list of addresses is not looked at.
    """
    # Not the most general consent but the one its mail will need: the others will get nothing, and
    # must not be counted on.
    purpose = campaign.contents.order_by("pk").values_list("purpose", flat=True).first()
    members = SegmentMember.objects.filter(segment__in=campaign.segments.all())
    reachable = Reader.objects.reachable(ContactChannel.EMAIL, purpose or Purpose.NOTICES)
    return reachable.filter(pk__in=members.values("reader"))
