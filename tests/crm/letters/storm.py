"""Letters, and mails of a campaign beside them, under every fault at once: real workers, a beat,
servers of their own.

Workers are killed with ``kill -9``, forks and whole programs in turn; the broker is wiped,
PostgreSQL crashes, the mail server freezes before and after it took a letter, the journal's disk
fills up. Each fault comes when so and so many letters and mails have gone.
"""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random
from threading import Event

import psycopg2
import redis

from ops import local
from tests import servers
from tests.sink import Hangup, Sink

#: In the workers a mail server that says nothing for so many seconds is frozen.
PATIENCE = 1
WRITE = """
from django.db import transaction
from crm.letters.actions import write
with transaction.atomic():
    for n in range({letters}):
        write(kind="notice", to=f"r{{n}}@example.org", subject=f"Letter {{n}}", text="x",
              language="en", once=f"storm/{{n}}")
"""
#: A campaign of so many mails, launched as a librarian does.
LAUNCH = """
from tests.campaigns.sending.crowd import launch
launch({mails})
"""
#: Where a campaign runs beside them, letters lie ready from the beginning and become due by and by.
HELD = "'2099-01-01'"
HOLD = f"UPDATE crm_letter SET due_at = {HELD}"
LET_GO = f"""
UPDATE crm_letter SET due_at = now()
WHERE id IN (SELECT id FROM crm_letter WHERE due_at >= {HELD} ORDER BY id LIMIT {{letters}})
"""
#: What waits out its minutes in real life is due at once here, and so is a lease that ran out.
TIME_PASSES = f"""
UPDATE crm_letter SET due_at = now()
WHERE state = 'pending' AND due_at > now() AND due_at < {HELD};
UPDATE campaigns_delivery SET due_at = now() WHERE state = 'pending' AND due_at > now();
"""
ROWS = """
SELECT address, state FROM crm_letter
UNION ALL
SELECT email, d.state FROM campaigns_delivery d JOIN crm_reader r ON r.id = d.reader_id
"""
OPEN = "('pending', 'claimed', 'inflight')"
NOT_OVER = f"""
SELECT EXISTS (SELECT FROM crm_letter WHERE state IN {OPEN})
    OR EXISTS (SELECT FROM campaigns_delivery WHERE state IN {OPEN})
"""
IN_DOUBT = """
SELECT (SELECT count(*) FROM crm_letter WHERE state = 'unknown')
     + (SELECT count(*) FROM campaigns_delivery WHERE state = 'unknown')
"""
#: What waits says why, each row by itself; of a server that takes nothing at all the content does.
TOLD = """
SELECT 1 FROM crm_letter WHERE state = 'pending' AND reason <> '' AND reason LIKE '%{reason}%'
UNION ALL
SELECT 1 FROM campaigns_delivery
WHERE state = 'pending' AND reason <> '' AND reason LIKE '%{reason}%'
UNION ALL
SELECT 1 FROM campaigns_content WHERE trouble <> ''
LIMIT 1
"""


@dataclass
class Outcome:
    """What became of the letters, on both sides: rows by state and copies by address."""

    rows: dict[str, str]
    copies: Counter
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def states(self) -> Counter:
        return Counter(self.rows.values())

    #: Rows in doubt that the pages of the desk list to a person.
    shown: int = 0

    @property
    def unknown(self) -> int:
        """Letters in doubt, each of them a row in that state."""
        return self.states["unknown"]

    @property
    def extra(self) -> int:
        """Copies beyond the first one."""
        return self.copies.total() - len(self.copies)

    @property
    def lost(self) -> int:
        """Letters that nobody got and that no row is in doubt about."""
        certain = {address for address, state in self.rows.items() if state != "unknown"}
        return len(certain - set(self.copies))


