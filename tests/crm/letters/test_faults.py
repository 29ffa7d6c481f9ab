"""Real workers, killed and stopped while single letters go out, and a mail server that freezes."""

import os
import signal
import subprocess
import sys
from collections import Counter
from threading import Event

import pytest
import redis
from django.utils import timezone

from config.celery import app as celery
from crm.letters import journal, post, tasks
from crm.letters.models import Letter
from ops import local
from tests import factories, servers
from tests.crm.letters import storm
from tests.crm.letters.building import states

pytestmark = pytest.mark.django_db(transaction=True)
LETTERS = 200


@pytest.fixture(autouse=True)
def broker(settings):
    """The broker of this test, empty."""
    broker = redis.Redis.from_url(settings.REDIS_URL)
    broker.flushdb()
    yield broker
    broker.flushdb()


@pytest.fixture
def slow(sink):
    """About 3 ms per letter: long enough to be killed in the middle of."""
    pause = Event()
    sink.rule = lambda stage, text: pause.wait(0.003) or None if stage == "content" else None
    return sink


@pytest.fixture
def letters(db):
    return factories.LetterFactory.create_batch(LETTERS)


def start_worker(tmp_path, settings, sink, *, name="", **changes):
    changes = {"JOURNAL_DIR": str(settings.JOURNAL_DIR), "EMAIL_URL": sink.url} | changes
    return servers.worker(tmp_path / f"worker{name}.log", queues="deliver", **changes)


def begun(sink, letters: int) -> None:
    """Until so many letters have gone."""
    servers.wait_for(lambda: len(sink.received) > letters or tasks.sweep_letters(), 60)


def is_over() -> bool:
    """One beat of the sweep, and a minute later: nothing waits any more."""
    Letter.objects.filter(state="pending").update(due_at=timezone.now())
    tasks.sweep_letters()
    return not states().keys() & {"pending", "inflight"}


def in_doubt(sink) -> int:
    """Check the promise on both sides and return how many are unknown."""
    received = Counter(sink.addresses)
    assert set(states()) <= {"sent", "unknown"}
    assert max(received.values()) == 1
    sent = set(Letter.objects.filter(state="sent").values_list("address", flat=True))
    assert sent - set(received) == set()
    assert states().total() == LETTERS
    return states()["unknown"]


def test_messages_of_this_test_lie_in_its_own_broker(broker):
    """Or every test that runs beside it would take them."""
    tasks.call_workers()
    assert celery.conf.broker_url.endswith(str(broker.connection_pool.connection_kwargs["db"]))
    assert broker.llen("deliver") == 1


def test_kill_9_of_a_worker_child_loses_no_letter(letters, slow, tmp_path, settings):
    """Fault 1."""
    with start_worker(tmp_path, settings, slow) as worker:
        begun(slow, 30)
        (child,) = worker.children()
        os.kill(child, signal.SIGKILL)
        servers.wait_for(is_over, 60, every=0.3)
    assert in_doubt(slow) <= 1


def test_kill_9_of_a_whole_worker_loses_no_letter(letters, slow, tmp_path, settings):
    """Fault 2."""
    with start_worker(tmp_path, settings, slow, name=1, concurrency=2) as worker:
        begun(slow, 30)
        worker.kill()
    with start_worker(tmp_path, settings, slow, name=2):
        servers.wait_for(is_over, 60, every=0.3)
    assert in_doubt(slow) <= 2
    assert journal.files(suffix=journal.LETTERS) == []


WRITE = """
from crm.staff.models import User
from tests.crm.letters.building import note
note(by=User.objects.get(username="librarian"))
"""


def test_letter_written_while_the_broker_is_dead_goes_later(sink):
    """Fault 48. The row waits; whatever looks for rows first takes it."""
    factories.UserFactory(username="librarian", role="librarian")
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", WRITE],
        cwd=local.BASE_DIR,
        env=servers.environment(REDIS_URL="redis://127.0.0.1:1/0"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert states() == {"pending": 1}
    post.send_due()
    assert (states(), sink.addresses) == ({"sent": 1}, ["ann@example.org"])


def test_wiped_broker_changes_nothing(letters, slow, tmp_path, settings, broker):
    """Fault 3."""
    with start_worker(tmp_path, settings, slow):
        begun(slow, 20)
        broker.flushdb()
        servers.wait_for(is_over, 60, every=0.3)
    assert (in_doubt(slow), len(slow.received)) == (0, LETTERS)


def test_sigterm_ends_the_run_cleanly_and_soon(letters, slow, tmp_path, settings):
    """Fault 16."""
    with start_worker(tmp_path, settings, slow) as worker:
        begun(slow, 20)
        worker.process.terminate()
        assert worker.process.wait(20) == 0
    assert set(states()) == {"sent", "pending"}
    assert states()["sent"] == len(slow.received) < LETTERS
    assert journal.files(suffix=journal.LETTERS) == []


@pytest.mark.slow
def test_everything_at_once_loses_none_and_doubles_none(sink, tmp_path):
    """Faults 1 to 5 and 48, with a full disk.

    ``make bench ONLY=letters`` does the same with 2,000 letters and twelve kills.
    """
    outcome = storm.break_everything(
        tmp_path / "storm", sink, letters=300, kills=2, tables=storm.copied
    )
    assert set(outcome.faults) == {*storm.KILLS, *storm.OTHERS}
    assert (outcome.lost, outcome.extra) == (0, 0), outcome.states
    assert set(outcome.states) <= {"sent", "unknown"}
    assert 2 <= outcome.unknown <= 2 * len(outcome.faults)
    assert outcome.shown == outcome.unknown
