"""Promise 7: what is no backup, or has no empty place to go to, is refused in one line."""

import tarfile

import pytest

from ops import backup
from tests import factories, servers
from tests.ops.backups import own_addresses, rows, run


def test_backup_is_readable_for_its_owner_only(saved):
    assert saved.stat().st_mode & 0o077 == 0


def test_restore_over_a_database_with_tables_is_refused(saved, tmp_path):
    factories.VoiceFactory()
    before = rows(servers.owner_url())

    done = run(
        "restore",
        saved,
        "none",
        **own_addresses(),
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
        "none",
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
        "none",
        **empty_database,
        LOCAL_DIR=str(tmp_path / "local"),
    )

    assert done.returncode == 1
    assert "is not a backup: it has no database.dump" in done.stderr


OF_THE_DATABASE = """Traceback (most recent call last):
  File "cursors.py", line 1, in execute
    return self.cursor.execute(sql)
psycopg2.errors.UndefinedColumn: column "late" does not exist
LINE 1: SELECT late
               ^

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "manage.py", line 5, in <module>
    main()
    ^^^^^^
django.db.utils.ProgrammingError: column "late" does not exist
LINE 1: SELECT late
               ^
"""


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        ("", ""),
        ("Decisions: seal 3 is another\nSeals: one is gone\n", "Seals: one is gone"),
        (OF_THE_DATABASE, 'django.db.utils.ProgrammingError: column "late" does not exist'),
    ],
)
def test_why_the_opening_failed_is_named_and_not_the_mark_below_a_statement(stderr, reason):
    assert backup.reason_in(stderr) == reason


def test_backup_without_a_file_says_how_it_is_asked_for():
    for arguments in ([], ["save"], ["save", ""], ["burn", "x.tar"]):
        with pytest.raises(servers.private.LocalError, match="make backup FILE"):
            backup.main(arguments)


def test_backup_is_unpacked_by_a_python_without_filters(monkeypatch, tmp_path):
    """Debian 12 has Python 3.11.2."""
    monkeypatch.delattr(tarfile, "data_filter", raising=False)
    media = tmp_path / "media"
    media.mkdir()
    (media / "poster.txt").write_text("芒种")
    (media / "poster.txt").chmod(0o600)
    # Two tables of one file are kept under two names of it.
    (media / "second.txt").hardlink_to(media / "poster.txt")
    monkeypatch.setattr(backup, "media_root", lambda: media)
    monkeypatch.setattr(backup, "heads_list", lambda: tmp_path / "none")
    monkeypatch.setattr(backup, "keys_text", lambda: "SECRET_KEY=k")
    (tmp_path / "dump").write_text("dump")
    with (tmp_path / "x.tar").open("wb") as file:
        backup.write_tar(file, tmp_path / "dump")

    backup.unpack(tmp_path / "x.tar", tmp_path / "out")

    poster = tmp_path / "out" / "media" / "poster.txt"
    assert poster.read_text() == "芒种"
    assert (tmp_path / "out" / "media" / "second.txt").read_text() == "芒种"
    assert poster.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["../outside", "/outside", "keys/../../outside"])
def test_tar_whose_member_leaves_its_folder_is_refused_there_as_well(name, monkeypatch, tmp_path):
    monkeypatch.delattr(tarfile, "data_filter", raising=False)
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        backup.add_text(archive, name, "text")

    with pytest.raises(servers.private.LocalError, match="cannot be read as a backup"):
        backup.unpack(tmp_path / "x.tar", tmp_path / "out")
    assert not (tmp_path / "outside").exists()
