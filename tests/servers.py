"""Real servers and processes of a test's own, to be stopped, frozen or killed; each ends by its
pid.

::

    with servers.valkey(tmp_path) as broker, servers.worker(REDIS_URL=broker.url()) as worker:
        broker.freeze(); broker.thaw(); broker.kill(); worker.kill()
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from ops import backup, local
from ops import servers as private


def wait_for(check: Callable, seconds: float = 30, every: float = 0.05):
    """The first true value of ``check()``; AssertionError when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        assert time.monotonic() < end, f"nothing after {seconds} s"
        time.sleep(every)


class Held:
    """A process that a test may freeze and kill. ``pid`` is a property of the subclass."""

    def send(self, number: int) -> None:
        os.kill(self.pid, number)

    def freeze(self) -> None:
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        self.send(signal.SIGCONT)


class Broker(Held):
    """A private Valkey."""

    def __init__(self, root: Path):
        self.server = private.Valkey(root)
        self.url = self.server.url

    @property
    def pid(self) -> int:
        return self.server.pid()

    def start(self) -> None:
        self.server.start()

    def kill(self) -> None:
        pid = self.pid
        os.kill(pid, signal.SIGKILL)
        private.wait_until(lambda: not private.is_running(pid), 10)


class Database(Held):
    """A private PostgreSQL, with fsync on.

    ``crash()`` is an immediate stop, as after a power cut.
    """

    def __init__(self, root: Path):
        self.server = private.Postgres(root, settings={"shared_buffers": "64MB"})
        self.url = self.server.url
        self.addresses = self.server.addresses

    @property
    def pid(self) -> int:
        return self.server.pid()

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.stop()

    def crash(self) -> None:
        self.server.stop("immediate")

    def copy_of_the_tests(self) -> None:
        """Tables and rows of this test's database, which are there sooner than by migrating."""
        dump = subprocess.run(
            [backup.program("pg_dump"), owner_url()], check=True, capture_output=True
        )
        psql = [backup.program("psql"), "-q", "-v", "ON_ERROR_STOP=1", self.server.owner_url()]
        subprocess.run(psql, input=dump.stdout, check=True, capture_output=True)


@contextmanager
def valkey(root: Path) -> Iterator[Broker]:
    broker = Broker(root / "private")
    broker.start()
    try:
        yield broker
    finally:
        if broker.pid is not None:
            broker.thaw()
            broker.server.stop()


@contextmanager
def postgres(root: Path) -> Iterator[Database]:
    database = Database(root / "private")
    database.start()
    try:
        yield database
    finally:
        if database.pid is not None:
            database.thaw()
            database.server.stop("immediate")


# --- processes of the portal ----------------------------------------------------------------------
def test_database_url() -> str:
    """The URL of the database this test runs in, for a process beside it (use
    ``transactional_db``).
    """
    return in_database(os.environ["DATABASE_URL"], connection.settings_dict["NAME"])


test_database_url.__test__ = False  # its name begins like a test's


def owner_url() -> str:
    """The same database, as the owner of its tables."""
    return in_database(local.owner_address(), connection.settings_dict["NAME"])


def in_database(url: str, name: str) -> str:
    """The URL of another database of the same server, under the same role."""
    head, _sep, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def addresses(name: str) -> dict[str, str]:
    """Variables of a program that works on another database of the same server."""
    return {
        "DATABASE_URL": in_database(os.environ["DATABASE_URL"], name),
        "DATABASE_OWNER_URL": in_database(local.owner_address(), name),
    }


def children(pid: int) -> list[int]:
    """Pids a process started; empty where it ended."""
    try:
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    except OSError:
        return []


class Process(Held):
    """A program of the portal running against the test's database. Its output is in ``log``."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str]):
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                cwd=local.BASE_DIR,
                env=environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def children(self) -> list[int]:
        """Pids of the forked workers."""
        return children(self.pid)

    def kill(self) -> None:
        """kill -9 of the whole program, forks included."""
        os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds: float = 20) -> None:
        """SIGTERM, and kill -9 when that does not end it."""
        if self.process.poll() is not None:
            return
        self.thaw()
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def output(self) -> str:
        return self.log.read_text(errors="replace")


def printed_by(code: str, **changes: str) -> str:
    """What a process of its own prints that runs ``code``, and has loaded nothing else.

    ``changes`` of its environment.
    """
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=local.BASE_DIR,
        env=environment(DJANGO_SETTINGS_MODULE="config.settings", **changes),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def environment(**changes: str) -> dict[str, str]:
    """This test's environment with its database and folders."""
    folders = {
        name: str(getattr(settings, name))
        for name in ("MEDIA_ROOT", "MAILBOX_DIR", "JOURNAL_DIR", "HEADS_LIST", "WITHDRAWN_LIST")
    }
    return (
        os.environ
        | folders
        | addresses(connection.settings_dict["NAME"])
        | {"PYTHONUNBUFFERED": "1", "CACHE_TIMEOUT": "0.5"}
        | changes
    )


@contextmanager
def process(command: list[str], log: Path, **changes: str) -> Iterator[Process]:
    running = Process([sys.executable, *command], log, environment(**changes))
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def worker(
    log: Path, *, queues: str = "deliver,compute,default", concurrency: int = 1, **changes: str
):
    """A Celery worker that is ready to take tasks."""
    command = [
        "-m",
        "celery",
        "-A",
        "config",
        "worker",
        "-Q",
        queues,
        "-c",
        str(concurrency),
        "-l",
        "INFO",
    ]
    command += [
        "--without-gossip",
        "--without-mingle",
        "-n",
        f"test{os.getpid()}_{time.monotonic_ns()}@local",
    ]
    with process(command, log, **changes) as running:
        wait_for(lambda: running.process.poll() is not None or " ready." in running.output(), 60)
        assert running.process.poll() is None, running.output()
        yield running


@contextmanager
def web(log: Path, *, workers: int = 1, threads: int = 4, **changes: str):
    """gunicorn on a free port; ``.url`` is its address."""
    port = free_port()
    command = [
        "-m",
        "gunicorn",
        "config.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        str(workers),
    ]
    command += ["--threads", str(threads), "--no-control-socket", "--log-level", "warning"]
    url = f"http://127.0.0.1:{port}"
    with process(command, log, BASE_URL=url, **changes) as running:
        running.url = url
        wait_for(lambda: running.process.poll() is not None or responds(url), 60)
        assert running.process.poll() is None, running.output()
        yield running


@contextmanager
def mail_catcher(folder: Path):
    """The demo's mail server on a free port.

    Messages land in ``folder/new``. Set EMAIL_URL to ``.url``.
    """
    port = free_port()
    with process(
        ["-m", "ops.mailbox", str(folder), str(port)], folder.with_suffix(".log")
    ) as running:
        running.url = f"smtp://127.0.0.1:{port}"
        wait_for(lambda: listens(port))
        yield running


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def responds(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