@dataclass
class Storm:
    """The running portal and the hands that break it."""

    folder: Path
    database: servers.Database
    broker: servers.Broker
    sink: Sink
    letters: int
    mails: int = 0
    concurrency: int = 1
    workers: list[servers.Process] = field(default_factory=list)
    held: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    faults: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **self.database.addresses(),
            "REDIS_URL": self.broker.url(),
            "JOURNAL_DIR": str(self.folder / "journal"),
            "EMAIL_URL": self.sink.url,
            "EMAIL_TIMEOUT": str(PATIENCE),
        }

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        environment = os.environ | self.environment
        subprocess.run(command, cwd=local.BASE_DIR, env=environment, check=True)

    def query(self, statement: str) -> list[tuple]:
        """Rows of a statement; none while the database is away, or for one that has none."""
        with contextlib.suppress(psycopg2.OperationalError):
            connection = psycopg2.connect(self.database.url())
            connection.autocommit = True
            with contextlib.closing(connection), connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        return []

    # --- workers ----------------------------------------------------------------------------------
    def hire(self) -> None:
        """One more worker."""
        log = self.folder / f"worker{len(self.faults)}.log"
        worker = servers.worker(
            log, queues="deliver", concurrency=self.concurrency, **self.environment
        )
        self.workers.append(self.held.enter_context(worker))

    def some_child(self) -> int:
        """A fork of the last worker, once it has one."""
        return servers.wait_for(lambda: self.workers[-1].children(), 60)[0]

    # --- faults -----------------------------------------------------------------------------------
    def kill_a_child(self) -> None:
        os.kill(self.some_child(), signal.SIGKILL)

    def kill_a_worker(self) -> None:
        self.workers.pop().kill()
        self.hire()

    def wipe_the_broker(self) -> None:
        redis.Redis.from_url(self.broker.url()).flushall()

    def crash_the_database(self) -> None:
        self.database.crash()
        self.database.start()

    def freeze_before_the_content(self) -> None:
        self.sink.rule = at("mail", lambda: time.sleep(2 * PATIENCE))
        self.wait_until_told("")

    def freeze_after_the_content(self) -> None:
        """The letter in hand is taken, and nobody hears of it."""
        self.sink.rule = at("content", lambda: time.sleep(2 * PATIENCE))
        self.wait_for_doubt()

    def lose_the_content(self) -> None:
        """The letter in hand is not taken, and nobody hears of that."""
        self.sink.rule = at("content", hang_up)
        self.wait_for_doubt()

    def fill_the_disk(self) -> None:
        """The file of the journal cannot grow any more, and later it can again."""
        self.query("UPDATE campaigns_content SET trouble = ''")
        self.some_child()
        children = self.workers[-1].children()
        # Zero bytes for the child's own limit; the hard one stays as it is.
        for child in children:
            limit_files(child, 0)
        self.wait_until_told("no_journal")
        for child in children:
            limit_files(child, None)

    def wait_until_told(self, reason: str) -> None:
        """Until what waits says why."""

        def told() -> bool:
            self.let_one_go()
            return bool(self.query(TOLD.format(reason=reason)))

        servers.wait_for(told, 120, 0.2)

    def wait_for_doubt(self) -> None:
        """Until one letter more is in doubt, or so few are left that none will be."""
        before = self.in_doubt()

        def more() -> bool:
            self.let_time_pass()
            self.let_one_go()
            return self.in_doubt() > before

        servers.wait_for(more, 120, 0.2)

    # --- what became of it ------------------------------------------------------------------------
    def in_doubt(self) -> int:
        rows = self.query(IN_DOUBT)
        return rows[0][0] if rows else 0

    def let_time_pass(self) -> None:
        self.query(TIME_PASSES)

    def let_go(self, share: float) -> None:
        """More of the letters that were held become due."""
        self.query(LET_GO.format(letters=round(share * self.letters)))

    def let_one_go(self) -> None:
        """A fault shows where something is under way: the campaign may be through."""
        self.query(LET_GO.format(letters=1))

    def is_over(self) -> bool:
        self.let_time_pass()
        return self.query(NOT_OVER) == [(False,)]

    def shown(self) -> int:
        """How many rows in doubt the desk lists, asked of its own pages."""
        command = [sys.executable, "-m", "tests.crm.letters.desk"]
        environment = os.environ | self.environment
        done = subprocess.run(
            command, cwd=local.BASE_DIR, env=environment, check=True, stdout=subprocess.PIPE
        )
        return json.loads(done.stdout)

    def outcome(self, seconds: float) -> Outcome:
        copies = Counter(self.sink.addresses)
        return Outcome(dict(self.query(ROWS)), copies, self.faults, seconds, self.shown())


def limit_files(pid: int, size: int | None) -> None:
    """How large a file of a process may grow; None is as large as ever."""
    with contextlib.suppress(ProcessLookupError):
        _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        soft = hard if size is None else size
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


