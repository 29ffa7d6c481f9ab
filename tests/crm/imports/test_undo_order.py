"""Imports of the same readers, taken back in any order: in the end everything is as it was."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.imports.undoing import undo
from crm.readers.models import FormerAddress, Reader
from crm.staff.models import Campus, College
from tests.crm.imports.building import MAPPING, imported
from tests.factories import ReaderFactory

pytestmark = pytest.mark.django_db

HEADER = "读者号,姓名,读者类型,校区,院系,邮箱,同意邮件\n"
COLUMNS = MAPPING | {"college": "院系"}
del COLUMNS["trait:interest"]


def state() -> list:
    """Everything that imports write."""
    found = []
    for model in (Reader, Campus, College):
        found.append(list(model.objects.order_by("pk").values()))
    return found


def formers() -> set:
    """(number, channel, address, until) of every former address."""
    kept = FormerAddress.objects.values_list("reader__number", "channel", "address", "until")
    return set(kept)


def former_addresses() -> list[str]:
    return sorted(address for _number, _channel, address, _until in formers())


def brought(*rows: str):
    return imported(HEADER + "\n".join(rows) + "\n", mapping=COLUMNS)


def reader(number="A1") -> tuple:
    found = Reader.objects.select_related("campus").get(number=number)
    return found.kind, str(found.campus or ""), found.email


def test_what_one_import_wrote_goes_and_what_a_later_one_wrote_stays():
    brought("A1,李雷,本科生,,,a@example.org,")
    before = state()
    first = brought("A1,李雷,教师,南湖,,a@example.org,")
    second = brought("A1,李雷,教师,南湖,,b@example.org,")
    third = brought("A1,李雷,教师,北湖,,b@example.org,")

    done = undo(first, by=None)

    assert (done.restored, done.kept) == (0, 1)
    # The third one says the kind and the campus, and so does the second.
    assert reader() == ("teacher", "北湖", "b@example.org")
    undo(third, by=None)
    assert reader() == ("teacher", "南湖", "b@example.org")
    undo(second, by=None)
    assert state() == before


def test_who_came_by_one_import_and_is_in_another_stays_as_that_ones():
    first = brought("A1,李雷,本科生,,,a@example.org,是", "A2,韩梅梅,本科生,,,,")
    second = brought("A1,李雷,教师,,,a@example.org,是")
    done = undo(first, by=None)
    assert (done.deleted, done.passed, done.kept) == (1, 1, 0)
    assert reader() == ("teacher", "", "a@example.org")
    assert Reader.objects.get().import_batch == second
    undo(second, by=None)
    assert not Reader.objects.exists()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_a_person_wrote_in_between_is_left_alone(order):
    brought("A1,李雷,本科生,,,a@example.org,")
    first = brought("A1,李雷,教师,,,a@example.org,")
    Reader.objects.update(email="self@example.org", updated_at=timezone.now())
    second = brought("A1,李雷,教师,南湖,,,")
    for place in order:
        undo((first, second)[place], by=None)
    assert reader() == ("teacher", "", "self@example.org")


ADDRESSES = ["a@example.org", "b@example.org", "c@example.org", "a@example.org", "d@example.org"]


@pytest.mark.parametrize("left_out", range(4))
def test_former_addresses_are_as_if_an_import_had_never_been(left_out):
    """Of four imports one is taken back; beside it the same is done with the other three alone."""
    first, *rest = ADDRESSES
    wanted = []
    for name, files in (("A1", rest), ("A2", [*rest[:left_out], *rest[left_out + 1 :]])):
        brought(f"{name},李雷,本科生,,,{first},")
        batches = [brought(f"{name},李雷,本科生,,,{address},") for address in files]
        if name == "A1":
            undo(batches[left_out], by=None)
        wanted.append({row[2] for row in formers() if row[0] == name})
    assert wanted[0] == wanted[1]


def test_an_address_that_was_never_the_reader_s_is_no_former_one():
    first = brought("A1,李雷,本科生,,,a@example.org,")
    second = brought("A1,李雷,本科生,,,b@example.org,")
    assert former_addresses() == ["a@example.org"]
    # The reader is the second file's now: nobody but it has named an address.
    undo(first, by=None)
    assert (former_addresses(), reader()[2]) == ([], "b@example.org")
    undo(second, by=None)
    assert former_addresses() == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_former_telephones_are_taken_back_as_well(order):
    columns = {"number": "读者号", "name": "姓名", "phone": "手机"}
    first, *batches = [
        imported(f"读者号,姓名,手机\nA1,李雷,1380000000{n}\n", mapping=columns) for n in range(3)
    ]
    left = [row[1:3] for row in sorted(formers())]
    assert left == [("sms", "13800000000"), ("sms", "13800000001")]
    for place in order:
        undo(batches[place], by=None)
    assert (formers(), Reader.objects.get().phone) == (set(), "13800000000")
    assert first.pk == Reader.objects.get().import_batch_id


def test_former_addresses_stay_where_a_person_wrote_since():
    brought("A1,李雷,本科生,,,a@example.org,")
    batch = brought("A1,李雷,本科生,,,b@example.org,")
    Reader.objects.update(email="self@example.org", updated_at=timezone.now())
    undo(batch, by=None)
    assert former_addresses() == ["a@example.org", "b@example.org"]


def test_an_import_that_noted_no_moment_is_taken_back_all_the_same():
    brought("A1,李雷,本科生,,,a@example.org,")
    batch = brought("A1,李雷,本科生,,,b@example.org,")
    del batch.report["left_at"]
    batch.save()
    undo(batch, by=None)
    assert (former_addresses(), reader()[2]) == (["a@example.org"], "a@example.org")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_campus_goes_with_the_last_import_that_needs_it(order):
    ReaderFactory(number="A9", name="x", campus=None, college=None)
    before = state()
    batches = [
        brought("A1,李雷,本科生,南湖,文学院,,"),
        brought("A2,韩梅梅,本科生,南湖,文学院,,", "A9,x,本科生,南湖,理学院,,"),
    ]
    undo(batches[order[0]], by=None)
    assert Campus.objects.count() == 1
    undo(batches[order[1]], by=None)
    assert state()[1:] == before[1:] == [[], []]
    assert Reader.objects.get().number == "A9"


ROW = st.tuples(
    st.sampled_from(["本科生", "教师"]),
    st.sampled_from(["", "南湖", "北湖"]),
    st.sampled_from(["", "文学院"]),
    st.sampled_from(["", "a@example.org", "b@example.org"]),
    st.sampled_from(["", "是", "否"]),
)
#: A file: a row for some of four readers.
FILE = st.dictionaries(st.sampled_from(["A1", "A2", "A3", "A4"]), ROW, min_size=1)


def file_of(rows: dict) -> list[str]:
    return [f"{number},李雷{number},{','.join(cells)}" for number, cells in rows.items()]


@settings(
    max_examples=6,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=FILE, files=st.lists(FILE, min_size=3, max_size=4), data=st.data())
def test_overlapping_imports_taken_back_in_any_order_leave_what_was_before(first, files, data):
    with transaction.atomic():
        brought(*file_of(first))
        Reader.objects.update(updated_at=timezone.now() - timedelta(days=1))
        # One address was somebody's before by a hand: no import made it former, and none takes it.
        FormerAddress.objects.create(
            reader=Reader.objects.first(), channel="email", address="a@example.org"
        )
        before, kept = state(), formers()
        batches = [brought(*file_of(rows)) for rows in files]
        for place in data.draw(st.permutations(range(len(batches)))):
            undo(batches[place], by=None)
        assert state() == before
        assert formers() == kept
        transaction.set_rollback(True)
