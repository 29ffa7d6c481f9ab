"""Programs and their pid files: run one to its end, ask whether a server still lives."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


class LocalError(Exception):
    """Something the person at the keyboard can put right; its text is the whole message."""


def run(command: list, *, timeout: float = 120, **options) -> subprocess.CompletedProcess:
    """Run to the end; a failure becomes one line with the program's own last words."""
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=timeout, **options
    )
    if done.returncode:
        program = Path(str(command[0])).name
        raise LocalError(f"{program}: {last_words(done)}")
    return done


def last_words(done: subprocess.CompletedProcess) -> str:
    """The last line a program said, of its errors first.

    ``done`` holds its output as text. "exit code 1" and the like where it said nothing.
    """
    lines = (done.stderr or done.stdout).strip().splitlines()
    if not lines:
        return f"exit code {done.returncode}"
    return lines[-1]


def answers(path: Path, send: bytes = b"") -> bool:
    """True when a server listens on the unix socket (and says something to ``send``)."""
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as client:
        client.settimeout(2)
        try:
            client.connect(str(path))
            if send:
                client.sendall(send)
                return bool(client.recv(16))
        except OSError:
            return False
    return True


def wait_until(check: Callable[[], bool], seconds: float) -> bool:
    """True as soon as ``check()`` is, False when it never was in that time.

    Asks every 20 milliseconds. How long one ``check`` takes is not limited.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.02)
    return False


def command_of(pid: int) -> str:
    """Name of a running program.

    Empty when there is no such process, or the system does not tell.
    """
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        asking = ["ps", "-o", "comm=", "-p", str(pid)]
        done = subprocess.run(asking, capture_output=True, text=True, check=False)
        return Path(done.stdout.strip()).name


def is_running(pid: int) -> bool:
    """True for a process that is there, whoever it belongs to.

    A process that ended and that nobody waited for counts as there.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # It is there, and somebody else's.
        return True
    return True


def pid_in(path: Path, program: str) -> int | None:
    """The process a pid file names, or None.

    A file left behind by a killed server or an earlier boot is removed. ``program`` must be part of
    its command line.
    """
    try:
        pid = int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    # After a boot the number may be another program's.
    if is_running(pid) and program in command_of(pid):
        return pid
    path.unlink(missing_ok=True)
    return None
