"""Files of readers say from when and until when somebody is what they are (I1)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from crm.imports.undoing import undo
from crm.readers.models import Reader
from crm.segments.refresh import refresh_all_segments
from crm.staff.models import AuditEvent
from crm.standings.actions import add_standing, change_standing
from crm.standings.models import Standing
from crm.standings.nightly import run_night
from tests.crm.imports.building import batch_of, counts, imported
from tests.factories import SegmentFactory, UserFactory

pytestmark = pytest.mark.django_db

HEADER = "读者号,姓名,读者类型,入学年份,有效期至\n"
MAPPING = {
    "number": "读者号",
    "name": "姓名",
    "kind": "读者类型",
    "cohort": "入学年份",
    "expires_on": "有效期至",
}


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def brought(*rows: str, **more):
    text = HEADER + "\n".join(rows) + "\n"
    return imported(text, mapping=MAPPING, **more)


def told(number="A1") -> tuple[str, str, str]:
    return Reader.objects.values_list("kind", "stage", "state").get(number=number)


def days_of(number="A1") -> list[tuple]:
    found = Standing.objects.filter(reader__number=number).order_by("starts_on")
    return list(found.values_list("kind", "starts_on", "ends_on"))


def members(segment) -> set[str]:
    return set(segment.members.values_list("reader__number", flat=True))


def state() -> list:
    """Everything that such files write; what moved a row on which day is the night's."""
    standings = Standing.objects.order_by("pk").values(
        "pk", "reader", "kind", "starts_on", "ends_on", "then", "source", "import_run", "by"
    )
    return [list(Reader.objects.order_by("pk").values()), list(standings)]


def test_i1_valid_until_tomorrow_and_the_night_after_moves_them_and_the_segments():
    """Before, the day was read on the day of the import and forgotten."""
    year = timezone.localdate().year
    batch = brought(
        f"A1,李雷,本科生,{year - 4},{day(1)}", f"A2,Ann,访客,,{day(1)}", f"A3,Bo,教师,,{day(900)}"
    )
    graduated = SegmentFactory(rule={"test": "stage", "in": ["graduated"]})
    students = SegmentFactory(rule={"test": "kind", "in": ["undergraduate"]})

    run_night(day=day(1))
    refresh_all_segments()
    assert (told("A1"), told("A2")) == (("undergraduate", "final", "active"), ("visitor", "", "active"))
    assert (members(graduated), members(students)) == (set(), {"A1"})
    assert days_of() == [("undergraduate", date(year - 4, 9, 1), day(1))]
    assert set(Standing.objects.values_list("import_run", flat=True)) == {batch.pk}

    assert run_night(day=day(2)) == 2
    refresh_all_segments()
    assert (told("A1"), told("A2"), told("A3")) == (
        ("alumnus", "graduated", "active"),
        ("visitor", "", "left"),
        ("teacher", "", "active"),
    )
    assert (members(graduated), members(students)) == ({"A1"}, set())
