"""Asking for an evaluation now."""

from django.db import transaction
from django.utils.translation import gettext_noop

from campaigns.plan.models import Campaign
from crm.jobs.actions import start_job
from crm.jobs.models import Job
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def request_evaluation(*, campaign: Campaign, by: User) -> Job:
    """Start evaluating ``campaign`` now.

    The job already under way is returned instead of a second one.
    """
    kind, params = "analytics.tasks.evaluate_campaign", {"campaign": campaign.pk}
    # The campaign's row makes two who ask at once wait for each other.
    Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    running = Job.objects.open().filter(kind=kind, params=params).first()
    if running is not None:
        return running

    audit.record(action=AuditAction.EVALUATION_REQUEST, by=by, on=campaign)
    return start_job(
        kind=kind,
        title=gettext_noop("Evaluate “%(campaign)s”"),
        title_values={"campaign": str(campaign)},
        by=by,
        params=params,
    )
