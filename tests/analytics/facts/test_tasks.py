"""Facts are computed at night, whatever happened to the nights before, and anew by a job that shows
how far it is.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection

from analytics.facts import computing
from analytics.facts.actions import request_facts
from analytics.facts.models import Fact
from analytics.facts.tasks import compute_facts, rebuild_facts
from crm.jobs.models import Job
from tests.analytics import building as make
from tests.factories import ActivityFactory, UserFactory

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 4, 1, 18, 40, tzinfo=UTC)


def test_facts_are_rebuilt_by_a_job_month_by_month():
    make.visit(make.readers(6))
    job = request_facts(by=UserFactory(role="manager"))
    with time_machine.travel(NIGHT, tick=False):
        rebuild_facts(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.DONE, {"months": 2})


def facts_of_month(start: date) -> list[tuple]:
    found = Fact.objects.filter(grain=Fact.Grain.MONTH, start=start)
    return sorted(found.values_list("metric", "dimension", "key", "value"))


@pytest.mark.django_db(transaction=True)
def test_two_nightly_runs_at_once_leave_one_set_of_figures():
    """Fault 10."""
    ActivityFactory.create_batch(3, kind="visit", at=datetime(2026, 3, 5, 4, tzinfo=UTC))
    computing.compute_recent(date(2026, 4, 2))
    alone = facts_of_month(date(2026, 3, 1))

    def run(_beat):
        try:
            return computing.compute_recent(date(2026, 4, 2))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, range(2))) == [3, 3]
    assert alone
    assert facts_of_month(date(2026, 3, 1)) == alone


@pytest.mark.parametrize("back", [date(2026, 4, 3), date(2026, 7, 20)], ids=["days", "months"])
def test_month_that_ended_while_nothing_ran_is_computed_when_it_runs_again(back):
    """Fault 11."""
    ActivityFactory(kind="visit", at=datetime(2026, 3, 5, 4, tzinfo=UTC))
    with time_machine.travel(datetime(2026, 3, 20, 4, tzinfo=UTC), tick=False):
        compute_facts()
    ActivityFactory(kind="visit", at=datetime(2026, 3, 31, 4, tzinfo=UTC))
    ActivityFactory(kind="visit", at=datetime(2026, 4, 2, 4, tzinfo=UTC))

    with time_machine.travel(datetime(back.year, back.month, back.day, 4, tzinfo=UTC), tick=False):
        compute_facts()
        first = facts_of_month(date(2026, 3, 1))
        compute_facts()

    assert ("active_readers", "", "", 2.0) in first
    assert facts_of_month(date(2026, 3, 1)) == first
    assert ("active_readers", "", "", 1.0) in facts_of_month(date(2026, 4, 1))
