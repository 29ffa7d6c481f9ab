"""Verbs of insight that are not the loop itself: ask for an evaluation, for facts, set a target."""

from django.db import transaction
from django.utils.translation import gettext as _

from analytics.models import Target
from campaigns.models import Campaign
from crm import audit, jobs
from crm.models import Job, User


@transaction.atomic
def request_evaluation(*, campaign: Campaign, by: User) -> Job:
    """Start evaluating ``campaign`` now; the job already under way is returned instead of a second one."""
    kind, params = "analytics.tasks.evaluate_campaign", {"campaign": campaign.pk}
    Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    running = Job.objects.open().filter(kind=kind, params=params).first()
    title = _("Evaluate “%(campaign)s”") % {"campaign": campaign}
    return running or jobs.start(kind=kind, title=title, by=by, params=params)


@transaction.atomic
def request_facts(*, by: User) -> Job:
    """Compute every monthly figure anew, since the first recorded activity."""
    kind = "analytics.tasks.rebuild_facts"
    running = Job.objects.open().filter(kind=kind).first()
    return running or jobs.start(kind=kind, title=_("Compute the monthly figures anew"), by=by)


@transaction.atomic
def set_target(*, metric: str, value: int, by: User) -> Target:
    """What the library wants a monthly figure to be."""
    target, _created = Target.objects.update_or_create(metric=metric, defaults={"value": value, "set_by": by})
    audit.record(action="target.set", by=by, on=target, metric=metric, value=value)
    return target
