"""``make demo``: servers, migrations, sample data, then web, worker, beat and mail catcher until
Ctrl-C.

One process watches the others: a crashed one is started again after a growing pause, and all end in
order.
"""

import ctypes
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from ops import local, messages, servers

PYTHON = sys.executable
QUEUES = "deliver,compute,default"
LONGEST_PAUSE = 30
#: A child that ran this long is healthy again, and its next crash is a first one.
HEALTHY_AFTER = 60
PR_SET_PDEATHSIG = 1
SIGN_INS = [("reader", "读者"), ("librarian", "馆员"), ("manager", "馆长")]
PASSWORD = "huixiang-demo"


def say(text: str) -> None:
    print(text, flush=True)


def die_with_parent() -> None:
    """In the child: end when the supervisor is killed without a chance to say so (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One program that should always run. ``patience``: seconds between SIGTERM and SIGKILL."""

    name: str
    command: list
    log_dir: Path
    patience: float = 20
    process: subprocess.Popen | None = None
    started: float = 0
    crashes: int = 0
    due: float = field(default=0)
    asked: bool = False

    @property
    def log(self) -> Path:
        return self.log_dir / f"{self.name}.log"

    def start(self) -> None:
        with self.log.open("ab") as log:
            # An own session: Ctrl-C in the terminal reaches the supervisor only, which then stops
            # them in order.
            self.process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.started = time.monotonic()

    def watch(self) -> None:
        """Start it when it does not run and no pause is left; note a crash."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self.crashes = 1 if now - self.started > HEALTHY_AFTER else self.crashes + 1
            pause = min(2 ** (self.crashes - 1), LONGEST_PAUSE)
            say(
                f"  {self.name} ended ({self.process.returncode}); again in {pause} s. Its log: {self.log}"
            )
            self.process, self.due = None, now + pause
        elif self.process is None and now >= self.due:
            self.start()

    def ask(self) -> None:
        """Ask it to end, once: a worker takes a second SIGTERM for impatience."""
        if self.process is not None and not self.asked:
            self.process.terminate()
            self.asked = True

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.ask()
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise servers.LocalError(
                f"port {port} is taken ({error.strerror}): make demo PORT={port + 1}"
            ) from error


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def settle(host: str, port: int) -> tuple[Path, int | None]:
    """Start the servers and put everything the program reads into the environment.

    Returns LOCAL_DIR and the mail catcher's port, None where EMAIL_URL names a real relay.
    """
    os.environ |= local.ensure()
    root = local.base_dir()
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("BASE_URL", f"http://{host}:{port}")
    os.environ.setdefault("MAILBOX_DIR", str(root / "mailbox"))
    mail_port = None
    if not os.environ.get("EMAIL_URL"):
        mail_port = free_port()
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{mail_port}"
    (root / "logs").mkdir(exist_ok=True)
    return root, mail_port


def manage(*arguments: str, quiet: bool = True) -> None:
    """A management command; quiet ones show their output only when they fail."""
    command = [PYTHON, str(local.BASE_DIR / "manage.py"), *arguments]
    if quiet:
        servers.run(command, timeout=600, cwd=local.BASE_DIR)
    elif subprocess.run(command, cwd=local.BASE_DIR, check=False).returncode:
        raise servers.LocalError(f"manage.py {' '.join(arguments)} failed")


def migrations() -> list[Path]:
    return sorted(
        path
        for app in messages.APPS
        for path in (local.BASE_DIR / app / "migrations").glob("0*.py")
    )


def fingerprint() -> str:
    """Changes with our migrations and with the packages that bring their own."""
    files = [local.BASE_DIR / "requirements.txt", *migrations()]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def rows(sql: str) -> list[tuple]:
    """Answer of one query, without waking Django (which takes seconds)."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
    finally:
        connection.close()


def is_migrated(root: Path) -> bool:
    """True when nothing changed since the last migrate here, and this database is one that had it."""
    stamp = root / "migrated"
    if not stamp.exists() or stamp.read_text() != fingerprint():
        return False
    if rows("SELECT to_regclass('django_migrations') IS NULL") == [(True,)]:
        return False
    return {(path.parts[-3], path.stem) for path in migrations()} <= set(
        rows("SELECT app, name FROM django_migrations")
    )


