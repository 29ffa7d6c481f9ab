"""What runs at night and what somebody asked for. Ids in, one line of work, safe to run twice."""

import logging

from celery import shared_task
from django.utils import timezone

from analytics.loop.actions import tell_deciders
from analytics.loop.evaluate import evaluate
from analytics.loop.inputs import NothingToEvaluate
from campaigns.plan.models import Campaign
from crm.jobs.running import run_job

log = logging.getLogger(__name__)


def evaluate_ended(as_of) -> tuple[int, int]:
    """Evaluate every campaign whose period was over at ``as_of``; returns how many have a new
    evaluation, and of how many the last one still stands.

    A campaign that cannot be evaluated does not hold up the others.
    """
    new = unchanged = 0
    today = timezone.localtime(as_of).date()
    for campaign in Campaign.objects.ended(today).order_by("ends_on", "pk"):
        before = set(campaign.evaluations.values_list("pk", flat=True))
        try:
            found = evaluate(campaign, as_of)
            tell_deciders(evaluation=found, by=None)
        # Live, but nothing has gone out: no fault, so no traceback in the log.
        except NothingToEvaluate as reason:
            log.info("campaign %s not evaluated: %s", campaign.pk, reason)
        # Whatever is wrong with one campaign: the night goes on, and the log says where to look.
        except Exception:
            log.exception("campaign %s not evaluated", campaign.pk)
        else:
            is_known = found.pk in before
            unchanged += is_known
            new += not is_known
    return new, unchanged


@shared_task(name="analytics.tasks.run_loop")
def run_loop() -> None:
    """The nightly run: every campaign whose period is over, as things stand now."""
    evaluate_ended(timezone.now())


@shared_task(name="analytics.tasks.evaluate_campaign")
def evaluate_campaign(job_id: int) -> None:
    """One campaign, as the job of somebody who asked; the row of the job says how it ended."""
    run_job(job_id, _evaluate)


def _evaluate(job) -> tuple[dict, str]:
    """Evaluate the job's campaign: what the job tells of the result, and the report's address."""
    campaign = Campaign.objects.get(pk=job.params["campaign"])
    evaluation = evaluate(campaign, timezone.now())
    tell_deciders(evaluation=evaluation, by=job.created_by)
    return {"evaluation": evaluation.pk, "number": evaluation.number}, evaluation.get_absolute_url()
