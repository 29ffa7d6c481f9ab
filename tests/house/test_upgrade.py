"""A database made by version 0.1 migrates and keeps its rows.

``tests/data/huixiang-0.1.sql.gz`` is a plain dump of a small database filled by 0.1's own verbs:
one row of each thing, a campaign with goals, needs and two changes of its budget, and an evaluation
with findings and decisions.
"""

import gzip
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

import psycopg2
import pytest

from ops import backup, local
from tests import servers

DUMP = local.BASE_DIR / "tests" / "data" / "huixiang-0.1.sql.gz"
#: Tables that are taken away with their rows: what 0.1 counted in them was good for minutes.
GONE = {"crm_signinfailure", "authtoken_token"}
#: Everybody signs in anew.
ENDED = {"django_session"}
#: Django's own registers grow with every migration.
REGISTERS = {"django_migrations", "django_content_type", "auth_permission"}
NAME = "huixiang_upgrade"
#: What people of 0.1 had, beside what is in the dump: tokens in plain text, a session, a
#: superuser who lost the role, two names that look the same, an account of a demonstration.
OLD_TOKEN = "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b"
OLD_PEOPLE = f"""
    INSERT INTO authtoken_token (key, created, user_id) VALUES ('{OLD_TOKEN}', now(), 2);
    INSERT INTO django_session (session_key, session_data, expire_date)
    VALUES ('k', 'd', now() + interval '1 hour');
    UPDATE crm_user SET is_staff = true, is_superuser = true WHERE username IN ('user4', 'manager');
    UPDATE crm_user SET role = 'administrator' WHERE username = 'user4';
    INSERT INTO crm_user (password, is_superuser, username, first_name, last_name, email, is_staff,
                          is_active, date_joined, role, display_name)
    VALUES ('!', false, 'User4', '', '', 'other@example.org', false, true, now(), 'reader', '')"""
OLD_ANSWERS = """
    UPDATE feedback_voice SET email = 'reader@example.org';
    INSERT INTO feedback_voicemessage (voice_id, from_reader, internal, text, at, mailed_at)
    SELECT id, false, false, 'marked', now(), now() FROM feedback_voice LIMIT 1;
    INSERT INTO feedback_voicemessage (voice_id, from_reader, internal, text, at, mailed_at)
    SELECT id, false, false, 'waiting', now(), NULL FROM feedback_voice LIMIT 1;
    INSERT INTO feedback_voicemessage (voice_id, from_reader, internal, text, at, mailed_at)
    SELECT id, false, true, 'note', now(), NULL FROM feedback_voice LIMIT 1"""
OLD_VISITS = """
    INSERT INTO crm_activity (reader_id, kind, at, source, ref)
    SELECT id, 'visit', now() - (id % 400) * interval '1 day', 'gate', id::text FROM crm_reader"""
HOLD = """
INSERT INTO feedback_heldanswer
    (id, survey_id, version_id, channel_id, language, answers, flagged)
SELECT
    gen_random_uuid(), v.survey_id, v.id, NULL, 'en', '{"1": 2, "5": "held by 0.1 \u4f60"}', ''
FROM feedback_surveyversion v
ORDER BY v.id
LIMIT 1
RETURNING survey_id, version_id
"""
FIND_TOKEN = f"""
from crm.accounts import tokens
from crm.staff.queries import accounts_named
row = tokens.find("{OLD_TOKEN}")
print("token of", row.user.username, row.name, row.beginning)
print("names", *(accounts_named(name)[0].email for name in ("User4", "USER4")))
"""
RECOMPUTE = """
from analytics.loop.evaluate import recompute
from analytics.loop.models import Evaluation
for evaluation in Evaluation.objects.order_by("pk"):
    assert recompute(evaluation) == evaluation.results, evaluation.pk
    print("same", evaluation.pk)
"""


