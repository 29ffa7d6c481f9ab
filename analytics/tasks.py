"""What runs at night and what somebody asked for. Ids in, one line of work, safe to run twice."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics import facts
from analytics.loop.evaluate import evaluate
from analytics.loop.inputs import NothingToEvaluate
from campaigns.models import Campaign
from crm import jobs

log = logging.getLogger(__name__)


def evaluate_ended(as_of) -> int:
    """Evaluate every campaign whose period was over at ``as_of``; returns how many have an evaluation now.

    A campaign that cannot be evaluated does not hold up the others.
    """
    evaluated = 0
    for campaign in Campaign.objects.ended(timezone.localtime(as_of).date()).order_by("ends_on", "pk"):
        try:
            evaluate(campaign, as_of)
        except NothingToEvaluate as reason:
            log.info("campaign %s not evaluated: %s", campaign.pk, reason)
        except Exception:
            log.exception("campaign %s not evaluated", campaign.pk)
        else:
            evaluated += 1
    return evaluated


@shared_task(name="analytics.tasks.run_loop")
def run_loop() -> None:
    evaluate_ended(timezone.now())


@shared_task(name="analytics.tasks.compute_facts")
def compute_facts() -> None:
    facts.compute_recent(timezone.localdate())


@shared_task(name="analytics.tasks.evaluate_campaign")
def evaluate_campaign(job_id: int) -> None:
    jobs.run(job_id, _evaluate)


@shared_task(name="analytics.tasks.rebuild_facts")
def rebuild_facts(job_id: int) -> None:
    jobs.run(job_id, _rebuild)


def _evaluate(job) -> tuple[dict, str]:
    campaign = Campaign.objects.get(pk=job.params["campaign"])
    try:
        evaluation = evaluate(campaign, timezone.now())
    except NothingToEvaluate as reason:
        raise jobs.Refused(str(reason)) from None
    return {"evaluation": evaluation.pk, "number": evaluation.number}, evaluation.get_absolute_url()


def _rebuild(job) -> tuple[dict, str]:
    """Month by month, so that progress shows and a cancel is heard."""
    first, today = facts.first_day(), timezone.localdate()
    if first is None:
        raise jobs.Refused(_("Nothing has been recorded yet."))
    months = [facts.month_start(first)]
    while (after := facts.next_month(months[-1])) <= today:
        months.append(after)
    for done, month in enumerate(months):
        jobs.progress(job, done, total=len(months), message=f"{month:%Y-%m}")
        facts.compute(month, facts.next_month(month) - timedelta(days=1))
    return {"months": len(months)}, ""
