"""Months that are over: published once, amended visibly, and never changed unnoticed."""

import json
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from analytics.facts import computing, publishing
from analytics.facts.actions import record_observation
from analytics.facts.models import Fact, Observation, PublishedMonth
from analytics.facts.tasks import compute_facts
from analytics.published.actions import verify_published
from analytics.published.models import Seal
from analytics.published.verifying import look_through
from analytics.published.words import sentence
from core.refusals import Refused
from tests.factories import ActivityFactory, UserFactory
from tests.owner import as_owner

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)
ENGLISH = {"Accept-Language": "en"}
CHANGED = "something is not as it was published"


def compute() -> None:
    computing.compute(MARCH, date(2026, 3, 31))


@pytest.fixture
def march(db):
    """A month of three loans and a visit, computed."""
    for kind in ("loan", "loan", "loan", "visit"):
        ActivityFactory(kind=kind, at=datetime(2026, 3, 5, 4, tzinfo=UTC))
    compute()
    return PublishedMonth.objects.get(month=MARCH)


def said() -> list[str]:
    with override("en"):
        return [sentence(one) for one in look_through().breaks]


def test_a_month_that_is_over_is_published_and_sealed(march):
    assert (march.number, march.amendments, march.changed) == (1, 0, [])
    assert march.figures["activities/day/kind/loan"][:2] == [3, 3]
    seal = Seal.objects.of("months", march.pk)
    assert (seal.number, seal.reason, seal.chained_later) == (1, "first", False)
    assert said() == []


def test_a_month_that_still_runs_is_not_published(march):
    publishing.publish([date(2026, 4, 1)], datetime(2026, 4, 30, 15, tzinfo=UTC))
    today = datetime.now(UTC).date()
    ActivityFactory(kind="loan", at=datetime.now(UTC))
    computing.compute(today, today)
    assert set(PublishedMonth.objects.values_list("month", flat=True)) == {MARCH}


def test_computed_again_without_a_change_it_is_published_no_second_time(march):
    compute()
    assert PublishedMonth.objects.count() == 1


def test_late_data_make_an_amendment_that_the_page_shows(march, client):
    """Fault 57. A finished month changes visibly or not at all."""
    ActivityFactory(kind="visit", at=datetime(2026, 3, 9, 4, tzinfo=UTC))
    compute()

    amended = PublishedMonth.objects.get(month=MARCH, number=2)
    assert "activities/day/kind/visit" in amended.changed
    assert "activities/day/kind/loan" not in amended.changed
    first, second = Seal.objects.filter(chain="months")
    assert (second.corrects, second.reason) == (first.number, "changed")
    assert said() == []
    client.force_login(UserFactory(role="manager"))
    address = reverse("analytics:month-detail", args=["2026-03"])
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "These figures were changed 1 time since they were first published" in page
    assert second.short in page


@pytest.mark.parametrize(
    ("attempt", "figure"),
    [
        ({"value": 300}, "activities/day/kind/loan"),
        ({"n": 300}, "activities/day/kind/loan"),
        ({"key": "x"}, "activities/day/kind/loan"),
        ({"start": date(2026, 3, 6)}, "activities/day/kind/loan"),
        ({"start": date(2026, 4, 6)}, "activities/day/kind/loan"),
    ],
)
def test_a_fact_changed_by_the_application_is_found(march, attempt, figure):
    """Fault 57. Facts are ordinary rows, which the application's role may change."""
    Fact.objects.filter(metric="activities", dimension="kind", key="loan").update(**attempt)
    assert f"2026-03: {figure} is not what was published" in said()


@pytest.mark.parametrize("month", ["2026-03", "2026-04"])
def test_page_that_shows_a_changed_fact_says_so_before_anybody_looks(march, client, month):
    """Fault 57. Changed after a look and put back before the next, it was found by neither. In
    the charts of April March stands, too.
    """
    ActivityFactory(kind="visit", at=datetime(2026, 4, 5, 4, tzinfo=UTC))
    computing.compute(MARCH, date(2026, 4, 30))
    verify_published(by=None)
    client.force_login(UserFactory(role="manager"))
    page = reverse("analytics:month-detail", args=[month])
    assert CHANGED not in client.get(page, headers=ENGLISH).content.decode()

    Fact.objects.filter(metric="activities", key="loan").update(value=780)
    answer = client.get(page, headers=ENGLISH)
    assert CHANGED in answer.content.decode()
    assert answer.context["verification"].breaks[0]["code"] == "month_differs"

    Fact.objects.filter(metric="activities", key="loan").update(value=3)
    assert CHANGED not in client.get(page, headers=ENGLISH).content.decode()


