"""Promise 7: backup and restore are one command each, and what comes back is what went in."""

import base64
import io
import os
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.test import Client

from analytics.loop.evaluate import evaluate
from analytics.published.models import Seal
from crm.accounts.models import BrowserSession
from crm.readers.models import Reader
from ops import backup, local
from tests import factories, servers
from tests.analytics import building
from tests.feedback.building import form, published


def run(verb: str, file, *more: str, **environment):
    command = [sys.executable, "-m", "ops.backup", verb, str(file), *more]
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

    done = run("restore", saved, "none", **empty_database, **elsewhere)

    assert done.returncode == 0, done.stderr
    assert len(before["campaigns_delivery"]) == 1
    after = rows(empty_database["DATABASE_OWNER_URL"])
    # That what is published was looked through is written down.
    (looked,) = [row for row in after["crm_auditevent"] if row not in before["crm_auditevent"]]
    assert "published.verify" in looked
    logs = {"crm_auditevent", "analytics_verification", "django_migrations"}
    assert {table: after[table] for table in after if table not in logs} == {
        table: before[table] for table in before if table not in logs
    }
    assert (tmp_path / "other" / "poster.txt").read_text() == "芒种"
    assert (tmp_path / "local" / "secret_key").read_text() == os.environ["SECRET_KEY"]


#: Signed in, the desk finds the reader again; sessions are the application's to write.
LOOK = """
from django.db import connection
from django.test import Client
from crm.accounts.models import BrowserSession
from crm.staff.models import User
from feedback.surveys import sealing
from feedback.surveys.models import HeldAnswer
client = Client()
client.force_login(User.objects.get(username="lin"))
found = client.get("/desk/readers/", {"q": "林晚晴"})
print("found", found.status_code, "林晚晴" in found.content.decode())
print("sessions", BrowserSession.objects.count())
halves = list(sealing.private_halves().values())
opened = 0
for held in HeldAnswer.objects.all():
    for private in halves:
        sealing.open_box(bytes(held.sealed), survey=held.survey_id, private=private)
        opened += 1
print("held", HeldAnswer.objects.count(), "opened", opened)
with connection.cursor() as cursor:
    cursor.execute("SELECT current_user")
    print("role", *cursor.fetchone())
"""


def bare_root(folder: Path) -> dict[str, str]:
    """An environment that names no server and no key, and a folder that is not there yet."""
    ours = {*servers.addresses("x"), "REDIS_URL", "SECRET_KEY", "PRIVACY_KEY", "MEDIA_ROOT"}
    found = {name: value for name, value in os.environ.items() if name not in ours}
    return found | {"LOCAL_DIR": str(folder), "LOCAL_FSYNC": "off", "ALLOWED_HOSTS": "testserver"}


def in_bare_root(environment: dict[str, str], *command: str, text: str = "") -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=local.BASE_DIR,
        env=environment,
        input=text,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_backup_comes_back_in_a_bare_root_with_both_roles_media_and_seals(tmp_path):
    """Promise 7. New servers, no role, no key: what comes back can be worked with."""
    told = evaluate(building.telling_campaign(), building.AFTER)
    factories.ReaderFactory(name="林晚晴", number="R1")
    Client().force_login(factories.UserFactory(username="lin", role="librarian"))
    survey = published(anonymous=True)
    for _answer in range(3):
        assert Client().post(survey.public_url, form()).status_code == 200
    media = tmp_path / "media"
    (media / "posters").mkdir(parents=True)
    (media / "posters" / "1.png").write_bytes(b"\x89PNG")
    saving = {"LOCAL_DIR": str(tmp_path / "here"), "MEDIA_ROOT": str(media)}
    done = run("save", tmp_path / "x.tar", **test_addresses(), **saving)
    assert done.returncode == 0, done.stderr

    bare = bare_root(tmp_path / "there")
    try:
        said = in_bare_root(bare, "-m", "ops.backup", "restore", str(tmp_path / "x.tar"), "none")
        looking = ["-m", "ops.local", "run", "manage.py", "shell", "-v", "0"]
        looked = in_bare_root(bare, *looking, text=LOOK)
        without_key = in_bare_root(bare | {"ANSWERS_PRIVATE_KEY": ""}, *looking, text=LOOK)
    finally:
        in_bare_root(bare, "-m", "ops.local", "stop")

    assert (
        f"evaluations: 1 seals, the last one {Seal.objects.of('evaluations', told.pk).sha256}"
        in said
    )
    assert "Everything is as it was published." in said
    assert looked.splitlines() == [
        "found 200 True",
        "sessions 1",
        "held 3 opened 3",
        "role portal",
    ]
    # The key is handed over apart: what came back with the backup opens nothing.
    assert "held 3 opened 0" in without_key
    assert (tmp_path / "there" / "media" / "posters" / "1.png").read_bytes() == b"\x89PNG"


