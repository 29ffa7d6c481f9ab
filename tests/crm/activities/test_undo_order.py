"""Files of readers, files of what they did, and posts of programs, taken back in any order."""

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.activities.models import AlsoIn
from crm.imports.models import ImportBatch
from crm.imports.undoing import undo
from crm.readers.models import Activity, ConsentEvent, Reader
from crm.sources.models import CoveredSpan
from crm.staff.models import Campus
from tests.core.building import client_of
from tests.crm.activities.building import imported, source_named
from tests.crm.imports.building import imported as readers_imported
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db

COLUMNS = {"number": "读者号", "name": "姓名", "kind": "读者类型", "campus": "校区"}
COLUMNS |= {"consent_email": "同意邮件", "email": "邮箱"}
HEADER = "读者号,姓名,读者类型,校区,邮箱,同意邮件\n"
NUMBERS = ["A1", "A2", "A3"]
#: (number of a reader, day of October, campus) of something that was done.
DONE = st.tuples(st.sampled_from(NUMBERS), st.integers(1, 3), st.sampled_from(["", "南湖", "北湖"]))
BATCH = st.one_of(
    st.tuples(st.just("readers"), st.lists(st.sampled_from(NUMBERS), min_size=1, unique=True)),
    st.tuples(st.just("file"), st.lists(DONE, min_size=1, max_size=4)),
    st.tuples(st.just("program"), st.lists(DONE, min_size=1, max_size=4)),
)


def state() -> list:
    """Everything that these imports write, but for who wrote it when."""
    found = [list(model.objects.order_by("pk").values()) for model in (Reader, Campus)]
    for model in (Activity, AlsoIn, CoveredSpan, ConsentEvent):
        found.append(model.objects.count())
    return found


def brought(kind: str, rows: list, number: int, api) -> ImportBatch:
    """An import of this kind, as a worker or a program does it."""
    if kind == "readers":
        lines = [f"{one},李雷,教师,南湖,{one}@example.org,是\n" for one in rows]
        return readers_imported(HEADER + "".join(lines), mapping=COLUMNS)
    if kind == "file":
        lines = [f"{who},2026-10-{day:02d} 09:00,{campus}\n" for who, day, campus in rows]
        return imported("读者证号,入馆时间,校区\n" + "".join(lines), "visits")
    sent = []
    for who, day, campus in rows:
        at = f"2026-10-{day:02d} 09:00"
        sent.append({"number": who, "kind": "visit", "at": at, "campus": campus})
    body = {"source": gate().code, "system": "library", "rows": sent, "create_campuses": True}
    headers = {"Idempotency-Key": f"k{number}"}
    answer = api.post(reverse("api:activities"), body, format="json", headers=headers)
    return ImportBatch.objects.get(pk=answer.json()["batch"])


def gate():
    return source_named(kinds=("visit",))


def undone(batch: ImportBatch) -> None:
    undo(batch, by=None)


def test_a_reader_who_stayed_for_a_visit_goes_with_it():
    people = readers_imported(HEADER + "A1,李雷,教师,南湖,a@example.org,是\n", mapping=COLUMNS)
    visits = imported("读者证号,入馆时间\nA1,2026-10-01 09:00\n", "visits")
    undone(people)
    people.refresh_from_db()
    assert people.report["undone"] == {"deleted": 0, "restored": 0, "kept": 1, "passed": 0}
    undone(visits)
    people.refresh_from_db()
    assert people.report["undone"] == {"deleted": 1, "restored": 0, "kept": 0, "passed": 0}
    for model in (Reader, Activity, Campus, CoveredSpan, ConsentEvent):
        assert not model.objects.exists(), model


def test_what_a_later_file_has_too_is_said_to_stay_and_to_go_with_that_one(client):
    ReaderFactory(number="A1")
    rows = "读者证号,入馆时间\n" + "".join(f"A1,2026-10-0{day} 09:00\n" for day in (1, 2, 3))
    first, second = imported(rows, "visits"), imported(rows, "visits")
    client.force_login(UserFactory(role="librarian"))
    client.cookies["django_language"] = "en"

    def page_of(batch) -> str:
        address = reverse("crm:activity-import-detail", args=[batch.pk])
        return " ".join(client.get(address).content.decode().split())

    assert "Takes back 0 rows and the days they recorded. 3 rows stay:" in page_of(first)
    undone(first)
    assert "Taken back: 0 rows. 3 rows stay: another import has them too" in page_of(first)
    assert "Takes back 3 rows and the days they recorded." in page_of(second)
    undone(second)
    assert "<div> Taken back: 3 rows. </div>" in page_of(second)
    assert not Activity.objects.exists()


@settings(
    max_examples=5,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(batches=st.lists(BATCH, min_size=3, max_size=4), data=st.data())
def test_overlapping_batches_taken_back_in_any_order_leave_what_was_before(batches, data):
    with transaction.atomic():
        api = client_of(UserFactory(role="librarian"))
        ReaderFactory(number="A1", name="李雷", email="A1@example.org", consents=[])
        gate()
        before = state()
        done = []
        for number, (kind, rows) in enumerate(batches):
            done.append(brought(kind, rows, number, api))
        for place in data.draw(st.permutations(range(len(done)))):
            undone(done[place])
        after = state()
        # What the ledger said of a reader who was there before stays said.
        assert after[:-1] == before[:-1]
        transaction.set_rollback(True)
