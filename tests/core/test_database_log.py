"""PostgreSQL's log holds no statement, no row and no value: what readers write stands in those."""

import os
import re
import shlex
from pathlib import Path
from threading import Event, Thread

import psycopg2
import pytest
import yaml
from django.conf import settings
from django.core.checks import run_checks
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client

from core import database_log, owner, safety
from core.checks import check_database_log
from core.logs import Json, Line
from feedback.surveys import anonymity
from feedback.surveys.keys import announce
from feedback.surveys.models import Response
from ops import local, servers
from ops.servers.postgres import POSTGRES_SETTINGS
from tests.feedback.building import fill, hidden, published
from tests.house.test_grants import rows

pytestmark = pytest.mark.django_db(transaction=True)
LOG = Path(os.environ["LOCAL_DIR"]) / "postgres.log"
K = 5


@pytest.fixture
def logged():
    """What the server has written since the test began."""
    begin = LOG.stat().st_size

    def read() -> str:
        with LOG.open("rb") as log:
            log.seek(begin)
            return log.read().decode(errors="replace")

    return read


# --- what is written ------------------------------------------------------------------------------
def test_mixing_that_loses_leaves_no_answer_in_the_log(client, logged, caplog):
    """Fault 53. Another run was faster: the loser's statement held every answer it had opened."""
    survey = published(anonymous=True)
    fill(client, survey, 2 * K)
    key = announce()
    held = anonymity.take(survey)
    assert anonymity.mix() == K

    with pytest.raises(OperationalError, match="another run took them") as lost:
        anonymity.mix_round(survey, key, held)

    assert "another run took them" in logged()
    assert "huixiang_mix_answers" not in logged()
    texts = {f"text {number}" for number in range(2 * K)}
    assert not {text for text in texts if text in logged() + str(lost.value)}
    assert Response.objects.filter(survey=survey).count() == K


def test_fault_inside_the_mixing_carries_no_answer(client, caplog, logged):
    """The worker's line says which survey could not be mixed, and nothing of what was opened."""
    survey = published(anonymous=True)
    fill(client, survey, 2 * K)

    def broken(execute, sql, params, *others):
        if "huixiang_mix_answers" in sql:
            params = params | {"written": params["written"].replace('"codes": [', '"codes": ["x",')}
        return execute(sql, params, *others)

    with connection.execute_wrapper(broken), pytest.raises(DatabaseError):
        anonymity.mix()

    assert caplog.records
    lines = [form.format(one) for one in caplog.records for form in (Line(), Json())]
    assert not re.search(r"text \d", "".join(lines) + logged())


@pytest.fixture
def locked_table():
    """As while a migration or a restore has the table: nobody else reads or writes it."""
    done, held = Event(), Event()

    def lock():
        parameters = connection.get_connection_params() | {
            "user": settings.DATABASE_OWNER["USER"],
            "password": settings.DATABASE_OWNER["PASSWORD"],
        }
        for name in ("cursor_factory", "context"):
            parameters.pop(name, None)
        other = psycopg2.connect(**parameters)
        other.cursor().execute("LOCK TABLE feedback_voice IN ACCESS EXCLUSIVE MODE")
        held.set()
        done.wait(60)
        other.close()

    thread = Thread(target=lock)
    thread.start()
    assert held.wait(30)
    yield
    done.set()
    thread.join()


def test_voice_that_meets_a_fault_of_the_database_is_not_in_the_log(locked_table, logged):
    client = Client(raise_request_exception=False)
    page = client.get("/say/").content.decode()
    chosen = dict(re.findall(r'type="radio" name="(\w+)" value="([^"]+)"', page))
    for name, body in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', page, re.S):
        for value in re.findall(r'<option value="([^"]+)"', body):
            chosen[name] = value
    typed = {"text": "unmistakable words of a reader", "email": "only.one@leaving.example"}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '300ms'")

    answer = client.post("/say/", hidden(page) | chosen | typed)

    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")
    assert answer.status_code == 503
    assert "canceling statement due to statement timeout" in logged()
    assert not {words for words in typed.values() if words in logged()}


def test_row_that_a_constraint_refuses_is_not_in_the_log(logged):
    with pytest.raises(DatabaseError), transaction.atomic():
        rows("INSERT INTO feedback_voice (text) VALUES ('unmistakable words')")
    assert "violates not-null constraint" in logged()
    assert "unmistakable" not in logged()


# --- who sees to it -------------------------------------------------------------------------------
def test_application_cannot_take_it_back():
    """Each of these stands for the database itself, whatever the server's file says."""
    said = rows(
        "SELECT setconfig FROM pg_db_role_setting JOIN pg_database b ON b.oid = setdatabase"
        " WHERE datname = current_database()"
    )
    expected = sorted(f"{name}={value}" for name, value in database_log.SETTINGS.items())
    assert [sorted(config) for (config,) in said] == [expected] * 2

    database = owner.quoted(connection.settings_dict["NAME"])
    for name in database_log.SETTINGS:
        if name == "log_parameter_max_length_on_error":
            continue  # anybody's; without statements and details it shows nothing
        for attempt in ("SET {0} = '1'", "ALTER ROLE portal SET {0} = '1'"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                rows(attempt.format(name))
    for attempt in (
        f"ALTER DATABASE {database} RESET ALL",
        f"ALTER ROLE app IN DATABASE {database} RESET ALL",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows(attempt)
    with connection.cursor() as cursor:
        # Allowed, and takes back only what is the role's to set.
        cursor.execute(f"ALTER ROLE portal IN DATABASE {database} RESET ALL")
    connection.close()
    with connection.cursor() as cursor:
        assert database_log.telling(cursor) == []


def test_start_says_where_statements_may_be_logged():
    assert check_database_log(None) == []
    with owner.as_owner(), connection.cursor() as cursor:
        cursor.execute("SET log_min_error_statement = 'error'")
        (warning,) = check_database_log(None)
    assert warning.id == "huixiang.W002"
    assert "log_min_error_statement" in warning.msg
    assert "log_min_error_statement = panic" in warning.hint
    found = run_checks(tags=[safety.TAG], include_deployment_checks=True)
    assert "huixiang.W002" not in [message.id for message in found]


def test_both_kinds_of_server_are_told():
    for name, value in database_log.SETTINGS.items():
        assert POSTGRES_SETTINGS[name].strip("'") == value
    compose = yaml.safe_load((local.BASE_DIR / "docker-compose.yml").read_text())
    program, *flags = shlex.split(compose["services"]["db"]["command"])
    assert program == "postgres"
    assert dict(one.split("=") for one in flags[1::2]) == database_log.SETTINGS
    assert set(flags[::2]) == {"-c"}


def test_log_that_an_earlier_version_wrote_goes_at_the_next_start(tmp_path):
    server = servers.Postgres(tmp_path)
    server.data.mkdir(parents=True)
    server.run_dir.mkdir(parents=True, exist_ok=True)
    conf = server.data / "house.conf"
    conf.write_text("log_min_messages = warning\n")
    server.log.write_text("STATEMENT: INSERT … unmistakable words\n")

    server.write_settings()
    assert not server.log.exists()

    server.log.write_text("a line of now\n")
    server.write_settings()
    assert server.log.exists()