def hang_up() -> None:
    raise Hangup


def at(stage: str, act: Callable[[], None]) -> Callable:
    """A rule of the sink: ``act`` at one stage of every letter."""

    def rule(now: str, _text: str) -> None:
        if now == stage:
            act()

    return rule


def unhurried(sink: Sink) -> Callable:
    """About 3 ms a letter, so that there is a middle to be killed in."""
    pause = Event()
    return at("content", lambda: pause.wait(0.003) and None)


#: Kills alternate; between them comes whatever else can go wrong.
KILLS = ("kill_a_child", "kill_a_worker")
OTHERS = (
    "wipe_the_broker",
    "freeze_after_the_content",
    "crash_the_database",
    "fill_the_disk",
    "lose_the_content",
    "freeze_before_the_content",
)


def plan(kills: int) -> Iterator[str]:
    """Names of faults: ``kills`` kills with the others spread among them, each at least once."""
    others, every = list(OTHERS), max(1, kills // len(OTHERS))
    for number, kill in zip(range(kills), cycle(KILLS), strict=False):
        yield kill
        if number % every == every - 1 and others:
            yield others.pop(0)
    yield from others


def migrated(storm: Storm) -> None:
    """Tables as a new installation makes them."""
    storm.manage("migrate", "-v", "0")


def copied(storm: Storm) -> None:
    """Tables as those of the test, which are there far sooner."""
    storm.database.copy_of_the_tests()


@contextmanager
def portal(
    folder: Path, sink: Sink, letters: int, mails: int = 0, *, tables: Callable[[Storm], None]
) -> Iterator[Storm]:
    """Database, broker, beat and workers of their own, with ``letters`` and ``mails`` to send;
    ``tables`` makes those of the database.
    """
    database, broker = servers.postgres(folder / "pg"), servers.valkey(folder / "valkey")
    with database as database, broker as broker:
        storm = Storm(folder, database, broker, sink, letters, mails)
        tables(storm)
        storm.manage("shell", "-v", "0", "-c", WRITE.format(letters=letters))
        if mails:
            storm.concurrency = 2
            storm.query(HOLD)
            storm.manage("shell", "-v", "0", "-c", LAUNCH.format(mails=mails))
        beat = ["-m", "celery", "-A", "config", "beat", "-s", str(folder / "beat"), "--pidfile", ""]
        with servers.process(beat, folder / "beat.log", **storm.environment), storm.held:
            storm.hire()
            yield storm


def moments(count: int, total: int, seed: int | None) -> list[int]:
    """After how many of ``total`` each of ``count`` faults comes: evenly, or by lot."""
    if seed is None:
        return [number * total // (count + 2) for number in range(1, count + 1)]
    return sorted(Random(seed).sample(range(1, total * 9 // 10), count))


def break_everything(
    folder: Path,
    sink: Sink,
    *,
    letters: int,
    kills: int,
    mails: int = 0,
    seed: int | None = None,
    say: Callable = lambda _line: None,
    tables: Callable[[Storm], None] = migrated,
) -> Outcome:
    """Mail ``letters`` letters and a campaign of ``mails`` under ``kills`` kills and all other
    faults; what became of them.

    With ``seed`` the faults come at random moments.
    """
    folder.mkdir(parents=True, exist_ok=True)
    faults = list(plan(kills))
    when = moments(len(faults), letters + mails, seed)
    with portal(folder, sink, letters, mails, tables=tables) as storm:
        started = time.monotonic()
        calm = unhurried(sink) if not mails else sink.rule
        sink.rule = calm
        for gone, fault in zip(when, faults, strict=True):
            storm.let_go(1 / len(faults))
            servers.wait_for(lambda: reached(storm, gone), 300)  # noqa: B023 - called at once
            say(f"{len(sink.received)} have gone: {fault}")
            getattr(storm, fault)()
            storm.faults.append(fault)
            sink.rule = calm
        storm.let_go(1)
        servers.wait_for(storm.is_over, 600, 0.5)
        return storm.outcome(time.monotonic() - started)


def reached(storm: Storm, gone: int) -> bool:
    """Whether so many letters have gone; meanwhile what waits does not wait long."""
    if len(storm.sink.received) >= gone:
        return True
    storm.let_time_pass()
    return False
