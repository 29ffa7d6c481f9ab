"""The month page of a library with a million readers against its list of 50 readers, through the
whole of Django.
"""

from statistics import median, quantiles
from time import perf_counter
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.facts import computing
from analytics.facts.models import Fact
from crm.staff.models import User
from tests.bench import big

ROUNDS = 5
REQUESTS = 40
LIMIT = 3


def fetch(client: Client, url: str) -> float:
    """Seconds one page takes; a page that is not there must not win."""
    started = perf_counter()
    response = client.get(url)
    took = perf_counter() - started
    assert response.status_code == 200, (url, response.status_code)
    return took


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def run() -> dict:
    with big.library():
        if not Fact.objects.exists():
            computing.compute(computing.first_day(), big.AS_OF.date())
        # A new one for each run: what one account reads of readers in a day is limited.
        user = User.objects.create(username=f"bench-{uuid4().hex[:8]}", role="manager")
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(user)
        pages = reverse("analytics:month-detail", args=["2026-09"]), reverse("crm:reader-list")
        rounds = []
        for turn in range(ROUNDS + 1):
            times = [[], []]
            for _request in range(REQUESTS if turn else 3):
                for url, taken in zip(pages, times, strict=True):
                    taken.append(fetch(client, url))
            if turn:
                rounds.append([p95(taken) for taken in times])
        with CaptureQueriesContext(connection) as queries:
            fetch(client, pages[0])
    ours, reference = (median(column) for column in zip(*rounds, strict=True))
    return {
        "name": "month",
        "ratio": ours / reference,
        "limit": LIMIT,
        "ours": ours * 1000,
        "reference": reference * 1000,
        "unit": "ms p95",
        "note": f"month page, {len(queries)} statements, ÷ list of 50 of 1 M readers; 10 M activities behind the facts",
    }


RUNS = {"month": run}
