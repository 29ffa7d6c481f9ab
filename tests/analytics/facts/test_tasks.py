"""Facts are computed anew by a job that shows how far it is."""

from datetime import UTC, datetime

import pytest
import time_machine

from analytics.facts.actions import request_facts
from analytics.facts.tasks import rebuild_facts
from crm.jobs.models import Job
from tests.analytics import building as make
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 4, 1, 18, 40, tzinfo=UTC)


def test_facts_are_rebuilt_by_a_job_month_by_month():
    make.visit(make.readers(6))
    job = request_facts(by=UserFactory(role="manager"))
    with time_machine.travel(NIGHT, tick=False):
        rebuild_facts(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.DONE, {"months": 2})
