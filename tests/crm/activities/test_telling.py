"""Which days a file tells of: rows that are taken tell, refused ones tell nothing."""

from datetime import date, timedelta

import pytest

from crm.activities.telling import DayRows, Telling
from crm.readers.models import Activity, Reader
from crm.sources.coverage import Records, covered
from crm.sources.days import Recorded
from crm.sources.models import CoveredSpan
from crm.staff.models import Campus
from tests.crm.activities.building import imported, readers, source_named
from tests.factories import CampusFactory, UserFactory

EAST, WEST = 1, 2
LOANS = frozenset({"loan"})
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


def october(day: int) -> date:
    return date(2026, 10, day)


def days(first, last, place=None, taken=10, refused=0) -> list[DayRows]:
    return [DayRows(october(day), place, taken, refused) for day in range(first, last + 1)]


def told(rows, **said) -> list[tuple]:
    spans = Telling(7, rows, **said).spans(LOANS)
    return [(one.place, one.first.day, one.last.day, one.whole) for one in spans]


def test_days_and_places_are_told_by_rows_that_are_taken():
    assert told(days(1, 31)) == [(None, 1, 31, True)]
    # A place of which every row was refused, a day of which every row was.
    strange = [DayRows(october(day), WEST, 0, 1) for day in range(1, 31)]
    assert told([*days(1, 31, EAST, 30), *strange]) == [(EAST, 1, 31, True)]
    holed = [*days(1, 6), *days(7, 7, taken=0, refused=3), *days(8, 31)]
    assert told(holed) == [(None, 1, 6, True), (None, 8, 31, True)]
    # A quiet day between the rows is a zero that was told, one outside them is not.
    assert told([*days(3, 4), *days(9, 9)]) == [(None, 3, 9, True)]
    assert told(days(1, 3, taken=0, refused=2)) == []


def test_what_is_lost_makes_a_part_of_its_own_place_and_day_alone():
    east, west = days(1, 31, EAST, 100), days(1, 31, WEST, 9, 1)
    assert told([*east, *west]) == [(EAST, 1, 31, True), (WEST, 1, 31, False)]
    bad_day = [*days(1, 6, EAST), *days(7, 7, EAST, 10, 2), *days(8, 31, EAST)]
    assert told(bad_day) == [(EAST, 1, 6, True), (EAST, 7, 7, False), (EAST, 8, 31, True)]
    # One row of few is much of the day and nothing of the month.
    assert told([*days(1, 6), *days(7, 7, taken=3, refused=1), *days(8, 31)]) == [
        (None, 1, 31, True)
    ]
    # Of rows whose place nobody can read any place of the day lacks some, of those without a day
    # every day does.
    loose = [DayRows(october(7), None, 0, 9)]
    assert told([*days(1, 31, EAST), *loose])[1] == (EAST, 7, 7, False)
    assert told([*days(1, 31, EAST), DayRows(None, None, 0, 9)]) == [(EAST, 1, 31, True)]
    assert told([*days(1, 31, EAST), DayRows(None, None, 0, 19)]) == [(EAST, 1, 31, False)]


def test_stated_days_and_places_are_told_without_a_row_and_refused_ones_never():
    stated = (october(1), october(31))
    assert told(days(3, 4), stated=stated) == [(None, 1, 31, True)]
    assert told([], stated=stated) == [(None, 1, 31, True)]
    assert told(days(3, 4, taken=0, refused=1), stated=stated) == []
    rows = days(1, 31, EAST)
    assert told(rows, places=[WEST]) == [(EAST, 1, 31, True), (WEST, 1, 31, True)]
    refused = [DayRows(october(3), WEST, 0, 2)]
    assert told([*rows, *refused], places=[WEST]) == [(EAST, 1, 31, True)]
    assert told(days(1, 31), places=[EAST]) == [(EAST, 1, 31, True)]


def test_a_gate_that_falls_silent_in_a_long_file_tells_no_zero():
    year = [DayRows(october(1) + timedelta(days=n), EAST, 5, 0) for n in range(200)]
    broken = [one for one in year if one.day < date(2026, 12, 1)]
    west = [DayRows(one.day, WEST, 5, 0) for one in broken]
    spans = Telling(7, [*year, *west]).spans(LOANS)
    assert [(one.place, one.last) for one in spans] == [
        (EAST, year[-1].day),
        (WEST, date(2026, 11, 30)),
    ]