def is_demo() -> bool:
    return os.environ["DEMO"].lower() not in {"0", "off", "false", "no"}


def is_empty() -> bool:
    """True while nobody has an account yet."""
    return rows("SELECT EXISTS (SELECT FROM crm_user)") == [(False,)]


def children(root: Path, host: str, port: int, mail_port: int | None) -> list[Child]:
    """Web first, the others once pages answer."""
    celery = [PYTHON, "-m", "celery", "-A", "config"]
    web = [
        PYTHON,
        "-m",
        "gunicorn",
        "config.wsgi",
        "--bind",
        f"{host}:{port}",
        "--workers",
        "2",
        "--threads",
        "4",
    ]
    web += [
        "--preload",
        "--no-control-socket",
        "--graceful-timeout",
        "10",
        "--log-level",
        "warning",
    ]
    worker = [
        *celery,
        "worker",
        "-Q",
        QUEUES,
        "-c",
        "2",
        "-l",
        "WARNING",
        "--without-gossip",
        "--without-mingle",
    ]
    beat = [*celery, "beat", "-l", "WARNING", "-s", str(root / "beat"), "--pidfile", ""]
    programs = [("web", web), ("worker", worker), ("beat", beat)]
    if mail_port is not None:
        programs.insert(
            1, ("mail", [PYTHON, "-m", "ops.mailbox", os.environ["MAILBOX_DIR"], str(mail_port)])
        )
    return [Child(name, command, root / "logs") for name, command in programs]


def is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


class Stopped(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


#: Python swallows what a handler raises inside a fork's callbacks, so the wish is written down as
#: well.
stopping = threading.Event()


def on_signal(_number, _frame) -> None:
    stopping.set()
    raise Stopped


def prepare(host: str, port: int) -> list[Child]:
    say("Starting PostgreSQL and Valkey …")
    root, mail_port = settle(host, port)
    messages.compile_stale()
    if not is_migrated(root):
        say("Bringing the database up to date …")
        manage("migrate", "--no-input", "-v", "0")
        (root / "migrated").write_text(fingerprint())
    unfinished = root / "seeding"
    if is_demo() and (is_empty() or unfinished.exists()):
        say("Making a library to look at (first time only) …")
        unfinished.touch()
        manage("seed_demo", quiet=False)
        unfinished.unlink()
    say("Starting web, worker, beat and mail catcher …")
    return children(root, host, port, mail_port)


def greet(url: str) -> None:
    say(f"\nReady: {url}")
    if is_demo():
        for name, role in SIGN_INS:
            say(f"  {name:<10} {PASSWORD}   {role}")
    say("Ctrl-C stops everything; the data stays.\n")


def keep_running(running: list[Child], host: str, port: int) -> None:
    """Until a signal comes.

    Says when the site first answers, and lets the background work start then.
    """
    url, greeted = f"http://{host}:{port}", False
    while not stopping.is_set():
        if not greeted and is_ready(url):
            greet(url)
            greeted = True
        for child in running if greeted else running[:1]:
            child.watch()
        time.sleep(0.5 if greeted else 0.1)
    raise Stopped


def stop_all(running: list[Child]) -> None:
    """All at once; the mail catcher last, because a worker still finishes the letters in its hands."""
    last = [child for child in running if child.name == "mail"]
    first = [child for child in running if child.name != "mail"]
    for child in first:
        child.ask()
    for child in [*first, *last]:
        child.stop()


def serve(host: str, port: int) -> None:
    running: list[Child] = []
    try:
        running += prepare(host, port)
        keep_running(running, host, port)
    except Stopped:
        say("\nStopping …")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop_all(running)
        local.stop()
        say("Stopped.")


def main() -> None:
    host, port = os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)
    root = local.base_dir()
    root.mkdir(parents=True, exist_ok=True)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    with (root / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise servers.LocalError(f"it already runs with the data in {root}") from error
        check_port(host, port)
        serve(host, port)


if __name__ == "__main__":
    try:
        main()
    except Stopped:
        sys.exit(130)
    except (
        servers.LocalError,
        OSError,
        ValueError,
        psycopg2.Error,
        subprocess.TimeoutExpired,
    ) as error:
        sys.exit(f"huixiang: {str(error).strip().splitlines()[-1]}")