def counts(url: str) -> dict[str, int]:
    """Rows of every table of the public schema."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def rows(url: str, query: str) -> list[tuple]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def execute(url: str, statement: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def manage(url: str, *arguments: str, text: str = "", **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=local.BASE_DIR,
        env=servers.environment(**servers.addresses(urlsplit(url).path.strip("/")) | variables),
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def database(like: str = "template1") -> Iterator[str]:
    """Address of a database that equals the one of this name, for its owner; gone afterwards.

    Nobody may be connected to the other.
    """
    address = servers.owner_url()
    name = f"{NAME}_{os.getpid()}_{time.monotonic_ns()}"  # runs on one server drop only their own
    execute(address, f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    try:
        yield address.replace(urlsplit(address).path, f"/{name}", 1)
    finally:
        execute(address, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def database_of_0_1() -> Iterator[str]:
    """Address of a database as version 0.1 left it, for its owner; gone afterwards."""
    with database() as url:
        subprocess.run(
            [backup.program("psql"), "-q", "-v", "ON_ERROR_STOP=1", url],
            input=gzip.decompress(DUMP.read_bytes()),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        yield url


@dataclass(frozen=True)
class Upgraded:
    """A database of 0.1 with what tests added to it, migrated: rows by table before and after, the
    (survey, version) of the answer it held, and the addresses for its owner and for the role that
    the migration made.
    """

    url: str
    before: dict[str, int]
    after: dict[str, int]
    held: tuple[int, int]
    addresses: dict[str, str]


@pytest.fixture(scope="module")
def upgraded(django_db_setup):
    """Migrated once for all tests."""
    with database_of_0_1() as url, new_role(url) as addresses:
        for prepare in (OLD_PEOPLE, OLD_ANSWERS, OLD_VISITS, HOLD):
            execute(url, prepare)
        (held,) = rows(url, "SELECT survey_id, version_id FROM feedback_heldanswer")
        before = counts(url)
        manage(url, "migrate", "-v", "0", **addresses)
        # The other tests ask as the role of the tests' own databases.
        manage(url, "grants")
        yield Upgraded(url, before, counts(url), held, addresses)


@contextmanager
def new_role(url: str) -> Iterator[dict[str, str]]:
    """Addresses of the database for its owner and for a role that nobody has made yet."""
    name = f"portal_{os.getpid()}"
    addresses = servers.addresses(urlsplit(url).path.strip("/"))
    ours = urlsplit(addresses["DATABASE_URL"])
    theirs = ours._replace(netloc=f"{name}:secret@{ours.netloc.rpartition('@')[2]}")
    yield addresses | {"DATABASE_URL": theirs.geturl()}
    execute(url, f'DROP OWNED BY "{name}"')
    execute(url, f'DROP ROLE "{name}"')


def test_database_of_0_1_migrates_and_keeps_its_rows(upgraded):
    before, after = upgraded.before, upgraded.after
    assert before["analytics_evaluation"] > 0
    assert before["crm_reader"] > 1000

    compared = before.keys() - REGISTERS - GONE - ENDED
    assert {table: after.get(table) for table in compared} == {
        table: before[table] for table in compared
    }
    assert after.keys() & GONE == set()

    # 0.1 kept changes of budget in its audit log alone; now they are rows of their own as well.
    logged = rows(
        upgraded.url, "SELECT at FROM crm_auditevent WHERE action = 'campaign.budget' ORDER BY at"
    )
    changes = rows(
        upgraded.url,
        "SELECT at, campaign_id, before, after, reason, by_id FROM campaigns_budgetchange"
        " ORDER BY at",
    )
    assert [(at,) for at, *_values in changes] == logged
    assert [tuple(values) for _at, *values in changes] == [
        (2, Decimal(3000), Decimal(4000), "印刷涨价", 3),
        (2, Decimal(4000), Decimal(4500), "加一场", 3),
    ]


def test_people_of_0_1_keep_their_tokens_hashed_and_lose_doors_without_the_role(upgraded):
    url = upgraded.url
    said = manage(url, "shell", "-v", "0", text=FIND_TOKEN)
    assert "token of librarian 0.1 9944b0" in said
    assert "names other@example.org user4@example.org" in said
    (token,) = rows(url, "SELECT to_jsonb(t)::text FROM crm_apitoken t")
    assert OLD_TOKEN not in token[0]
    assert rows(url, "SELECT to_regclass('authtoken_token') IS NULL") == [(True,)]
    assert rows(url, "SELECT count(*) FROM django_session") == [(0,)]
    assert rows(
        url,
        "SELECT username, is_staff, is_superuser FROM crm_user"
        " WHERE is_staff OR username = 'manager' ORDER BY 1",
    ) == [("manager", False, False), ("user4", True, True)]
    assert rows(url, "SELECT username FROM crm_user WHERE of_demonstration ORDER BY 1") == [
        ("librarian",),
        ("manager",),
        ("reader",),
    ]


def test_answers_and_thanks_of_0_1_have_a_letter_each(upgraded):
    """What 0.1 had marked counts as mailed; what it still had to mail is shown as not mailed."""
    letters = rows(
        upgraded.url,
        "SELECT m.text, l.state, l.text, l.reason, l.kind FROM feedback_voicemessage m"
        " LEFT JOIN crm_letter l ON l.id = m.letter_id"
        " WHERE m.text IN ('marked', 'waiting', 'note') ORDER BY m.id",
    )
    assert letters == [
        ("marked", "sent", "", "", "voice.reply"),
        ("waiting", "failed", "waiting", "before_upgrade", "voice.reply"),
        ("note", None, None, None, None),
    ]


FOLD = """
from analytics.facts.computing import compute_all
from crm.clock.nightly import run_night
from crm.readers.models import Activity, FoldedMonth, Reader
from crm.readers.profile import activity_counts
from django.utils import timezone
def told():
    return [sorted(map(str, activity_counts(one))) for one in Reader.objects.order_by("pk")]
