"""Daily and monthly figures are the same after their single rows were folded."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import psycopg2
import pytest
from django.utils import timezone

from analytics.facts import computing
from analytics.facts.models import Fact
from analytics.facts.periods import midnight
from analytics.facts.terms import not_computed
from core.terms import Busy, term
from crm.clock import nightly
from crm.clock.nightly import run_night
from crm.readers.folding import LEAST_DAYS
from crm.readers.models import Activity
from crm.readers.models.activity import LATE_AFTER
from tests import servers
from tests.analytics.building import readers
from tests.feedback.verbs import elsewhere, somebody_waits

pytestmark = pytest.mark.django_db


def figures() -> dict[tuple, float]:
    keys = ("metric", "grain", "start", "dimension", "key")
    return {tuple(row[:-1]): row[-1] for row in Fact.objects.values_list(*keys, "value")}


def seven_months() -> None:
    rows = []
    for number, reader in enumerate(readers(9)):
        for month in range(number % 4, 7):
            at = timezone.now() - timedelta(days=30 * month + number)
            for kind in ("visit", "event", "contribution", "answer"):
                rows.append((reader.pk, kind, at, kind, f"{number} {month}"))
    Activity.objects.log(rows)


def test_figures_computed_anew_after_the_fold_are_those_before():
    """New contributors, active readers, first day: all by months; days keep what they had."""
    seven_months()
    computing.compute_all()
    before, first = figures(), computing.first_day()

    assert run_night(night=timezone.localdate())
    assert Activity.objects.filter(at__lt=timezone.now() - timedelta(days=91)).count() == 0

    assert computing.first_day() == first
    computing.compute_all()
    assert figures() == before
    assert any(start < date.today() - timedelta(days=120) for _m, _g, start, *_r in before)


def test_rows_of_days_that_nobody_has_counted_yet_stay():
    """A worker that was away for months costs no day its count."""
    seven_months()
    assert not_computed()
    run_night(night=timezone.localdate())
    singles = Activity.objects.count()

    computing.compute_all()
    Fact.objects.update(computed_at=timezone.now() - timedelta(days=150))
    run_night(night=timezone.localdate() + timedelta(days=1))

    since = midnight(timezone.localdate(timezone.now() - timedelta(days=150)))
    kept = Activity.objects.filter(at__gte=since).count()
    young = Activity.objects.filter(at__gte=timezone.now() - timedelta(days=91)).count()
    assert singles > Activity.objects.count() == kept > young


def begin_to_fold(rows: int) -> None:
    """One batch of a night, which takes a part of a day."""
    activities = term("activities")
    night = nightly.begin(term=activities, night=timezone.localdate(), kept=())
    nightly.remove_batch(row=night, term=activities, over=replace(night.over, most=rows))


@pytest.mark.django_db(transaction=True)
def test_days_are_counted_whole_while_a_night_begins_to_fold():
    """Between looking which days are single and counting them a batch could go, and the days were
    sealed without it.
    """
    at = timezone.now() - timedelta(days=200)
    rows = [(reader.pk, "visit", at, "gate", str(reader.pk)) for reader in readers(9)]
    Activity.objects.log(rows)
    computing.compute_all()
    before = figures()
    other = psycopg2.connect(servers.test_database_url())
    try:
        with other.cursor() as cursor:
            # The computation knows which days are single, and waits to write the first of them.
            cursor.execute("LOCK TABLE analytics_fact IN SHARE MODE")
        with ThreadPoolExecutor(1) as pool:
            computed = pool.submit(elsewhere, computing.compute_all)
            servers.wait_for(somebody_waits)
            with suppress(Busy):
                begin_to_fold(4)
            other.rollback()
            computed.result(timeout=60)
    finally:
        other.close()
    assert figures() == before

    begin_to_fold(4)
    assert Activity.objects.count() == 5


def visits_by_day() -> float:
    found = Fact.objects.filter(metric="activities", grain="day", dimension="")
    return sum(found.values_list("value", flat=True))


def come(who, source: str, *ages: int) -> None:
    now = timezone.now()
    rows = [
        (reader.pk, "visit", now - timedelta(days=age), source, f"{age} {reader.pk}")
        for age in ages
        for reader in who
    ]
    Activity.objects.log(rows)


def test_rows_that_come_late_are_counted_before_they_are_folded():
    """Of days that are single rows, and of days that are folded: each row once, whatever runs."""
    early, late = readers(10), readers(20)
    come(early, "gate", 2, 60, 120)
    computing.compute_all()
    assert visits_by_day() == 30
    assert run_night(night=timezone.localdate() - timedelta(days=1))
    assert Activity.objects.count() == 20

    come(late, "late", 60, 120)
    # The fold waits for the count.
    run_night(night=timezone.localdate())
    assert Activity.objects.count() == 60

    for _time in range(2):
        computing.compute_recent(timezone.localdate())
        assert visits_by_day() == 70
        assert not Activity.objects.filter(late=True).exists()
    run_night(night=timezone.localdate() + timedelta(days=1))
    assert Activity.objects.count() == 40
    come(late, "late", 60, 120)
    computing.compute_recent(timezone.localdate())
    computing.compute_all()
    assert visits_by_day() == 70


def test_row_that_was_no_late_one_is_in_the_days_of_every_night():
    """What counts as late leaves no gap to the days that the night computes."""
    assert timedelta(days=min(computing.LOOK_BACK, LEAST_DAYS) - 1) > LATE_AFTER