def put_in(number: int, figures: str, month: str = "2026-03-01") -> None:
    """A publication by the application's role, without a seal."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO analytics_publishedmonth (month, number, figures, changed, at)"
            " VALUES (%s, %s, %s, '[]', now())",
            [month, number, figures],
        )


@pytest.mark.parametrize(
    ("number", "figures", "month"),
    [
        (2_147_483_647, "{}", "2026-03-01"),
        (2, "[]", "2026-03-01"),
        (2, '{"x": 1}', "2026-03-01"),
        (1, "{}", "2026-03-02"),
    ],
)
def test_publication_of_another_shape_or_place_is_refused(march, number, figures, month):
    """Fault 57. One of them ended the page, the look and every later amendment."""
    with pytest.raises(IntegrityError), transaction.atomic():
        put_in(number, figures, month)


def test_publication_that_is_put_in_with_its_changed_fact_is_told(march, client):
    """Fault 57. Its own page found no difference, and no seal that it could speak of."""
    verify_published(by=None)
    Fact.objects.filter(metric="activities", key="loan").update(value=780)
    now = publishing.figures_of(MARCH, date(2026, 4, 1))[MARCH]
    put_in(2, json.dumps(now))
    client.force_login(UserFactory(role="manager"))
    page = client.get(reverse("analytics:month-detail", args=["2026-03"]), headers=ENGLISH)
    assert CHANGED in page.content.decode()


def test_running_month_tells_that_a_month_of_its_charts_was_changed(march, client):
    verify_published(by=None)
    client.force_login(UserFactory(role="manager"))
    running = reverse("analytics:month-detail", args=[f"{timezone.localdate():%Y-%m}"])
    assert CHANGED not in client.get(running, headers=ENGLISH).content.decode()
    Fact.objects.filter(metric="activities", key="loan").update(value=780)
    assert CHANGED in client.get(running, headers=ENGLISH).content.decode()


def test_facts_added_and_taken_away_are_found(march):
    Fact.objects.create(
        metric="made_up", grain="month", start=MARCH, value=1, n=1, computed_at=march.at
    )
    Fact.objects.filter(metric="active_readers").delete()
    assert {
        "2026-03: made_up/month is not what was published",
        "2026-03: active_readers/month is not what was published",
    } <= set(said())


def test_what_was_published_refuses_the_application_and_is_sealed_against_the_owner(march):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        PublishedMonth.objects.update(figures={})
    with as_owner():
        PublishedMonth.objects.update(figures={})
    assert (
        f"Months that are over 1: analytics_publishedmonth/{march.pk} differs in figures" in said()
    )


def test_an_amendment_without_a_seal_is_found(march):
    forged = PublishedMonth.objects.create(month=MARCH, number=2, figures=march.figures)
    assert said() == [
        f"Months that are over: analytics_publishedmonth/{forged.pk} was never sealed",
        f"analytics_publishedmonth/{forged.pk}: it does not say how it differs from the publication"
        " before it",
    ]


def test_months_of_before_there_were_chains_are_chained_later_and_said_to_be(march):
    Fact.objects.filter(start__gte=MARCH).update(start=date(2026, 1, 7))
    with as_owner():
        PublishedMonth.objects.all().delete()
        Seal.objects.all().delete()

    compute_facts()
    compute_facts()

    (published,) = PublishedMonth.objects.filter(month=date(2026, 1, 1))
    assert Seal.objects.of("months", published.pk).chained_later
    assert verify_published(by=None).holds


def stored(march, **said):
    """A further publication by somebody who has the application's role."""
    fields = {"figures": march.figures, "changed": []} | said.pop("fields")
    made = PublishedMonth(month=MARCH, number=2, at=march.at, **fields)
    publishing.store(made, **said)


def test_a_publication_that_does_not_say_what_it_changed_is_found(march):
    other = march.figures | {"activities/day/kind/loan": [9, 9, "x"]}
    with transaction.atomic():
        stored(march, fields={"figures": other})
        told = said()
        transaction.set_rollback(True)
    assert any("does not say how it differs" in one for one in told)
    assert any("not what its seal says of the publication before" in one for one in told)

    changed = ["activities/day/kind/loan"]
    stored(march, fields={"figures": other, "changed": changed}, corrects=march.pk, reason="first")
    told = said()
    assert not any("does not say how it differs" in one for one in told)
    assert any("not what its seal says of the publication before" in one for one in told)


# --- what others published ------------------------------------------------------------------------
def test_a_figure_that_others_published_stays_and_is_sealed():
    fields = {"label_zh": "人次", "label_en": "visits", "value": 7.0, "section": "1", "source": "x"}
    made = record_observation(code="visits", by=None, **fields)
    assert record_observation(code="visits", by=None, **fields) == made
    with pytest.raises(Refused):
        record_observation(code="visits", by=None, **fields | {"value": 8.0})
    with pytest.raises(ProgrammingError), transaction.atomic():
        Observation.objects.update(value=9)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Observation.objects.all()._raw_delete("default")
    assert said() == []
    with as_owner():
        Observation.objects.update(value=9)
    assert said() == [f"Recorded figures 1: analytics_observation/{made.pk} differs in value"]
    with as_owner():
        Observation.objects.update(value=7)
    other = Observation.objects.create(code="other", **fields)
    assert said() == [f"Recorded figures: analytics_observation/{other.pk} was never sealed"]