# --- what is in no backup -------------------------------------------------------------------------
def contents(archive: Path) -> bytes:
    """Everything in a backup, the dump as plain SQL."""
    found = archive.read_bytes()
    with tarfile.open(archive) as tar:
        dump = archive.with_suffix(".dump")
        dump.write_bytes(tar.extractfile("database.dump").read())
    plain = [backup.program("pg_restore"), "-f", "-", dump]
    return found + subprocess.run(plain, capture_output=True, check=True).stdout


def test_sessions_and_the_key_of_the_answers_are_in_no_backup(transactional_db, tmp_path):
    client = Client()
    client.force_login(factories.UserFactory(role="librarian"))
    factories.ReaderFactory(name="林晚晴")
    raw = b"thirty-two bytes of a secret key"
    private = base64.b64encode(raw).decode()
    folder = tmp_path / "local"
    (folder / "media").mkdir(parents=True)
    for name in ("answers_key", "answers_private_key"):
        (folder / name).write_text(private)

    done = run(
        "save",
        tmp_path / "x.tar",
        **test_addresses(),
        LOCAL_DIR=str(folder),
        MEDIA_ROOT=str(folder / "media"),
        ANSWERS_PRIVATE_KEY=private,
    )

    assert done.returncode == 0, done.stderr
    found = contents(tmp_path / "x.tar")
    assert "林晚晴".encode() in found
    assert os.environ["SECRET_KEY"].encode() in found
    for secret in (private.encode(), raw, raw.hex().encode(), client.session.session_key.encode()):
        assert secret not in found


#: An index is built anew in a restore, and whoever restores would call what it is made of.
MADE_TO_RUN_AS_THE_OWNER = """
    CREATE FUNCTION staging.worse() RETURNS integer LANGUAGE plpgsql VOLATILE AS $$ BEGIN
        IF current_user <> 'portal' THEN RAISE 'runs as %', current_user; END IF;
        RETURN 1;
    END $$;
    CREATE FUNCTION staging.evil() RETURNS integer LANGUAGE sql IMMUTABLE
        AS 'SELECT staging.worse()';
    CREATE TABLE staging.made (a integer);
    CREATE INDEX made_to_run ON staging.made ((a + staging.evil()));
    SELECT lo_from_bytea(0, 'a large object');
"""
LEFT = """
    SELECT (SELECT count(*) FROM pg_proc WHERE pronamespace = 'staging'::regnamespace)
         + (SELECT count(*) FROM pg_class WHERE relnamespace = 'staging'::regnamespace)
         + (SELECT count(*) FROM pg_largeobject_metadata)"""


def test_nothing_that_the_applications_role_made_runs_as_the_owner_in_a_restore(
    transactional_db, empty_database, tmp_path
):
    elsewhere = {"MEDIA_ROOT": str(tmp_path / "media"), "LOCAL_DIR": str(tmp_path / "local")}
    with connection.cursor() as cursor:
        cursor.execute(MADE_TO_RUN_AS_THE_OWNER)
    try:
        saving = run("save", tmp_path / "x.tar", **test_addresses())
        restoring = run("restore", tmp_path / "x.tar", "none", **empty_database, **elsewhere)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE staging.made")
            cursor.execute("DROP FUNCTION staging.evil(), staging.worse()")
            cursor.execute("SELECT lo_unlink(oid) FROM pg_largeobject_metadata")

    assert saving.returncode == 0, saving.stderr
    assert restoring.returncode == 0, restoring.stderr
    restored = psycopg2.connect(empty_database["DATABASE_OWNER_URL"])
    with closing(restored), restored.cursor() as cursor:
        cursor.execute(LEFT)
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT has_schema_privilege('portal', 'staging', 'CREATE')")
        assert cursor.fetchone() == (True,)


# --- the erased -----------------------------------------------------------------------------------
def test_restore_without_the_list_of_the_erased_is_refused(saved, empty_database, tmp_path):
    done = run("restore", saved, **empty_database, LOCAL_DIR=str(tmp_path / "local"))

    assert done.returncode == 1
    assert "whoever was erased since the backup would be back" in done.stderr
    assert rows(empty_database["DATABASE_OWNER_URL"]) == {}


