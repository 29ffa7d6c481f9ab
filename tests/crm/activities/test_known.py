"""A row that is new is never taken for one that is known, and what is known does not come twice."""

import hashlib
from datetime import datetime

import pytest
from django.utils import timezone

from crm.activities import describing
from crm.activities.options import ActivityOptions
from crm.imports.describing import describe
from crm.imports.load import preview
from crm.readers.models import Activity, FoldedRef, Identity
from crm.readers.models.activity import REFERENCES, key_of, key_of_before
from tests.crm.activities.building import (
    counts,
    imported,
    readers,
    source_named,
    undone,
    uploaded,
)
from tests.factories import CampusFactory

pytestmark = pytest.mark.django_db

DAY = "读者证号,借出时间\nA1,2026-10-05\n"
PLACED = "读者证号,借出时间,分馆\n"
#: What 0.1 wrote of A1's first and second loan on that day, wherever they were.
FIRST = "2026-10-05 00:00:00"


def former(n: int, number: str = "A1", moment: str = FIRST) -> str:
    """The digest that rows without a number of their own had in 0.1."""
    return REFERENCES.hex_of(unkeyed(n, number, moment))[:40]


def unkeyed(n: int, number: str = "A1", moment: str = FIRST) -> str:
    """The same before it was put under the key."""
    said = "\n".join(["library", number, moment, "loan", str(n)])
    return hashlib.sha256(said.encode()).hexdigest()[:40]


def hidden(ref: str) -> str:
    """A number of a system's own row, as it is stored."""
    return REFERENCES.hex_of(ref)[:40]


def stored(reader, campus, n: int) -> Activity:
    """A loan as 0.1 stored it."""
    at = timezone.make_aware(datetime(2026, 10, 5))
    return Activity.objects.create(
        reader=reader, kind="loan", at=at, campus=campus, source=source_named().code, ref=former(n)
    )


def places() -> list[str | None]:
    found = Activity.objects.order_by("campus__code", "ref").values_list("campus__name_zh")
    return [name for (name,) in found]


@pytest.fixture
def branches():
    return [CampusFactory(code=f"c{name}", name_zh=name, name_en="") for name in ("东馆", "西馆")]


def test_one_day_at_two_branches_is_two_loans(branches):
    """By a column, by the file's name, by what somebody said."""
    readers("A1")
    assert counts(imported(PLACED + "A1,2026-10-05,东馆\n")) == (1, 0, 0)
    assert counts(imported(PLACED + "A1,2026-10-05,西馆\n")) == (1, 0, 0)
    both = PLACED + "A1,2026-10-05,西馆\nA1,2026-10-05,东馆\n"
    assert counts(imported(both)) == (0, 2, 0)
    Activity.objects.all().delete()

    assert counts(imported(DAY, name="2026东馆借阅.csv")) == (1, 0, 0)
    assert counts(imported(DAY, name="西馆.csv")) == (1, 0, 0)
    assert counts(imported(DAY, campus=branches[0].pk, name="c.csv")) == (0, 1, 0)
    assert places() == ["东馆", "西馆"]
    # What two names fit is said by nobody; what was said of the last file is not said of this one.
    assert describing.campus_in("东馆西馆.csv") is None
    assert ActivityOptions.from_json(uploaded(DAY, name="d.csv").options).campus is None


def test_rows_of_which_nobody_says_where_are_taken_for_those_that_are_there_once(branches):
    readers("A1")
    assert counts(imported(PLACED + "A1,2026-10-05,东馆\n")) == (1, 0, 0)
    assert counts(imported(DAY)) == (0, 1, 0)
    assert counts(imported(DAY + "A1,2026-10-05\n")) == (1, 1, 0)
    # The other way round: it may be the one without a place, and a second one is new.
    assert counts(imported(PLACED + "A1,2026-10-05,西馆\n")) == (0, 1, 0)
    twice = PLACED + "A1,2026-10-05,西馆\n" * 2
    assert counts(imported(twice)) == (1, 1, 0)
    assert Activity.objects.count() == 3


