"""Asking for the monthly figures."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from analytics.facts.actions import request_facts
from crm.jobs.models import Job
from tests import factories, servers


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_one_job():
    by = factories.UserFactory(role="manager")

    def ask() -> int:
        try:
            return request_facts(by=by).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = request_facts(by=by)
            second = pool.submit(ask)
            servers.wait_for(somebody_waits)
        assert second.result() == first.pk
    assert Job.objects.count() == 1
