"""Lines of the log: whole, with their zone, without secrets, forged by nobody."""

import json
import logging
import re

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from campaigns.links.keys import delivery_key
from core.logs import Json, Line, without_secrets, words_of
from tests.crm.staff.door import LOGIN, PASSWORD, account, api_token

WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 [A-Z]+ [\w.]+ ")


def record(message: str, fault=None) -> logging.LogRecord:
    trace = (type(fault), fault, None) if fault else None
    return logging.LogRecord("portal", logging.WARNING, "x.py", 1, message, (), trace)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Not Found: /s/nothing/3F-k2jd84hsla9dk3h4a", "Not Found: /s/nothing/3F-k…"),
        ("mail to lin@example.org failed", "mail to …@… failed"),
        ("Key (email)=(lin@example.org) exists", "Key (email)=(…@…) exists"),
        ("job 0b8c2f6e-1111-4222-8333-444455556666 done",) * 2,
        ("crm.forget_ended_sessions took 3.2 s",) * 2,
    ],
)
def test_addresses_and_keys_are_left_out(said, kept):
    assert without_secrets(said) == kept


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n", "\u2028", "\x85", "\x1b[2K", "\0"])
def test_nobody_forges_a_line(ending):
    typed = f"Not Found: /x{ending}2026-11-27T00:00:00.000+00:00 INFO portal all is well"

    line = Line().format(record(typed, ValueError(typed)))

    first, *trace = line.split("\n")
    assert WHEN.match(first)
    assert all(part.startswith("    ") for part in trace)
    assert len(line.splitlines()) == len(line.split("\n"))
    assert "\x1b" not in line
    as_json = Json().format(record(typed, ValueError(typed)))
    assert "\n" not in as_json
    assert json.loads(as_json)["message"] == typed


def test_both_forms_say_when_with_the_zone():
    assert WHEN.match(Line().format(record("x")))
    assert json.loads(Json().format(record("x")))["at"].endswith("+00:00")
    names = {name: entry["()"] for name, entry in settings.LOGGING["formatters"].items()}
    assert names == {"line": "core.logs.Line", "json": "core.logs.Json"}


@pytest.fixture
def lines():
    """What the portal writes to its log, all levels, as it is written."""
    written = []

    class Kept(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    handler = Kept(level=logging.DEBUG)
    handler.setFormatter(Line())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.django_db
def test_lines_of_a_whole_journey_hold_no_address_key_or_token(lines, world):
    account("Ann", "ann@example.org")
    secrets = ["ann@example.org", "wrong-secret-77", PASSWORD]
    client = Client(raise_request_exception=False)
    for name in ("Ann", "ann@example.org", "nobody@example.org"):
        client.post(LOGIN, {"login": name, "password": "wrong-secret-77"})
    client.post("/accounts/password/reset/", {"email": "ann@example.org"})
    token = api_token(username="Ann", password=PASSWORD).json()["token"]
    secrets += [token, token[6:]]
    client.get("/api/v1/readers/", headers={"authorization": f"Token {token}x"})
    client.get("/api/v1/readers/", headers={"authorization": f"Token {token}"})
    key = delivery_key(world.delivery.pk, "click")
    client.get(f"/go/nothing/{key}/")
    client.get(f"/s/nothing/?k={key}")
    client.get(f"/u/{key}/nothing/")
    client.get(f"/nothing/{token}/ann@example.org/")
    client.post(LOGIN, {"login": "Ann", "password": PASSWORD})
    client.get(reverse("crm:reader-list"))
    client.post("/accounts/logout/")
    secrets += [key, client.cookies["csrftoken"].value]

    text = "\n".join(lines)

    assert "/nothing/" in text
    assert "refused with 403" in text
    assert [secret for secret in secrets if secret in text] == []
    assert all(WHEN.match(line) for line in lines)


@pytest.mark.django_db
def test_refusal_is_logged_with_whom_it_was_refused_to(lines, world):
    client = Client()
    client.force_login(world.user("reader"))

    client.get(reverse("crm:reader-list"))
    Client(enforce_csrf_checks=True).post(LOGIN, {"login": "x", "password": "y"})

    said = [line for line in lines if "refused with 403" in line]
    assert f"GET /desk/readers/ to {world.user('reader').pk}" in said[0]
    assert "POST /accounts/login/ to nobody" in said[1]


# --- faults of the database -----------------------------------------------------------------------
def fault_of(statement: str, *arguments) -> DatabaseError:
    with pytest.raises(DatabaseError) as met, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, arguments)
    return met.value


def celery_s(fault: Exception) -> logging.LogRecord:
    """As a worker tells of a task that failed."""
    said = {"exc": repr(fault), "traceback": str(fault)}
    trace = (type(fault), fault, fault.__traceback__)
    return logging.LogRecord("w", logging.ERROR, "x", 1, "%(exc)s: %(traceback)s", (said,), trace)


FAULTS = [
    # A row that a constraint refuses: DETAIL says all of it.
    ("INSERT INTO feedback_heldanswer (id, sealed) VALUES (gen_random_uuid(), %s)", "not-null"),
    # The first line itself says the value.
    ("SELECT %s::integer", "invalid input syntax for type integer…"),
    # CONTEXT and LINE do.
    ("SELECT ('[' || %s)::jsonb", "invalid input syntax for type json"),
    ("SELECT %s FROM no_such_table", 'relation "no_such_table" does not exist'),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("statement", "kept"), FAULTS)
def test_fault_of_the_database_is_told_without_what_was_typed(statement, kept):
    """The trace of an answer that could not be stored held the answer."""
    fault = fault_of(statement, "unmistakable words")
    assert "unmistakable" in str(fault) or "\\x756e" in str(fault)
    broken = RuntimeError("outside")
    broken.__cause__ = fault
    told = [
        record("stopped", fault),
        record("stopped", broken),
        logging.LogRecord("portal", logging.INFO, "x.py", 1, "later: %s", (fault,), None),
        celery_s(fault),
    ]
    for formatter in (Line(), Json()):
        for one in told:
            line = formatter.format(one)
            assert "unmistakable" not in line
            assert "\\x756e" not in line
            assert kept in line.replace('\\"', '"')


@pytest.mark.django_db
def test_names_of_tables_and_constraints_stay_in_the_log():
    fault = fault_of("INSERT INTO feedback_heldanswer (id) VALUES (gen_random_uuid())")
    assert 'column "survey_id" of relation "feedback_heldanswer"' in words_of(fault)
    assert words_of(ValueError("two\nlines")) == "two\nlines"


def test_no_fault_is_mailed_to_anybody():
    """Django's own handler mails every field of the form that met the fault."""
    assert logging.getLogger("django").handlers == []
    assert logging.getLogger("django.request").handlers == []