# --- as a file comes in ---------------------------------------------------------------------------
def file_of(*rows: tuple[str, int, str]) -> str:
    lines = [f"{number},2026-10-{day:02},{place}" for number, day, place in rows]
    return "\n".join(["读者证号,借出时间,分馆", *lines])


def month(number: str, place: str) -> list[tuple[str, int, str]]:
    return [(number, day, place) for day in range(1, 32)]


@pytest.mark.django_db
def test_a_branch_whose_rows_are_all_refused_is_not_recorded_and_not_added():
    readers("A1")
    batch = imported(file_of(*month("A1", "东馆"), ("X9", 5, "西馆")))
    assert [str(one) for one in Campus.objects.all()] == ["东馆"]
    assert batch.report["places"] == ["东馆"]
    assert CoveredSpan.objects.get().campus.name_zh == "东馆"
    west = CampusFactory(name_zh="西馆")
    # Nor where it is known already, and by rows that lack their number.
    imported(file_of(*month("A1", "东馆"), ("X9", 5, "西馆"), ("", 6, "西馆")))
    assert covered("loan", *OCTOBER, campus=west.pk).is_none
    # A day of which every row was refused as it was read.
    holed = [one for one in month("A1", "西馆") if one[1] != 7]
    imported(file_of(*month("A1", "东馆"), *holed, ("", 7, "西馆")))
    assert covered("loan", *OCTOBER, campus=west.pk).missing == [(october(7), october(7))]
    east = Campus.objects.get(name_zh="东馆")
    assert covered("loan", *OCTOBER, campus=east.pk).is_whole


@pytest.mark.django_db
def test_another_campus_is_told_of_by_nobody_who_may_not_bring_its_rows():
    readers("A1")
    own, other = CampusFactory(name_zh="东馆"), CampusFactory(name_zh="西馆")
    by = UserFactory(role="librarian", campus=own)
    Reader.objects.update(campus=own)
    imported(file_of(*month("A1", "东馆"), ("A1", 5, "西馆"), ("A1", 6, "北馆")), by=by)
    assert set(CoveredSpan.objects.values_list("campus", flat=True)) == {own.pk}
    assert covered("loan", *OCTOBER, campus=other.pk).is_none
    assert covered("loan", *OCTOBER, campus=own.pk).is_whole
    assert Campus.objects.count() == 2


@pytest.mark.django_db
def test_a_branch_without_a_row_is_a_zero_where_its_files_told_of_it_together():
    readers("A1")
    july = [(number, day, place) for number, day, place in month("A1", "东馆")]
    imported(file_of(*july, ("A1", 5, "西馆")).replace("2026-10", "2026-07"))
    west = Campus.objects.get(name_zh="西馆").pk
    imported(file_of(*july))
    assert covered("loan", *OCTOBER, campus=west).is_whole
    # Somebody may say that it tells of the other no more.
    east = Campus.objects.get(name_zh="东馆").pk
    alone = imported(file_of(*july).replace("2026-10", "2026-08"), places=[])
    assert CoveredSpan.objects.filter(import_run=alone.pk).get().campus_id == east
    # Files of single branches tell of one each, and of no other.
    gate = source_named("分馆各自上报", kinds=("loan", "event"))
    for place in ("东馆", "西馆", "东馆"):
        batch = imported(file_of(*month("A1", place)), source=gate)
        (told,) = CoveredSpan.objects.filter(import_run=batch.pk)
        assert told.campus.name_zh == place


@pytest.mark.django_db
def test_a_file_tells_of_the_kinds_that_it_can_name():
    readers("A1")
    gate = source_named()
    both = "读者证号,借出时间,操作\n" + "".join(
        f"A1,2026-06-{day:02},{word}\n" for day in range(1, 31) for word in ("借", "续借")
    )
    imported(both, source=gate)
    assert covered("renewal", date(2026, 6, 1), date(2026, 6, 30)).is_whole
    # Without a column for what happened it is loans; with one a zero of renewals is told.
    plain = "读者证号,借出时间\n" + "".join(f"A1,2026-10-{day:02}\n" for day in range(1, 32))
    imported(plain, source=gate)
    records = Records(*OCTOBER)
    assert records.of("loan").is_whole
    assert records.of("renewal").is_none
    assert records.of(["loan", "renewal"]).state == Recorded.PART
    said = both.replace("2026-06", "2026-09").replace("续借", "借")
    imported(said, source=gate)
    assert covered("renewal", date(2026, 9, 1), date(2026, 9, 30)).is_whole
    assert Activity.objects.filter(kind="renewal", at__month=9).count() == 0
