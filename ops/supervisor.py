"""``make demo``: servers, migrations, sample data, then web, workers, beat and mail catcher until
Ctrl-C.

One process watches the others: a crashed one is started again after a growing pause, and all end in
order.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg2

from ops import answers_key, local, servers
from ops.bootstrap import TELL_EVERY, say
from ops.child import Child
from ops.preparing import PYTHON, check_start, give_passwords, prepare, reachable

#: Mail has a worker of its own: a mail server that freezes may hold all of it.
QUEUES = "compute,default"
MAIL_QUEUES = "deliver"
WEB = (
    "-m gunicorn config.wsgi --workers 2 --threads 4 --preload --no-control-socket"
    " --graceful-timeout 10 --log-level warning"
)
CELERY = "-m celery -A config worker -l WARNING --without-gossip --without-mingle"
WORKER = f"{CELERY} -Q {QUEUES} -c 2 -n worker@%h"
DELIVER = f"{CELERY} -Q {MAIL_QUEUES} -c 3 -n deliver@%h"
BEAT = "-m celery -A config beat -l WARNING"
SIGN_INS = [("reader", "读者"), ("librarian", "馆员"), ("manager", "馆长"), ("admin", "管理员")]
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


#: Python swallows what a handler raises inside a fork's callbacks, so the wish is written down as
#: well.
stopping = threading.Event()


def on_signal(_number, _frame) -> None:
    """Ends the waiting loop, which then stops what it had started."""
    stopping.set()
    raise Stopped


def check_port(host: str, port: int) -> None:
    """LocalError with another port to try where this one is taken."""
    with socket.socket() as probe:
        # As gunicorn does: connections that a former run left half closed do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise servers.LocalError(
                f"port {port} is taken ({error.strerror}): make demo PORT={port + 1}"
            ) from error


def children(root: Path, host: str, port: int, mail_port: int | None) -> list[Child]:
    """Web first, the others once pages answer."""
    web = [PYTHON, *WEB.split(), "--bind", f"{host}:{port}"]
    worker = [PYTHON, *WORKER.split()]
    deliver = [PYTHON, *DELIVER.split()]
    # The schedule lies with the data; a pid file would outlive a killed beat.
    beat = [PYTHON, *BEAT.split(), "-s", str(root / "beat"), "--pidfile", ""]
    programs = {"web": web}
    if mail_port is not None:
        mailbox = os.environ["MAILBOX_DIR"]
        programs["mail"] = [PYTHON, "-m", "ops.mailbox", mailbox, str(mail_port)]
    programs |= {"worker": worker, "deliver": deliver, "beat": beat}
    running = [Child(name, command, root / "logs") for name, command in programs.items()]
    for child in running:
        if child.name == "worker":
            child.secrets[answers_key.NAME] = answers_key.own_key(root)
    # Nobody but the worker has it, not even where the shell that called us had.
    os.environ.pop(answers_key.NAME, None)
    return running


def is_ready(url: str) -> bool:
    """True once the page answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=TELL_EVERY) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def greet(url: str, passwords: dict[str, str]) -> None:
    """The address, and every account of a demonstration with its password.

    Only names of ``SIGN_INS`` that have a password; none of them outside a demonstration.
    """
    say(f"\nReady: {url}")
    for name, role in SIGN_INS:
        if name in passwords:
            say(f"  {name:<10} {passwords[name]}   {role}")
    say("Ctrl-C stops everything; the data stays.\n")


def wait_for_pages(web: Child, url: str) -> None:
    """Until the site first answers, or a signal comes.

    Asks ten times a second, and says every ``TELL_EVERY`` seconds that it still waits.
    """
    started = told = time.monotonic()
    while not stopping.is_set() and not is_ready(url):
        # A web server that crashes before its first page is started again here already.
        web.watch()
        now = time.monotonic()
        if now - told > TELL_EVERY:
            say(f"  … waiting for the first page ({now - started:.0f} s)")
            told = now
        time.sleep(0.1)


def keep_running(running: list[Child], url: str, passwords: dict[str, str]) -> None:
    """Until a signal comes. The background work starts once pages answer.

    ``running`` begins with the web server. Always ends by raising Stopped.
    """
    wait_for_pages(running[0], url)
    if not stopping.is_set():
        greet(os.environ["BASE_URL"], passwords)
    while not stopping.is_set():
        for child in running:
            child.watch()
        time.sleep(0.5)
    raise Stopped


def stop_all(running: list[Child]) -> None:
    """All at once; the mail catcher last, because a worker still finishes the letters in its
    hands.

    Returns when all have ended.
    """
    first, last = [], []
    for child in running:
        if child.name == "mail":
            last.append(child)
        else:
            first.append(child)

    for child in first:
        child.ask()
    for child in [*first, *last]:
        child.stop()


def serve(host: str, port: int) -> None:
    """From the first preparation to the last program stopped, whatever happens in between."""
    running: list[Child] = []
    try:
        root, mail_port = prepare(host, port)
        # What runs from here on connects as the application's role and never as the owner.
        os.environ.pop("DATABASE_OWNER_URL", None)
        passwords = give_passwords(root, host, [name for name, _role in SIGN_INS])
        check_start()
        say("Starting web, workers, beat and mail catcher …")
        running += children(root, host, port, mail_port)
        keep_running(running, f"http://{reachable(host)}:{port}", passwords)
    except Stopped:
        say("\nStopping …")
    finally:
        # A second Ctrl-C must not leave half of them running.
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        stop_all(running)
        local.stop()
        say("Stopped.")


def main() -> None:
    """Serve, unless another one serves already with the same data.

    HOST and PORT say where, 127.0.0.1 and 8000 unless they are set. LocalError where it already
    runs with these data, or the port is taken.
    """
    host = os.environ.get("HOST") or "127.0.0.1"
    port = int(os.environ.get("PORT") or 8000)
    root = local.base_dir()
    root.mkdir(parents=True, exist_ok=True)
    for number in ENDING:
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
