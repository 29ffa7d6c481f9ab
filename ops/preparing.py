"""What comes before the first page: servers, environment, migrations, sample data."""

import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

import psycopg2

from core import collected
from ops import answers_key, bootstrap, local, messages, servers
from ops.bootstrap import say

PYTHON = sys.executable
MANAGE = [PYTHON, str(local.BASE_DIR / "manage.py")]
#: Of every account of a demonstration that only this machine can reach.
PASSWORD = "huixiang-demo"
OWN_MACHINE = "127.0.0.1"
#: Addresses that stand for all of a machine's own.
ANY = {"0.0.0.0", "::"}


def prepare(host: str, port: int) -> tuple[Path, int | None]:
    """Everything up to date and seeded.

    Returns LOCAL_DIR and the mail catcher's port, None where EMAIL_URL names a real relay.
    """
    say("Starting PostgreSQL and Valkey …")
    root, mail_port = start_servers(host, port)
    messages.compile_stale()
    if not is_migrated(root):
        say("Bringing the database up to date …")
        bootstrap.run([*MANAGE, "migrate", "--no-input", "-v", "0"], "migrating")
        (root / "migrated").write_text(fingerprint())
    collect()
    answers_key.tell_database(answers_key.own_key(root))
    seed(root)
    return root, mail_port


