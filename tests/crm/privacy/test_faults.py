"""Erasing and the retention clock while processes are killed, servers restart or are away, and the
disk of the list is full.

What is killed is a program of its own, held at a lock in the middle of its work.
"""

import logging
import resource
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from crm.clock.models import Night
from crm.clock.nightly import run_night
from crm.privacy import actions, gone, traces
from crm.privacy.gone import BEGUN, ERASED, WITHDRAWN
from crm.privacy.models import Departure, Erasure
from crm.readers.models import Reader
from tests import clock, factories, servers
from tests.crm.privacy.test_leaving_in_bulk import is_there, leaving, poison, run_as_owner

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["poison"]

ERASE_DUE = "from crm.privacy import actions; print(actions.erase_due(), 'erased')"
RUN_NIGHT = """
from django.utils import timezone
from crm.clock.nightly import run_night
print("whole" if run_night(night=timezone.localdate()) else "stopped")
"""
#: What was asked to be done after the commit is done in turn: the line of the list comes later.
KILLED_AFTER_THE_COMMIT = """
import os, signal
from django.db import transaction
from crm.privacy import actions
from crm.readers.models import Reader
with transaction.atomic():
    transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
    actions.erase(reader=Reader.objects.get(), reason="asked-desk", by=None)
"""
#: Whoever reaches this table waits.
HELD = "LOCK TABLE {table} IN EXCLUSIVE MODE"
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass"


def program(code: str, tmp_path: Path, **changes: str):
    command = ["manage.py", "shell", "-v", "0", "-c", code]
    changes = {"ERASED_LIST": str(settings.ERASED_LIST)} | changes
    return servers.process(command, tmp_path / "program.log", **changes)


@contextmanager
def held_at(table: str, url: str):
    """Whoever writes to ``table`` waits until the end; gives a question whether somebody does."""
    owner = psycopg2.connect(url)
    owner.cursor().execute(HELD.format(table=table))
    # A second connection: what one transaction has locked it does not wait for.
    other = psycopg2.connect(url)
    other.autocommit = True

    def somebody_waits() -> bool:
        with other.cursor() as cursor:
            cursor.execute(WAITS.format(table=table))
            return cursor.fetchone()[0] > 0

    try:
        yield somebody_waits
    finally:
        owner.close()
        other.close()


def ended(running: servers.Process) -> str:
    running.process.wait(120)
    return running.output()


def restored(reader: Reader) -> Reader:
    """The database of before: it has the row, and has never heard that they were erased."""
    run_as_owner("DELETE FROM crm_erasure")
    Reader.objects.filter(number=reader.number).delete()
    row = factories.ReaderFactory(source=reader.source, number=reader.number)
    Reader.objects.filter(pk=row.pk).update(created_at=reader.created_at)
    return row


def words() -> list[str]:
    return sorted(line.word for line in gone.read())


# --- kill -9 --------------------------------------------------------------------------------------
def test_kill_9_in_the_middle_of_erasing_erases_whole_persons_or_nobody(tmp_path):
    """Fault 44. Whoever was being erased is there with everything, may stay, and then stays."""
    first, second = leaving(), leaving()
    with held_at("crm_erasure", servers.owner_url()) as somebody_waits:
        with program(ERASE_DUE, tmp_path) as running:
            servers.wait_for(somebody_waits, 60)
            running.kill()
        assert words() == [BEGUN]
    # Its connection may outlive it for a moment.
    servers.wait_for(gone.settle)
    assert words() == [BEGUN, WITHDRAWN]
    assert (is_there(first), is_there(second)) == (True, True)

    actions.stay(reader=first, by=None)
    assert actions.erase_due() == 1
    assert (is_there(first), is_there(second)) == (True, False)
    assert actions.erase_listed() == ""


def test_kill_9_between_the_commit_and_its_line_brings_nobody_back(tmp_path):
    """Fault 44. Neither where the next run writes the line, nor where a restore comes first."""
    reader = factories.ReaderFactory()
    with program(KILLED_AFTER_THE_COMMIT, tmp_path) as running:
        assert running.process.wait(60) == -9
    assert not is_there(reader)
    assert words() == [BEGUN]

    row = restored(reader)
    assert actions.erase_listed() == "1 erased again."
    assert not is_there(row)

    gone.settle()
    assert WITHDRAWN not in words()


def test_kill_9_between_the_commit_and_its_line_is_made_good_by_the_next_run(tmp_path):
    """Fault 44."""
    reader = factories.ReaderFactory()
    with program(KILLED_AFTER_THE_COMMIT, tmp_path) as running:
        assert running.process.wait(60) == -9
    assert actions.erase_due() == 0

    digest = traces.identity_digest(reader.source, reader.number)
    assert gone.erased_until(gone.read()) == {digest: Erasure.objects.get().at}
    assert words() == [BEGUN, ERASED]


