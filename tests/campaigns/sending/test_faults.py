"""Real workers, killed and stopped in mid-campaign.

Nobody lost, nobody mailed twice, at most one in doubt per kill.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Event

import psycopg2
import pytest
import redis
from django.db import connection, transaction

from campaigns.plan.models import Channel
from campaigns.sending import clicks, tasks
from campaigns.sending.actions import launch_content
from core.refusals import Refused
from crm.letters import journal
from ops import local
from tests import factories, servers

pytestmark = pytest.mark.django_db(transaction=True)
READERS = 300


@pytest.fixture(autouse=True)
def channels(transactional_db):
    """A flushed database has lost what migrations put in."""
    Channel.objects.get_or_create(
        code="email", defaults={"name_zh": "邮件", "kind": "online", "contact": "email"}
    )


@pytest.fixture(autouse=True)
def empty_broker(settings):
    broker = redis.Redis.from_url(settings.REDIS_URL)
    broker.flushdb()
    yield broker
    broker.flushdb()


@pytest.fixture
def slow(sink):
    """About 3 ms per message: a campaign long enough to be killed in the middle of."""
    pause = Event()
    sink.rule = lambda stage, text: pause.wait(0.003) or None if stage == "content" else None
    return sink


@pytest.fixture
def content(campaign, librarian):
    content = factories.ContentFactory(campaign=campaign)
    factories.ReaderFactory.create_batch(READERS)
    return content


def start_worker(tmp_path, settings, sink, **changes):
    log = tmp_path / f"worker{changes.pop('name', '')}.log"
    return servers.worker(
        log, queues="deliver", JOURNAL_DIR=str(settings.JOURNAL_DIR), EMAIL_URL=sink.url, **changes
    )


def states(content) -> Counter:
    return Counter(content.deliveries.values_list("state", flat=True))


def swept(content) -> bool:
    """One beat of the sweep; True when the content has nothing left to send."""
    tasks.sweep_deliveries()
    content.refresh_from_db()
    return content.state == "sent"


def in_doubt(content, sink) -> int:
    """Check the promise on both sides and return how many are unknown."""
    counted, received = states(content), Counter(sink.addresses)
    assert set(counted) <= {"sent", "unknown"}
    assert max(received.values()) == 1
    silent = set(
        content.deliveries.filter(state="sent").values_list("reader__email", flat=True)
    ) - set(received)
    assert silent == set()
    assert len(received) <= counted.total() == READERS
    return counted["unknown"]


def test_kill_9_of_a_worker_child_loses_nobody(content, librarian, slow, tmp_path, settings):
    """Fault 1. One process dies in mid-batch and its parent starts another."""
    launch_content(content=content, by=librarian)
    with start_worker(tmp_path, settings, slow) as worker:
        servers.wait_for(lambda: len(slow.received) > 50 or tasks.sweep_deliveries())
        (child,) = worker.children()
        os.kill(child, signal.SIGKILL)
        servers.wait_for(lambda: swept(content), every=0.3)
    assert in_doubt(content, slow) <= 1


def test_kill_9_of_a_whole_worker_with_two_processes_loses_nobody(
    content, librarian, slow, tmp_path, settings
):
    """Fault 2. The machine is switched off, then a worker starts anew."""
    launch_content(content=content, by=librarian)
    with start_worker(tmp_path, settings, slow, name=1, concurrency=2) as worker:
        servers.wait_for(lambda: len(slow.received) > 60 or tasks.sweep_deliveries())
        worker.kill()
    with start_worker(tmp_path, settings, slow):
        servers.wait_for(lambda: swept(content), every=0.3)
    assert in_doubt(content, slow) <= 2
    assert journal.files() == []


def test_broker_wiped_in_mid_campaign_completes(
    content, librarian, slow, tmp_path, settings, empty_broker
):
    """Fault 3. Redis loses every message: the sweep finds the rows in PostgreSQL."""
    launch_content(content=content, by=librarian)
    empty_broker.flushdb()
    with start_worker(tmp_path, settings, slow):
        servers.wait_for(lambda: len(slow.received) > 20 or tasks.sweep_deliveries())
        empty_broker.flushdb()
        servers.wait_for(lambda: swept(content), every=0.3)
    assert (in_doubt(content, slow), len(slow.received)) == (0, READERS)


def test_sigterm_ends_the_run_cleanly_and_soon(content, librarian, slow, tmp_path, settings):
    """Fault 16. A deployment in the middle of a campaign."""
    launch_content(content=content, by=librarian)
    with start_worker(tmp_path, settings, slow) as worker:
        servers.wait_for(lambda: len(slow.received) > 20 or tasks.sweep_deliveries())
        worker.process.terminate()
        assert worker.process.wait(10) == 0
    counted = states(content)
    assert set(counted) == {"sent", "pending"}
    assert counted["sent"] == len(slow.received) < READERS
    assert journal.files() == []


def test_two_people_launching_at_the_same_moment_give_one_fan_out(content, librarian, campaign):
    """Fault 7. Four at once, each with a connection of its own."""

    def launch(_person):
        try:
            with transaction.atomic():
                return launch_content(
                    content=type(content).objects.get(pk=content.pk), by=librarian
                ).mailed
        except Refused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        results = list(people.map(launch, range(4)))
    assert Counter(results) == {READERS: 1, "refused": 3}
    assert content.deliveries.count() == READERS


def test_links_are_followed_through_gunicorn_without_redis(tmp_path, settings):
    """Fault 21. A dead Redis stands in no reader's way."""
    link = factories.TrackedLinkFactory()
    changes = {"REDIS_URL": "redis://127.0.0.1:1/0", "JOURNAL_DIR": str(settings.JOURNAL_DIR)}
    with servers.web(tmp_path / "web.log", **changes) as web:
        host = web.url.removeprefix("http://")
        assert follow(host, f"/go/{link.code}") == (302, link.target)
        assert follow(host, "/go/nothing1") == (404, None)
    clicks.flush()
    link.refresh_from_db()
    assert link.clicks == 1


