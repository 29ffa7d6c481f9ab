"""A survey for an audience, sent after the session of its reader had ended: nothing of it is kept
beside the account, and an anonymous answer lies in the clear nowhere at all.
"""

import logging
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from core import owner
from core.logs import Json, Line
from crm.accounts import kept
from crm.accounts.models import KeptForm
from crm.segments.models import Segment
from feedback.surveys.models import AnswerKey, HeldAnswer
from tests.crm.accounts.test_sessions import HOUR, pass_time
from tests.factories import KeptFormFactory, ReaderFactory, UserFactory
from tests.feedback.building import form, hidden, published
from tests.house.test_grants import rows

pytestmark = pytest.mark.django_db
ENGLISH = {"headers": {"accept-language": "en"}}
#: What nobody else writes.
WORDS = "unmistakable words 只有我知道"
ARRIVED_NOT = "You are signed out, so your answers did not arrive"


def for_an_audience(n: int = 6, **fields):
    """A published survey, and the readers who may answer it."""
    segment = Segment.objects.create(name="asked")
    readers = [ReaderFactory(user=UserFactory(role="reader")) for _n in range(n)]
    for reader in readers:
        segment.members.create(reader=reader, since=timezone.now())
    return published(audience=segment, **fields), readers


def begun(client, survey, reader) -> dict:
    """The form as they opened it, filled in, and their session over."""
    client.force_login(reader.user)
    carried = hidden(client.get(survey.public_url).content.decode())
    pass_time(client, 13 * HOUR)
    return form(**carried | {"i5": WORDS})


def tables_with(words: str) -> list[str]:
    """Tables in which the words stand in the clear, whatever the column."""
    found = []
    for table in owner.names(connection.cursor(), owner.TABLES):
        (hits,) = rows(
            f"SELECT count(*) FROM public.{table} t WHERE t::text LIKE '%%' || %s || '%%'", words
        )
        if hits != (0,):
            found.append(table)
    return found


@pytest.mark.parametrize("anonymous", [True, False])
def test_answers_sent_after_the_session_ended_come_back_on_the_page_and_are_kept_nowhere(
    client, anonymous
):
    """Fault 53. They lay in a kept form, with account, survey and the id of the page."""
    survey, readers = for_an_audience(anonymous=anonymous)
    data = begun(client, survey, readers[0])

    refused = client.post(survey.public_url, data, **ENGLISH)

    assert refused.status_code == 401
    page = refused.content.decode()
    assert ARRIVED_NOT in page
    assert WORDS in page
    assert hidden(page)["id"] == data["id"]
    assert not KeptForm.objects.exists()
    assert tables_with(WORDS) == []

    client.force_login(readers[0].user)
    assert client.post(survey.public_url, data).status_code == 200
    assert HeldAnswer.objects.exists() == anonymous


def test_page_s_own_script_is_told_that_nothing_arrived(client):
    survey, readers = for_an_audience(anonymous=True)
    data = begun(client, survey, readers[0])
    answer = client.post(survey.public_url, data, headers={"x-draft": "1"})
    assert answer.status_code == 401
    assert "X-Draft-Kept" not in answer
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize("visitor", ["nobody", "signed out long ago", "another's ended session"])
def test_questions_of_a_closed_group_are_shown_to_no_outsider_who_sends_a_form(client, visitor):
    survey, readers = for_an_audience(anonymous=True)
    if visitor != "nobody":
        client.force_login(UserFactory(role="reader"))
        pass_time(client, 13 * HOUR)
    if visitor == "signed out long ago":
        client.cookies["sessionid"] = "0" * 32

    answer = client.post(survey.public_url, form(i5=WORDS))

    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")
    assert WORDS not in answer.content.decode()
    assert tables_with(WORDS) == []


def without_a_key(survey, client, data):
    AnswerKey.objects.all().delete()
    return client.post(survey.public_url, data)


def with_a_wrong_field(survey, client, data):
    return client.post(survey.public_url, data | {"i3": "77"})


def under_another_promise(survey, client, data):
    return client.post(survey.public_url, data | {"as": "unknown"})


def in_another_language(survey, client, data):
    return client.post(survey.public_url, data | {"switch": "en"})


def with_a_forged_token(survey, client, data):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    return strict.post(survey.public_url, data | {"csrfmiddlewaretoken": "x" * 64})


def kept_and_sent_again(survey, client, data):
    assert client.post(survey.public_url, data).status_code == 200
    return client.post(survey.public_url, data | {"i3": "1"})


def while_the_database_is_away(survey, client, data):
    def away(execute, sql, *others):
        if "feedback_heldanswer" in sql:
            raise OperationalError(f"the server closed the connection\nLINE 1: {WORDS}")
        return execute(sql, *others)

    with connection.execute_wrapper(away):
        return client.post(survey.public_url, data)


def when_something_breaks(survey, client, data):
    def broken(execute, sql, *others):
        if "feedback_heldanswer" in sql:
            raise ValueError("broken")
        return execute(sql, *others)

    client.raise_request_exception = False
    with connection.execute_wrapper(broken):
        return client.post(survey.public_url, data)


ENDS = [
    (with_a_wrong_field, 400),
    (under_another_promise, 409),
    (in_another_language, 200),
    (without_a_key, 503),
    (with_a_forged_token, 403),
    (kept_and_sent_again, 409),
    (while_the_database_is_away, 503),
    (when_something_breaks, 500),
]


@pytest.mark.parametrize(("end", "status"), ENDS, ids=lambda one: getattr(one, "__name__", one))
def test_anonymous_answer_lies_in_the_clear_nowhere(client, caplog, settings, end, status):
    """Fault 53. However the sending ends: no table, no line of the log, no mail holds the words."""
    settings.ADMINS = [("Whoever runs it", "admin@library.example")]
    survey, readers = for_an_audience(anonymous=True)
    client.force_login(readers[0].user)
    carried = hidden(client.get(survey.public_url).content.decode())
    caplog.set_level(logging.DEBUG)

    answer = end(survey, client, form(**carried | {"i5": WORDS}))

    assert answer.status_code == status
    assert tables_with(WORDS) == []
    assert mail.outbox == []
    for formatter in (Line(), Json()):
        assert WORDS not in "".join(map(formatter.format, caplog.records))


def test_forms_of_surveys_that_0_1_kept_are_deleted_and_others_stay():
    of_survey = KeptFormFactory(path="/s/asked/?k=1", fields=[["i5", WORDS]])
    other = KeptFormFactory(path="/say/")
    import_module("crm.migrations.0045_no_form_of_a_survey_is_kept").forget(apps, None)
    assert list(KeptForm.objects.values_list("pk", flat=True)) == [other.pk]
    assert not kept.may_be_kept(of_survey.path, of_survey.fields)