def test_rows_of_0_1_are_known_again_at_their_place_and_only_there(branches):
    """The old file again, in any order, adds nothing; a file of the other branch adds its own."""
    (reader,) = readers("A1")
    east, west = branches
    stored(reader, west, 1)
    old = [stored(reader, east, 2), stored(reader, west, 3)]
    again = PLACED + "A1,2026-10-05,东馆\nA1,2026-10-05,西馆\nA1,2026-10-05,西馆\n"
    assert preview(uploaded(again)).counts.created == 0
    assert counts(imported(again)) == (0, 3, 0)
    assert counts(imported(PLACED + "A1,2026-10-05,东馆\n" * 2)) == (1, 1, 0)
    assert Activity.objects.filter(campus=east).count() == 2
    old[0].delete()
    # One of them was taken back since.
    assert counts(imported(again)) == (0, 3, 0)
    # Digests of rows without a place are what they were.
    assert counts(imported("读者证号,借出时间\nA1,2026-10-06\n")) == (1, 0, 0)
    found = Activity.objects.get(campus=None)
    assert found.ref == former(1, moment="2026-10-06 00:00:00")


@pytest.mark.parametrize("before", [True, False])
def test_folded_rows_of_0_1_are_known_again(branches, before):
    """Folded before references were put under the key, and since."""
    readers("A1")
    key = key_of(source_named().code, unkeyed(1) if before else former(1))
    FoldedRef.objects.create(key=key_of_before(key) if before else key)
    assert counts(imported(PLACED + "A1,2026-10-05,东馆\n")) == (0, 1, 0)
    assert counts(imported(PLACED + "A1,2026-10-05,东馆\n" * 2)) == (1, 1, 0)


def test_another_number_of_the_same_reader_is_another_row():
    (reader,) = readers("A1")
    Identity.objects.create(reader=reader, system_id="library", number="A2")
    assert counts(imported(DAY)) == (1, 0, 0)
    assert counts(imported(DAY.replace("A1", "A2"))) == (1, 0, 0)


def test_a_number_of_another_row_is_refused_in_words():
    """Two systems number from 1: the second one's rows are not known, and none is lost unsaid."""
    readers("A1", "A2")
    head = "流水号,读者证号,借出时间\n"
    first = head + "1,A1,2026-10-01 09:00\n2,A2,2026-10-02\n"
    assert counts(imported(first)) == (2, 0, 0)
    assert counts(imported(first)) == (0, 2, 0)
    # A day without its time is the same moment, and of one with a time another.
    assert counts(imported(head + "1,A1,2026-10-01\n2,A2,2026-10-02 18:00\n")) == (0, 2, 0)
    second = imported(head + "1,A2,2026-10-01 09:00\n2,A2,2026-10-03\n3,A1,2026-10-01 09:00\n")
    assert counts(second) == (1, 0, 2)
    refused = list(second.refusals.order_by("line").values_list("line", "reason", "field"))
    assert refused == [(2, "other-row", "ref"), (3, "other-row", "ref")]
    assert second.refusals.first().raw[:2] == [f"~{hidden('1')}", "A2"]
    later = imported(head + "1,A1,2026-10-01 17:00\n")
    assert counts(later) == (0, 0, 1)
    # Within one file the uppermost row has the number.
    doubled = imported(head + "9,A1,2026-10-08\n9,A2,2026-10-08\n9,A1,2026-10-08\n")
    assert counts(doubled) == (1, 1, 1)
    assert Activity.objects.get(ref=hidden("9")).reader.number == "A1"
    undone(doubled)
    assert not Activity.objects.filter(ref=hidden("9")).exists()


@pytest.mark.parametrize("moments", [("09:00:00", ""), ("", "09:00:00")])
def test_of_two_rows_with_one_number_the_uppermost_is_stored(moments):
    """Rows are stored day by day; a day without its time is the same moment, and not the first."""
    readers("A1")
    lines = [f"9,A1,2026-10-08 {moment}".strip() for moment in moments]
    text = "\n".join(["流水号,读者证号,借出时间", *lines, "8,A1,2026-10-01"])
    assert counts(imported(text)) == (2, 1, 0)
    kept = timezone.localtime(Activity.objects.get(ref=hidden("9")).at)
    assert f"{kept:%H:%M:%S}" == (moments[0] or "00:00:00")


def test_where_a_file_was_recorded_is_told_by_the_last_one_of_the_same_columns_alone():
    readers("A1")
    source = source_named()
    batch = uploaded(DAY)
    batch.options["data_source"] = None
    describe(batch)
    assert ActivityOptions.from_json(batch.options).data_source is None
    imported(DAY, source=source)
    batch.options["data_source"] = None
    describe(batch)
    assert ActivityOptions.from_json(batch.options).data_source == source.pk
