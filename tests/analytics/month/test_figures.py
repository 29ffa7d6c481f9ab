"""The month's figures: nothing recorded is no zero, and few persons are not told."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from analytics.facts import computing
from analytics.facts.models import Fact
from analytics.facts.periods import midnight, month_start, months_back
from analytics.month.figures import Month
from analytics.month.recorded import latest_full_month
from core.disclosure import Count, Missing
from crm.readers.models import Activity
from tests.analytics import building as make
from tests.factories import ActivityFactory, CampusFactory, ReaderFactory, VoiceFactory

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def at(day, month=3):
    return datetime(2026, month, day, 4, tzinfo=UTC)


def compute():
    computing.compute(MARCH, date(2026, 4, 30))


def test_a_month_without_any_row_is_not_measured_and_one_with_rows_can_be_zero():
    ActivityFactory(kind="contribution", at=at(5, month=2))
    ActivityFactory(kind="visit", at=at(5))
    computing.compute(date(2026, 2, 1), date(2026, 4, 30))
    month = Month(APRIL)
    assert month.count("contributors") == Count.of(None)
    assert month.count("contributors", MARCH) == Count.of(0)
    assert month.rows("activities", "loan", MARCH) is None


def test_small_counts_of_persons_are_withheld():
    for _reader in range(4):
        ActivityFactory(kind="contribution", at=at(5))
    compute()
    tile = Month(MARCH).tile("contributors")
    assert (tile.value.public_number, tile.value.is_withheld) == (None, True)


def test_d11_complaints_per_visit_cannot_be_said_without_visits():
    VoiceFactory(kind="complaint", received_at=at(5))
    ActivityFactory(kind="loan", at=at(5))
    compute()
    month = Month(MARCH)
    assert month.complaints_per_visits() is Missing.CANNOT_SAY
    assert not month.complaints_ratio().says


def test_complaints_are_stated_per_1000_visits():
    Activity.objects.bulk_create(
        Activity(reader=reader, kind="visit", at=at(7), source="gate", ref=str(reader.pk))
        for reader in make.readers(250)
    )
    VoiceFactory.create_batch(5, kind="complaint", received_at=at(5))
    compute()
    assert Month(MARCH).complaints_per_visits() == 20


def test_few_complaints_follow_from_no_rate():
    make.visit(make.readers(50))
    VoiceFactory.create_batch(4, kind="complaint", received_at=at(5))
    VoiceFactory.create_batch(20, kind="praise", received_at=at(5))
    compute()
    month = Month(MARCH)
    assert month.complaints_per_visits() is Missing.WITHHELD
    assert month.counts_by_kind("voices_received")["complaint"][-1].is_withheld
    # Twenty of the other kind would give the complaints away beside the total of 24.
    assert month.counts_by_kind("voices_received")["praise"][-1].is_withheld


def test_the_page_opens_on_the_newest_month_that_is_over():
    ActivityFactory(at=at(5))
    ActivityFactory(at=at(2, month=4))
    compute()
    assert latest_full_month(date(2026, 4, 20)) == MARCH


def test_staff_of_one_campus_are_told_of_its_readers_alone():
    """Fault 56. Of a number of the whole library they could take off those of their own."""
    here, elsewhere = CampusFactory(), CampusFactory()
    for campus, n in ((here, 12), (elsewhere, 3)):
        make.visit(ReaderFactory.create_batch(n, campus=campus))
    VoiceFactory.create_batch(9, kind="praise", received_at=at(5))
    compute()

    own, whole = Month(MARCH, here.pk), Month(MARCH)

    assert (own.count("active_readers"), whole.count("active_readers")) == (
        Count.of(12),
        Count.of(15),
    )
    assert own.count("participants") == Count.of(None)
    assert own.count("voices_received").is_withheld
    assert {cells[-1].is_withheld for cells in own.counts_by_kind("voices_received").values()} == {
        True
    }
    assert own.complaints_per_visits() is Missing.WITHHELD
    assert not own.complaints_ratio().says


def test_staff_of_one_campus_are_told_what_its_readers_did_alone():
    """Fault 56. In 0.1 the table showed them how often the whole library followed links."""
    here, elsewhere = CampusFactory(), CampusFactory()
    for campus, n in ((here, 12), (elsewhere, 30)):
        readers = ReaderFactory.create_batch(n, campus=campus)
        make.visit(readers)
        make.visit(readers[: n // 2], kind="click")
    compute()

    own, whole = Month(MARCH, here.pk), Month(MARCH)
    assert (own.rows("activities", "click"), whole.rows("activities", "click")) == (6, 21)
    assert (own.rows("activities"), whole.rows("activities")) == (18, 63)
    assert own.kinds("activities") == ["visit", "click"]


def test_a_month_that_nobody_counted_by_campus_is_no_zero_there():
    """Facts of 0.1 know the whole library alone."""
    here = CampusFactory()
    make.visit(ReaderFactory.create_batch(12, campus=here))
    compute()
    Fact.objects.filter(dimension="campus", grain="month").delete()

    assert Month(MARCH, here.pk).count("active_readers") == Count.of(None)
    assert Month(MARCH, here.pk).newcomers() == Count.of(None)


# --- compared with a year before ------------------------------------------------------------------
def test_a_year_before_that_nobody_recorded_is_no_zero_to_compare_with():
    """In 0.1 the tile said "266, 266 more than last year" where only voices were kept then."""
    VoiceFactory(kind="praise", received_at=datetime(2025, 3, 5, 4, tzinfo=UTC))
    make.visit(make.readers(12))
    computing.compute(date(2025, 3, 1), date(2026, 4, 30))

    tile = Month(MARCH).tile("active_readers")

    assert (tile.value, tile.last_year, tile.change) == (Count.of(12), Count.of(None), None)


def test_a_running_month_is_not_compared_with_a_whole_one():
    readers = make.readers(12)
    this_month = month_start(timezone.localdate())
    for month in (this_month, months_back(this_month, 12)):
        moment = midnight(month)
        Activity.objects.bulk_create(
            Activity(
                reader=reader, kind="visit", source="gate", ref=f"{month} {reader.pk}", at=moment
            )
            for reader in readers
        )
    computing.compute(months_back(this_month, 12), timezone.localdate())

    running = Month(this_month)
    assert running.count("active_readers") == running.count("active_readers", running.last_year)
    assert running.change("active_readers") is None
    assert running.tile("active_readers").change is None