def test_kill_9_in_the_middle_of_the_night_removes_nothing_twice(tmp_path):
    """Each batch is whole or not there, and the next run does the rest."""
    clock.fill()
    with (
        held_at("crm_segmentlog", servers.owner_url()) as somebody_waits,
        program(RUN_NIGHT, tmp_path) as running,
    ):
        servers.wait_for(somebody_waits, 60)
        running.kill()
    before = dict(Night.objects.values_list("code", "removed"))
    assert before["segment-log"] == 0

    servers.wait_for(lambda: run_night(night=timezone.localdate()))
    removed = dict(Night.objects.values_list("code", "removed"))
    assert removed | before | {"segment-log": removed["segment-log"]} == removed
    assert removed["segment-log"] == 7
    assert not Night.objects.filter(ended_at=None).exists()


# --- PostgreSQL -----------------------------------------------------------------------------------
def test_postgresql_crash_in_the_middle_loses_neither_the_erasing_nor_the_night(tmp_path):
    """Fault 44. The night as well: what was running fails; the next run does it."""
    clock.fill()
    leaving(), leaving()
    with servers.postgres(tmp_path) as database:
        database.copy_of_the_tests()
        there = {"DATABASE_URL": database.url(), "DATABASE_OWNER_URL": database.server.owner_url()}
        for code, table in ((ERASE_DUE, "crm_erasure"), (RUN_NIGHT, "crm_segmentlog")):
            with (
                program(code, tmp_path, **there) as running,
                held_at(table, database.server.owner_url()) as somebody_waits,
            ):
                servers.wait_for(somebody_waits, 60)
                database.crash()
                ended(running)
            database.start()
        # Nobody is half gone, and nobody was told to the list as gone.
        for code, said in ((ERASE_DUE, "2 erased"), (RUN_NIGHT, "whole")):
            with program(code, tmp_path, **there) as running:
                assert said in ended(running)
        assert words() == [BEGUN] * 3 + [ERASED] * 2 + [WITHDRAWN]


# --- Redis ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["dead", "frozen"])
def test_erasing_and_the_night_need_no_redis(state, tmp_path):
    """Fault 44. Neither asks it for anything."""
    clock.fill()
    leaving()
    with servers.valkey(tmp_path) as broker:
        url = broker.url()
        broker.kill() if state == "dead" else broker.freeze()
        for code, said in ((ERASE_DUE, "1 erased"), (RUN_NIGHT, "whole")):
            with program(code, tmp_path, REDIS_URL=url, CACHE_TIMEOUT="0.2") as running:
                output = ended(running)
            assert said in output
            # A cache that is asked in vain is written down each time.
            assert "cache" not in output.lower()
    assert not Departure.objects.exists()


# --- the disk of the list -------------------------------------------------------------------------
@contextmanager
def room_for(lines: int, more: int = 0):
    """The list can take so many lines, and ``more`` bytes: what a full disk does to a write."""
    path = Path(settings.ERASED_LIST)
    size = path.stat().st_size if path.exists() else 0
    # A moment, the word "begun" and 64 hex digits.
    size += lines * len(f"{timezone.now().replace(microsecond=1).isoformat()} begun {'0' * 64}\n")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + more, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("more", [0, 40])
def test_nobody_is_erased_whom_the_list_has_no_room_for(more, caplog):
    """Fault 51. Also where half of a line went in; they are erased once there is room."""
    first, second = leaving(), leaving()
    with room_for(0, more), caplog.at_level(logging.ERROR):
        assert actions.erase_due() == 0
    assert (is_there(first), is_there(second)) == (True, True)
    assert Departure.objects.stuck().count() == 2
    assert "could not be erased" in caplog.text
    assert gone.read() == set()

    assert actions.erase_due() == 2
    assert words() == [BEGUN, BEGUN, ERASED, ERASED]


def test_disk_that_is_full_after_the_commit_brings_nobody_back():
    """Fault 51. The line that was begun counts until the next run writes what became of it."""
    reader = factories.ReaderFactory()
    with room_for(1):
        actions.erase(reader=reader, reason="asked-desk", by=None)
    assert not is_there(reader)
    assert words() == [BEGUN]
    assert len(gone.erased_until(gone.read())) == 1

    actions.erase_due()
    assert words() == [BEGUN, ERASED]


def test_disk_that_is_full_when_somebody_is_rolled_back_erases_them_at_no_restore(poison):
    """Fault 51."""
    bad = leaving(name="poison")
    with room_for(1), pytest.raises(OSError):
        # The line that says so is written at the end of the run at the latest, and cannot be.
        actions.erase_due()
    assert is_there(bad)
    assert words() == [BEGUN]

    actions.stay(reader=bad, by=None)
    assert words() == [BEGUN, WITHDRAWN]
    assert actions.erase_listed() == ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM crm_erasure")
        assert cursor.fetchone() == (0,)
