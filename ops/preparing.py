"""What comes before the first page: servers, environment, migrations, sample data."""

import hashlib
import os
import socket
import sys
from pathlib import Path

import psycopg2

from ops import answers_key, bootstrap, local, messages, servers
from ops.bootstrap import say

PYTHON = sys.executable
MANAGE = [PYTHON, str(local.BASE_DIR / "manage.py")]


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
    os.environ.setdefault("BASE_URL", f"http://{host}:{port}")
    os.environ.setdefault("MAILBOX_DIR", str(root / "mailbox"))
    mail_port = None
    if not os.environ.get("EMAIL_URL"):
        mail_port = free_port()
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{mail_port}"
    (root / "logs").mkdir(exist_ok=True)
    return root, mail_port


# --- migrations -----------------------------------------------------------------------------------
def migrations() -> list[Path]:
    """Our own migration files, in the order of their paths."""
    found = []
    for app in messages.APPS:
        found += (local.BASE_DIR / app / "migrations").glob("0*.py")
    return sorted(found)


def grants() -> list[Path]:
    """Files that say what the application's role may do, which every migrate gives it again."""
    found = []
    for app in messages.APPS:
        found += (local.BASE_DIR / app).glob("*/grants.py")
    return sorted(found)


def fingerprint() -> str:
    """Changes with our migrations and grants, and with the packages that bring their own."""
    files = [local.BASE_DIR / "requirements.txt", *migrations(), *grants()]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


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
    """
    stamp = root / "migrated"
    if not stamp.exists() or stamp.read_text() != fingerprint():
        return False
    # The stamp lies beside the data and DATABASE_URL may name another database today.
    if rows("SELECT to_regclass('django_migrations') IS NULL") == [(True,)]:
        return False
    ours = {(path.parent.parent.name, path.stem) for path in migrations()}
    return ours <= set(rows("SELECT app, name FROM django_migrations"))


# --- sample data ----------------------------------------------------------------------------------
def is_demo() -> bool:
    """True unless DEMO switches the demonstration off."""
    return os.environ["DEMO"].lower() not in {"0", "off", "false", "no"}


def is_empty() -> bool:
    """True while nobody has an account yet."""
    return rows("SELECT EXISTS (SELECT FROM crm_user)") == [(False,)]


def seed(root: Path) -> None:
    """Fill an empty demonstration; one whose seeding was interrupted is filled to the end."""
    unfinished = root / "seeding"
    is_wanted = is_demo() and (is_empty() or unfinished.exists())
    if not is_wanted:
        return

    say("Making a library to look at (first time only) …")
    unfinished.touch()
    # Its own lines go to the terminal; some of its steps are silent for long.
    code = bootstrap.run_telling([*MANAGE, "seed_demo"], lambda: "making it")
    if code:
        raise servers.LocalError("the sample data could not be made")
    unfinished.unlink()
