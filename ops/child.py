"""One program that should always run: started, watched, started again after a crash, stopped."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from ops.bootstrap import say

LONGEST_PAUSE = 30
#: A child that ran this long is healthy again, and its next crash is a first one.
HEALTHY_AFTER = 60
PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """In the child: end when the supervisor is killed without a chance to say so (Linux only).

    Between fork and exec, so nothing here may take a lock or write. Elsewhere than on Linux nothing
    happens.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """``patience``: seconds between SIGTERM and SIGKILL.

    ``secrets``: variables that this program alone has in its environment.
    """

    name: str
    command: list
    log_dir: Path
    patience: float = 20
    secrets: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    started: float = 0
    crashes: int = 0
    due: float = 0
    asked: bool = False

    @property
    def log(self) -> Path:
        """The file that the process writes both its streams to.

        Appended to, over all its runs.
        """
        return self.log_dir / f"{self.name}.log"

    def start(self) -> None:
        """Start the program; what it prints goes to its own log."""
        with self.log.open("ab") as log:
            # An own session: Ctrl-C in the terminal reaches the supervisor only, which then stops
            # them in order.
            self.process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=os.environ | self.secrets,
                preexec_fn=die_with_parent,
            )
        self.started = time.monotonic()

    def watch(self) -> None:
        """Start it when it does not run and no pause is left; note a crash.

        Returns at once: whoever supervises calls it again and again.
        """
        if self.process is None:
            if time.monotonic() >= self.due:
                self.start()
        elif self.process.poll() is not None:
            self.note_crash()

    def note_crash(self) -> None:
        """Say so, and when it is started again: after 1, 2, 4 … seconds, LONGEST_PAUSE at most."""
        now = time.monotonic()
        if now - self.started > HEALTHY_AFTER:
            self.crashes = 0
        self.crashes += 1
        pause = min(2 ** (self.crashes - 1), LONGEST_PAUSE)
        code = self.process.returncode
        say(f"  {self.name} ended ({code}); again in {pause} s. Its log: {self.log}")
        self.process = None
        self.due = now + pause

    def ask(self) -> None:
        """Ask it to end, once: a worker takes a second SIGTERM for impatience.

        SIGTERM. Nothing where it does not run.
        """
        if self.process is not None and not self.asked:
            self.process.terminate()
            self.asked = True

    def stop(self) -> None:
        """End it and wait: SIGTERM first, SIGKILL to all it started once its patience is over.

        ``patience`` is in seconds, counted from here.
        """
        if self.process is None or self.process.poll() is not None:
            return
        self.ask()
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            # Its session is its own, so that the group is all it has started.
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