def free_port() -> int:
    """A TCP port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_servers(host: str, port: int) -> tuple[Path, int | None]:
    """Start the servers and put everything the program reads into the environment."""
    os.environ |= local.ensure()
    root = local.base_dir()
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("BASE_URL", f"http://{shown(host)}:{port}")
    os.environ.setdefault("ALLOWED_HOSTS", ",".join(names_of(host)))
    os.environ.setdefault("MAILBOX_DIR", str(root / "mailbox"))
    os.environ.setdefault("STATIC_ROOT", str(root / "static"))
    mail_port = None
    if not os.environ.get("EMAIL_URL"):
        mail_port = free_port()
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{mail_port}"
    (root / "logs").mkdir(exist_ok=True)
    return root, mail_port


# --- addresses ------------------------------------------------------------------------------------
def is_own_machine(host: str) -> bool:
    """True for an address that no other machine can reach.

    By how it is written: another name is not looked up and counts as an address of others.
    """
    if host in {"localhost", "::1"}:
        return True
    return host.startswith("127.")


def reachable(host: str) -> str:
    """An address at which this machine itself reaches what is bound to ``host``.

    The loopback for "all addresses", else ``host`` itself.
    """
    if host in ANY:
        return OWN_MACHINE
    return host


def shown(host: str) -> str:
    """What a person types to reach what is bound to ``host``.

    The name of this machine for "all addresses", else ``host`` itself.
    """
    if host in ANY:
        return socket.gethostname()
    return host


def names_of(host: str) -> list[str]:
    """The names and addresses under which the portal then answers.

    Each once, for ALLOWED_HOSTS. With "all addresses" also this machine's name and its addresses.
    """
    names = [OWN_MACHINE, "localhost", host]
    if host in ANY:
        names += [socket.gethostname(), *addresses_of_this_machine()]
    return list(dict.fromkeys(names))


def addresses_of_this_machine() -> list[str]:
    """IPv4 addresses that its own name leads to; none where it leads nowhere.

    Asks the resolver once, which may take a moment.
    """
    try:
        return socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        return []


# --- migrations -----------------------------------------------------------------------------------
def migrations() -> list[Path]:
    """Our own migration files, in the order of their paths.

    Of every app; squashed ones and those that only merge are files like any other.
    """
    found = []
    for app in messages.APPS:
        found += (local.BASE_DIR / app / "migrations").glob("0*.py")
    return sorted(found)


def grants() -> list[Path]:
    """Files that say what the application's role may do, which every migrate gives it again.

    ``grants.py`` of every room, in the order of their paths.
    """
    found = []
    for app in messages.APPS:
        found += (local.BASE_DIR / app).glob("*/grants.py")
    return sorted(found)


def fingerprint() -> str:
    """Changes with our migrations and grants, and with the packages that bring their own."""
    files = [local.BASE_DIR / "requirements.txt", *migrations(), *grants()]
    return hashlib.sha256(b"".join(map(Path.read_bytes, files))).hexdigest()


def rows(sql: str) -> list[tuple]:
    """Answer of one query, without waking Django (which takes seconds)."""
    # The owner, because the application's role has no rights before the first migrate.
    connection = psycopg2.connect(local.owner_address())
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
    finally:
        connection.close()


def is_migrated(root: Path) -> bool:
    """True when nothing changed since the last migrate here, and this database is one that had
    it.

    Two statements at most. False where the stamp lacks, where a file changed, where the database
    has no table of migrations, and where one of ours is not in it.
    """
    stamp = root / "migrated"
    if not stamp.exists() or stamp.read_text() != fingerprint():
        return False
    # The stamp lies beside the data and DATABASE_URL may name another database today.
    if rows("SELECT to_regclass('django_migrations') IS NULL") == [(True,)]:
        return False
    ours = {(path.parent.parent.name, path.stem) for path in migrations()}
    return ours <= set(rows("SELECT app, name FROM django_migrations"))


# --- static files ---------------------------------------------------------------------------------
def collect() -> None:
    """Static files as an installation serves them, into STATIC_ROOT.

    Nothing is done where they are those of the last time. Those of an older version are removed.
    """
    kept = Path(os.environ["STATIC_ROOT"]) / collected.FINGERPRINT
    if kept.exists() and kept.read_text() == collected.fingerprint():
        return

    say("Compressing scripts and style sheets …")
    command = [*MANAGE, "collectstatic", "--no-input", "--clear", "-v", "0"]
    bootstrap.run(command, "compressing them")


# --- sample data ----------------------------------------------------------------------------------
def is_demo() -> bool:
    """True unless DEMO switches the demonstration off.

    KeyError where DEMO is not set; ``start_servers`` sets it.
    """
    return os.environ["DEMO"].lower() not in {"0", "off", "false", "no"}


def is_empty() -> bool:
    """True while nobody has an account yet.

    One statement, on a database that was migrated.
    """
    return rows("SELECT EXISTS (SELECT FROM crm_user)") == [(False,)]


def seed(root: Path) -> None:
    """Fill an empty demonstration; one whose seeding was interrupted is filled to the end.

    Does nothing outside a demonstration. LocalError where the command fails; the next start goes on
    then.
    """
    unfinished = root / "seeding"
    if not is_demo():
        return
    if not is_empty() and not unfinished.exists():
        return

    say("Making a library to look at (first time only) …")
    unfinished.touch()
    # Its own lines go to the terminal; some of its steps are silent for long.
    code = bootstrap.run_telling([*MANAGE, "seed_demo"], lambda: "making it")
    if code:
        raise servers.LocalError("the sample data could not be made")
    unfinished.unlink()


# --- accounts -------------------------------------------------------------------------------------
def give_passwords(root: Path, host: str, names: list[str]) -> dict[str, str]:
    """The password of each of a demonstration's accounts; empty where this is none.

    On this machine alone they have the one that the README names. Where others can reach the portal
    each gets one of its own, new at every start, which is told on the terminal and nowhere else.
    """
    if not is_demo():
        return {}

    changed = root / "passwords_changed"
    known = is_own_machine(host)
    os.environ["DEMO_PASSWORD_IS_KNOWN"] = str(known)
    passwords = dict.fromkeys(names, PASSWORD)
    if not known:
        passwords = {name: secrets.token_urlsafe(9) for name in names}
        changed.touch()

    if changed.exists():
        command = [*MANAGE, "demo_passwords"]
        subprocess.run(command, input=json.dumps(passwords), text=True, check=True)
    if known:
        changed.unlink(missing_ok=True)
    return passwords


def check_start() -> None:
    """Say what is unsafe; LocalError where it is too unsafe to start.

    Another process reads the settings, as the web server will; its sentences go to the terminal.
    """
    done = subprocess.run([PYTHON, "-m", "ops.start_check"], cwd=local.BASE_DIR, check=False)
    if done.returncode:
        raise servers.LocalError("no program was started")
