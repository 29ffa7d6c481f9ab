"""Promise 7: backup and restore are one command each, and what comes back is what went in."""

import os
import subprocess
import sys
import tarfile
from contextlib import closing

import psycopg2
import pytest
from django.db import connection

from ops import backup, local
from tests import factories, servers


def run(verb: str, file, **environment):
    command = [sys.executable, "-m", "ops.backup", verb, str(file)]
    return subprocess.run(
        command,
        cwd=local.BASE_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def rows(url: str) -> dict[str, list]:
    """Every row of every table, as text."""
    found = {}
    with psycopg2.connect(url) as other, other.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = [row[0] for row in cursor.fetchall()]
    other.close()
    return found


@pytest.fixture
def empty_database(transactional_db):
    """Addresses of a database without tables, as variables; gone after the test."""
    name = f"{connection.settings_dict['NAME']}_restored"
    as_owner(f'DROP DATABASE IF EXISTS "{name}"')
    as_owner(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield servers.addresses(name)
    as_owner(f'DROP DATABASE "{name}" WITH (FORCE)')


def as_owner(statement: str) -> None:
    with closing(psycopg2.connect(servers.owner_url())) as other:
        other.autocommit = True
        with other.cursor() as cursor:
            cursor.execute(statement)


def test_addresses() -> dict[str, str]:
    """Those of the database this test runs in."""
    return servers.addresses(connection.settings_dict["NAME"])


test_addresses.__test__ = False  # its name begins like a test's


@pytest.fixture
def saved(tmp_path, transactional_db):
    """A backup of a small library with one media file."""
    factories.DeliveryFactory(reader__name="林晚晴")
    factories.VoiceFactory(text="太吵了 🙂")
    media = tmp_path / "media"
    media.mkdir()
    (media / "poster.txt").write_text("芒种")
    done = run("save", tmp_path / "x.tar", **test_addresses(), MEDIA_ROOT=str(media))
    assert done.returncode == 0, done.stderr
    return tmp_path / "x.tar"


def test_restore_into_an_empty_database_gives_the_same_rows_and_files(
    saved, empty_database, tmp_path
):
    before = rows(servers.owner_url())
    elsewhere = {"MEDIA_ROOT": str(tmp_path / "other"), "LOCAL_DIR": str(tmp_path / "local")}

    done = run("restore", saved, **empty_database, **elsewhere)

    assert done.returncode == 0, done.stderr
    assert len(before["campaigns_delivery"]) == 1
    assert rows(empty_database["DATABASE_OWNER_URL"]) == before
    assert (tmp_path / "other" / "poster.txt").read_text() == "芒种"
    assert (tmp_path / "local" / "secret_key").read_text() == os.environ["SECRET_KEY"]


def test_backup_is_readable_for_its_owner_only(saved):
    assert saved.stat().st_mode & 0o077 == 0


def test_restore_over_a_database_with_tables_is_refused(saved, tmp_path):
    factories.VoiceFactory()
    before = rows(servers.owner_url())

    done = run(
        "restore",
        saved,
        **test_addresses(),
        LOCAL_DIR=str(tmp_path / "local"),
    )

    assert done.returncode == 1
    assert "already has tables" in done.stderr
    assert rows(servers.owner_url()) == before


def test_restore_of_something_else_says_so_in_one_line(empty_database, tmp_path):
    (tmp_path / "x.tar").write_bytes(b"not a tar")

    done = run(
        "restore",
        tmp_path / "x.tar",
        **empty_database,
        LOCAL_DIR=str(tmp_path / "local"),
    )

    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "cannot be read as a backup" in done.stderr


def test_tar_that_is_no_backup_names_what_it_lacks(empty_database, tmp_path):
    with tarfile.open(tmp_path / "x.tar", "w"):
        pass

    done = run(
        "restore",
        tmp_path / "x.tar",
        **empty_database,
        LOCAL_DIR=str(tmp_path / "local"),
    )

    assert done.returncode == 1
    assert "is not a backup: it has no database.dump" in done.stderr


def test_backup_without_a_file_says_how_it_is_asked_for():
    for arguments in ([], ["save"], ["save", ""], ["burn", "x.tar"]):
        with pytest.raises(servers.private.LocalError, match="make backup FILE"):
            backup.main(arguments)