def follow(host: str, path: str) -> tuple[int, str | None]:
    connection = HTTPConnection(host, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location")
    finally:
        connection.close()


SEED = """
from django.utils import timezone
from campaigns.contents.models import Content
from campaigns.plan.models import Campaign, Channel
from campaigns.sending.actions import launch_content
from crm.models import Reader, Segment, User
by = User.objects.create(username="a", role="librarian")
campaign = Campaign.objects.create(
    title="x", owner=by, phase="performance", locked_at=timezone.now(), locked_by=by,
    holdout_percent=0,
)
campaign.segments.add(Segment.objects.create(name="all", rule={}))
Reader.objects.bulk_create(
    Reader(number=f"R{n}", kind="teacher", email=f"r{n}@example.org", consents=["email:notices"])
    for n in range(300)
)
content = Content.objects.create(
    campaign=campaign, channel=Channel.objects.get(code="email"), title="x", subject="x",
    body="<p>{name}</p>",
)
launch_content(content=content, by=by)
"""
SWEEP = "from campaigns.sending import tasks; tasks.sweep_deliveries()"


def test_database_stopped_immediately_in_mid_campaign_completes_after_its_restart(
    slow, tmp_path, settings
):
    """Fault 4. PostgreSQL crashes under the worker and comes back."""
    with servers.postgres(tmp_path) as database:
        changes = {
            **database.addresses(),
            "JOURNAL_DIR": str(settings.JOURNAL_DIR),
            "EMAIL_URL": slow.url,
        }

        def manage(*arguments):
            command = [sys.executable, "manage.py", *arguments]
            return subprocess.run(
                command,
                cwd=local.BASE_DIR,
                env=os.environ | changes,
                capture_output=True,
                check=False,
            )

        database.copy_of_the_tests()
        assert manage("shell", "-v", "0", "-c", SEED).returncode == 0
        with servers.worker(tmp_path / "worker.log", queues="deliver", **changes):
            servers.wait_for(lambda: len(slow.received) > 50)
            database.crash()
            database.start()
            servers.wait_for(
                lambda: manage("shell", "-v", "0", "-c", SWEEP) and finished(database.url()), 40
            )
    assert len(slow.received) == len(set(slow.addresses)) == READERS


def finished(url: str) -> bool:
    with psycopg2.connect(url) as db, db.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM campaigns_delivery GROUP BY state")
        return dict(cursor.fetchall()) == {"sent": READERS}
