"""A reader with 5,000 activities, in a library of a million readers and ten million activities: how
long they wait for their own data, and how long erasing them takes.
"""

import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from crm.privacy import actions
from crm.readers.models import Activity, Reader
from tests import factories
from tests.bench import big
from tests.crm.privacy.person import whole_person

ACTIVITIES, DELIVERIES, ROUNDS = 5_000, 100, 3
MY_DATA_LIMIT, ERASE_LIMIT = 5, 2
PAGES = ("me", "me-file", "me-download")


def busy_reader(librarian) -> Reader:
    """With a row of every kind that is held, and very many of two kinds."""
    reader = whole_person(librarian)
    Activity.objects.bulk_create(
        Activity(reader=reader, kind="loan", at=big.AS_OF - timedelta(hours=n), source="many", ref=str(n))
        for n in range(ACTIVITIES)
    )  # fmt: skip
    factories.DeliveryFactory.create_batch(DELIVERIES, reader=reader)
    return reader


def seconds(work) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def my_data(reader: Reader) -> float:
    """Seconds of the slowest of the three ways to one's own data."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(reader.user)

    def read(name: str) -> None:
        answer = client.get(reverse(f"crm:{name}"))
        assert answer.status_code == 200, (name, answer.status_code)
        assert answer.content

    return max(seconds(lambda name=name: read(name)) for name in PAGES)


def erased(reader: Reader, librarian) -> float:
    """Seconds of the verb, its constraints looked at as at the commit."""

    def erase() -> None:
        actions.erase(reader=reader, reason="asked-desk", by=librarian)
        connection.check_constraints()

    took = seconds(erase)
    assert not Activity.objects.filter(source="many").exists()
    return took


def one_round() -> tuple[float, float]:
    """Seconds of (own data, erasing); nothing of it stays in the library."""
    with transaction.atomic():
        librarian = factories.UserFactory(role="librarian")
        reader = busy_reader(librarian)
        took = my_data(reader), erased(reader, librarian)
        transaction.set_rollback(True)
    return took


def figure(name: str, limit: int, took: list[float], what: str) -> dict:
    note = f"{what}; {ACTIVITIES:,} activities and {DELIVERIES} mails of theirs among 10 M of 1 M readers"
    ours = median(took)
    return {
        "name": name,
        "ratio": ours / limit,
        "limit": 1,
        "ours": ours,
        "reference": limit,
        "unit": "s",
        "note": note,
    }


def run() -> list[dict]:
    with tempfile.TemporaryDirectory() as name, big.library():
        folder = Path(name)
        with override_settings(MEDIA_ROOT=folder / "media", ERASED_LIST=folder / "erased.txt"):
            rounds = [one_round() for _round in range(ROUNDS)]
    read, erase = zip(*rounds, strict=True)
    return [
        figure("my-data", MY_DATA_LIMIT, read, "the slowest of /me/, the file and the download"),
        figure("erase", ERASE_LIMIT, erase, "the whole verb, every register"),
    ]


RUNS = {"person": run}