before, rows = told(), Activity.objects.count()
compute_all()
assert run_night(night=timezone.localdate())
counted = sum(FoldedMonth.objects.values_list("n", flat=True))
left = Activity.objects.count()
print("same" if told() == before else "different", counted, left + counted - rows)
"""


def test_activities_of_0_1_are_folded_in_the_first_night_and_none_is_lost(upgraded):
    with database(like=urlsplit(upgraded.url).path.strip("/")) as url:
        said, counted, lost = manage(url, "shell", "-v", "0", text=FOLD).split()
    assert (said, lost) == ("same", "0")
    assert int(counted) > 100


HELD = """
SELECT h.survey_id, convert_from(h.sealed, 'UTF8')::jsonb, h.key_id
FROM feedback_heldanswer h
"""


def test_anonymous_answer_that_0_1_held_is_kept_word_for_word(upgraded):
    """Fault 53. Its columns are gone, and its content waits for the first run with a key."""
    survey, version = upgraded.held
    content = {
        "version": version,
        "channel": None,
        "language": "en",
        "answers": {"1": 2, "5": "held by 0.1 你"},
        "flagged": "",
    }
    assert rows(upgraded.url, HELD) == [(survey, content, None)]


def test_evaluations_of_0_1_recompute_to_their_stored_figures(upgraded):
    said = manage(upgraded.url, "shell", "-v", "0", text=RECOMPUTE)

    assert said.count("same") == upgraded.after["analytics_evaluation"]


SEALS = """
    SELECT chain, number, object_id, chained_later FROM analytics_seal ORDER BY chain, number"""


def test_evaluations_and_decisions_of_0_1_are_chained_later_and_hold(upgraded):
    expected = []
    for chain, table in (
        ("decisions", "analytics_decision"),
        ("evaluations", "analytics_evaluation"),
    ):
        ids = rows(upgraded.url, f"SELECT id FROM {table} ORDER BY id")
        expected += [(chain, number, pk, True) for number, (pk,) in enumerate(ids, start=1)]
    assert len(expected) > 1
    assert rows(upgraded.url, SEALS) == expected
    # The upgrade marks them with the key of the installation, which verify asks for.
    unmarked = rows(upgraded.url, "SELECT count(*) FROM analytics_seal WHERE mac = ''")
    assert unmarked == [(0,)]
    assert "Everything is as it was published." in manage(upgraded.url, "verify")
    assert "Nothing was marked under another key." in manage(upgraded.url, "vouch")


def test_one_command_takes_a_database_of_0_1_from_one_role_to_two(upgraded):
    """The role is made with the password of DATABASE_URL, and what is frozen refuses it."""
    as_role = upgraded.addresses["DATABASE_URL"]
    secret = f"SELECT rolpassword FROM pg_authid WHERE rolname = '{urlsplit(as_role).username}'"
    first = rows(upgraded.url, secret)
    as_role = as_role.replace("secret", "new")
    manage(upgraded.url, "grants", **upgraded.addresses | {"DATABASE_URL": as_role})
    assert None not in first[0]
    assert rows(upgraded.url, secret) != first
    assert rows(as_role, "SELECT count(*) FROM analytics_evaluation") != [(0,)]
    execute(as_role, "UPDATE crm_reader SET name = name")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        execute(as_role, "UPDATE analytics_evaluation SET number = 9")
