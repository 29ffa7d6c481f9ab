"""Two records are joined, or somebody is erased, while rows of them come in: nothing breaks, and
the rows are the kept record's.
"""

from contextlib import contextmanager
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.urls import reverse

from crm.imports.actions import run_import
from crm.imports.models import ImportBatch
from crm.imports.tasks import import_file
from crm.merges import actions as merges
from crm.privacy.actions import erase
from crm.readers.models import Activity, Reader
from tests.core.building import client_of
from tests.crm.activities.building import readers, source_named, uploaded
from tests.factories import UserFactory
from tests.servers import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "读者证号,借出时间\n" + "".join(f"A{1 + n % 2},2026-10-01 09:{n:02}\n" for n in range(60))
WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'"""


def waiting(n: int) -> bool:
    """Whether ``n`` connections wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0] == n


class Beside(Thread):
    """A verb on a connection of its own; ``error`` is what it raised."""

    def __init__(self, verb):
        super().__init__(daemon=True)
        self.verb, self.error = verb, None
        self.start()

    def run(self):
        try:
            self.verb()
        except Exception as error:
            self.error = repr(error)
        finally:
            connection.close()

    def ended(self):
        """What it raised, None where it raised nothing."""
        self.join(60)
        assert not self.is_alive()
        return self.error


@contextmanager
def not_committed_yet(verb):
    """``verb`` was done on another connection, which commits at the end of the block."""
    done, go_on = Event(), Event()

    def held():
        with transaction.atomic():
            verb()
            done.set()
            go_on.wait(60)

    beside = Beside(held)
    assert done.wait(60), beside.error
    try:
        yield
    finally:
        go_on.set()
    assert beside.ended() is None


def load_loans():
    import_file(run_import(batch=uploaded(TEXT), by=None).pk)


def lock_activities():
    """What somebody else would write waits until this is committed."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE crm_activity IN SHARE MODE")


def counts_of_rows() -> dict[str, int]:
    """{number of a reader: rows of them}."""
    found = {}
    for number in Activity.objects.values_list("reader__number", flat=True):
        found[number] = found.get(number, 0) + 1
    return found


@pytest.fixture
def two(librarian):
    kept, gone = readers("A1", "A2")
    return lambda: merges.merge(kept=kept, gone=gone, by=librarian)


def test_import_that_begins_before_the_merge_is_seen_gives_all_rows_to_the_kept_record(two):
    with not_committed_yet(two):
        loading = Beside(load_loans)
        wait_for(lambda: waiting(1))
    assert loading.ended() is None
    assert (ImportBatch.objects.get().state, counts_of_rows()) == ("done", {"A1": 60})


def test_merge_that_begins_while_an_import_writes_takes_its_rows_along(two):
    with not_committed_yet(lock_activities):
        loading = Beside(load_loans)
        wait_for(lambda: waiting(1))
        joining = Beside(two)
        wait_for(lambda: waiting(2))
    assert (loading.ended(), joining.ended()) == (None, None)
    assert (ImportBatch.objects.get().state, counts_of_rows()) == ("done", {"A1": 60})


def test_rows_of_somebody_who_is_being_erased_are_refused_and_all_others_come_in():
    manager = UserFactory(role="manager")
    _stays, goes = readers("A1", "A2")
    with not_committed_yet(lambda: erase(reader=goes, reason="asked-desk", by=manager)):
        loading = Beside(load_loans)
        wait_for(lambda: waiting(1))
    assert loading.ended() is None
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.refused, counts_of_rows()) == ("done", 30, {"A1": 30})
    assert not Reader.objects.filter(number="A2").exists()


def test_program_that_sends_beside_a_merge_is_answered(two, librarian):
    gate = source_named("东馆闸机", ("visit",))
    row = {"system": "library", "kind": "visit"}
    rows = [row | {"number": f"A{1 + n % 2}", "at": f"2026-10-01T09:{n:02}"} for n in range(60)]
    said = []

    def send():
        answer = client_of(librarian).post(
            reverse("api:activities"),
            {"source": gate.code, "rows": rows},
            format="json",
            headers={"Idempotency-Key": "k1"},
        )
        said.append(answer.status_code)

    with not_committed_yet(two):
        sending = Beside(send)
        wait_for(lambda: waiting(1))
    assert sending.ended() is None
    assert (said, counts_of_rows()) == ([201], {"A1": 60})
