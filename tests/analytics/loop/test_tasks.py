"""The nightly loop.

Once whatever happens, later when it was missed, and no campaign holds up another.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from celery.schedules import crontab
from django.core.management import CommandError, call_command
from django.db import connection

from analytics.facts.tasks import compute_facts
from analytics.loop.actions import request_evaluation
from analytics.loop.evaluate import evaluate
from analytics.loop.models import Adjustment, Evaluation, Finding
from analytics.loop.tasks import evaluate_campaign, evaluate_ended, run_loop
from config.celery import app
from crm.jobs.models import Job
from tests.analytics import building as make
from tests.factories import CampaignFactory, UserFactory

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 4, 1, 18, 40, tzinfo=UTC)


@pytest.fixture
def ended():
    made = make.campaign()
    make.deliver(make.content(made), 60, responded=20)
    return made


def rows():
    return [model.objects.count() for model in (Evaluation, Finding, Adjustment)]


def test_two_beats_bring_one_report(ended):
    with time_machine.travel(NIGHT, tick=False):
        run_loop()
        once = rows()
        run_loop()
    assert rows() == once
    assert once[0] == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_bring_one_report():
    made = make.campaign()
    make.deliver(make.content(made), 60, responded=20)

    def work(_worker):
        try:
            return evaluate(made, NIGHT).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        assert len(set(pool.map(work, range(4)))) == 1
    assert Evaluation.objects.count() == 1


def test_beat_down_over_the_months_end_brings_the_report_once_later_with_the_same_figures(ended):
    with time_machine.travel(NIGHT + timedelta(days=12), tick=False):
        run_loop()
        run_loop()
    late = Evaluation.objects.get()
    assert late.results["window"]["end"].startswith("2026-04-01T00:00:00")
    assert late.results["reach"] == 60


def test_a_campaign_is_not_evaluated_before_its_last_day_is_over(ended):
    with time_machine.travel(
        datetime(2026, 3, 31, 15, 0, tzinfo=UTC), tick=False
    ):  # 23:00 on the last day
        run_loop()
    assert Evaluation.objects.count() == 0


def test_one_campaign_that_cannot_be_evaluated_does_not_hold_up_the_others(ended):
    owner = UserFactory(role="librarian")
    CampaignFactory(
        phase="performance",
        locked_at=make.LAUNCH,
        locked_by=owner,
        owner=owner,
        ends_on="2026-03-20",
        title="Nothing went out",
    )
    assert evaluate_ended(NIGHT) == (1, 0)
    assert evaluate_ended(NIGHT) == (0, 1)


def test_entries_of_a_night_expire_before_the_next_one():
    for name in ("loop", "facts"):
        entry = app.conf.beat_schedule[name]
        assert isinstance(entry["schedule"], crontab)
        assert entry["options"]["expires"] < 24 * 3600


@pytest.mark.parametrize("task", [run_loop, compute_facts])
def test_task_run_twice_leaves_the_same_rows(task, ended):
    with time_machine.travel(NIGHT, tick=False):
        task()
        once = rows()
        task()
    assert rows() == once


def test_evaluating_on_demand_is_one_job_however_often_it_is_asked_for(ended):
    by = UserFactory(role="librarian")
    first = request_evaluation(campaign=ended, by=by)
    assert request_evaluation(campaign=ended, by=by) == first

    evaluate_campaign(first.pk)
    evaluate_campaign(first.pk)

    first.refresh_from_db()
    assert (first.state, first.result_url) == (
        Job.State.DONE,
        Evaluation.objects.get().get_absolute_url(),
    )


def test_a_job_for_a_campaign_without_launch_says_why_it_failed():
    job = request_evaluation(campaign=CampaignFactory(), by=UserFactory(role="librarian"))
    evaluate_campaign(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.message
    assert Evaluation.objects.count() == 0


def test_command_evaluates_as_things_stood(ended, capsys):
    call_command("run_loop", as_of="2026-04-02")
    assert "1 evaluated anew, 0 unchanged" in capsys.readouterr().out
    call_command("run_loop", as_of="2026-03-15", campaign=ended.pk)
    with pytest.raises(CommandError):
        call_command("run_loop", as_of="the day before yesterday")
    with pytest.raises(CommandError):
        call_command("run_loop", as_of="2026-02-01", campaign=ended.pk)