def test_list_of_the_erased_lies_beside_the_backup_grows_and_comes_back(
    saved, empty_database, tmp_path
):
    """Erased after the backup: the newest list is handed to the restore and goes on being kept."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "erased.txt").write_text("aa\nbb\n")
    for name in ("x.tar", "y.tar"):
        run("save", tmp_path / name, **test_addresses(), LOCAL_DIR=str(folder))
    assert (tmp_path / "erased.txt").read_text() == "aa\nbb\n"
    assert (tmp_path / "erased.txt").stat().st_mode & 0o077 == 0
    with (folder / "erased.txt").open("a") as file:
        file.write("cc\n")

    there = str(tmp_path / "there")
    done = run("restore", saved, str(folder / "erased.txt"), **empty_database, LOCAL_DIR=there)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "there" / "erased.txt").read_text() == "aa\nbb\ncc\n"


def test_last_seals_lie_beside_the_backup_and_in_it(transactional_db, tmp_path):
    """Fault 57. By them an older database in the place of the newer one is found."""
    folder = tmp_path / "here"
    folder.mkdir()
    kept = tmp_path / "backups"
    kept.mkdir()
    head = f"decisions 3 {'ab' * 32}\n"
    (folder / "heads.txt").write_text(head)
    for _ in range(2):
        done = run(
            "save",
            kept / "x.tar",
            **test_addresses(),
            LOCAL_DIR=str(folder),
            HEADS_LIST=str(folder / "heads.txt"),
        )
        assert done.returncode == 0, done.stderr
    assert (kept / "heads.txt").read_text() == head

    err = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("verify", against=kept / "x.tar", stdout=io.StringIO(), stderr=err)
    assert err.getvalue() == ("Decisions: seal 3, noted in the list x.tar, is gone or another\n")


def erase_again() -> str:
    """A step as a room would have it; see below."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
    erased = Path(settings.ERASED_LIST).read_text().split()
    return f"{len(erased)} erased again, as {role}."


@pytest.mark.django_db(transaction=True)
def test_steps_before_the_opening_run_as_the_owner_and_are_told(settings, tmp_path):
    settings.ERASED_LIST = tmp_path / "erased.txt"
    settings.ERASED_LIST.write_text("aa\nbb\n")
    settings.AFTER_RESTORE = [f"{__name__}.erase_again", "crm.staff.restoring.end_sessions"]
    Client().force_login(factories.UserFactory())
    out = io.StringIO()

    call_command("open_restored", stdout=out)

    assert out.getvalue().splitlines() == ["2 erased again, as app.", "1 sessions ended."]
    assert not BrowserSession.objects.exists()


def fail() -> str:
    raise LookupError("the list of the erased cannot be read")


@pytest.mark.django_db(transaction=True)
def test_nobody_is_let_in_where_a_step_failed(settings):
    """In a restored database the application has no rights; it is given them last."""
    settings.AFTER_RESTORE = [f"{__name__}.fail"]
    as_owner("REVOKE SELECT ON crm_reader FROM portal")
    try:
        with pytest.raises(LookupError):
            call_command("open_restored")
        with pytest.raises(ProgrammingError, match="permission denied"):
            Reader.objects.exists()
    finally:
        call_command("grants", stdout=io.StringIO())
    assert not Reader.objects.exists()


def test_backup_is_readable_for_its_owner_only(saved):
    assert saved.stat().st_mode & 0o077 == 0


def test_restore_over_a_database_with_tables_is_refused(saved, tmp_path):
    factories.VoiceFactory()
    before = rows(servers.owner_url())

    done = run(
        "restore",
        saved,
        "none",
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
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        backup.add_text(archive, "database.dump", "dump")
        backup.add_text(archive, "keys", "SECRET_KEY=k")
        archive.add(media, "media")

    backup.unpack(tmp_path / "x.tar", tmp_path / "out")

    poster = tmp_path / "out" / "media" / "poster.txt"
    assert poster.read_text() == "芒种"
    assert poster.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["../outside", "/outside", "keys/../../outside"])
def test_tar_whose_member_leaves_its_folder_is_refused_there_as_well(name, monkeypatch, tmp_path):
    monkeypatch.delattr(tarfile, "data_filter", raising=False)
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        backup.add_text(archive, name, "text")

    with pytest.raises(servers.private.LocalError, match="cannot be read as a backup"):
        backup.unpack(tmp_path / "x.tar", tmp_path / "out")
    assert not (tmp_path / "outside").exists()
