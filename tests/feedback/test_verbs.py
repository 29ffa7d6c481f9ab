"""Every verb of feedback has one shape, is audited, and undoes nothing of a colleague's."""

import ast
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from core.refusals import Refused
from crm.staff.models import AuditEvent
from feedback.calls import actions as works
from feedback.calls.models import Review, Submission
from feedback.surveys import actions as surveys
from feedback.surveys.actions import IncomingAnswer, OptionRow
from feedback.surveys.models import Item, Response, Survey
from feedback.voices import actions as voices
from feedback.voices.models import Voice
from tests import servers
from tests.factories import (
    CallFactory,
    ReaderFactory,
    SubmissionFactory,
    UserFactory,
    VoiceFactory,
)
from tests.feedback.building import form, published

FEEDBACK = Path(surveys.__file__).resolve().parents[1]


def verbs_of(path: Path) -> list[ast.FunctionDef]:
    functions = [node for node in ast.parse(path.read_text()).body if type(node) is ast.FunctionDef]
    return [function for function in functions if not function.name.startswith("_")]


@pytest.mark.parametrize("path", sorted(FEEDBACK.glob("*/actions.py")), ids=lambda p: p.parent.name)
def test_verb_is_atomic_keyword_only_by_somebody_and_audited(path):
    wrong = []
    for verb in verbs_of(path):
        arguments = verb.args
        decorators = {ast.unparse(decorator) for decorator in verb.decorator_list}
        is_keyword_only = not arguments.posonlyargs and not arguments.args
        has_by = "by" in {argument.arg for argument in arguments.kwonlyargs}
        is_audited = "audit.record(" in ast.unparse(verb)
        if not (decorators == {"transaction.atomic"} and is_keyword_only and has_by and is_audited):
            wrong.append(verb.name)
    assert wrong == []


# --- audit rows -----------------------------------------------------------------------------------
def events(since: int = 0) -> list[tuple]:
    found = AuditEvent.objects.filter(pk__gt=since).order_by("pk")
    return list(found.values_list("action", "user", "object_id"))


def newest() -> int:
    return AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def text(words: str) -> dict:
    return {"en": words}


@pytest.mark.django_db
def test_every_change_of_a_question_is_in_the_audit_log():
    survey, by = published(), UserFactory(role="librarian")
    item, before = survey.items.get(ordinal=1), newest()
    new = surveys.add_item(survey=survey, by=by, kind=Item.Kind.TEXT, text=text("New"))
    surveys.change_item(item=item, by=by, text=text("Changed"))
    surveys.move_item(item=item, up=False, by=by)
    surveys.retire_item(item=item, retired=True, by=by)
    surveys.retire_item(item=item, retired=False, by=by)
    assert events(before) == [
        ("question.create", by.pk, str(new.pk)),
        ("question.change", by.pk, str(item.pk)),
        ("question.move", by.pk, str(item.pk)),
        ("question.retire", by.pk, str(item.pk)),
        ("question.restore", by.pk, str(item.pk)),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("taken", "told"), [(5, 5), (3, None)])
def test_answers_taken_in_are_in_the_audit_log_with_their_number(taken, told):
    """As everybody may be told: the trail is read by people who may not see these readers."""
    survey, by = published(), UserFactory(role="librarian")
    before = newest()
    rows = [IncomingAnswer({"1": 1}, at=timezone.now()) for _ in range(taken)]
    assert surveys.take_in(survey=survey, rows=rows, by=by) == taken
    event = AuditEvent.objects.get(pk__gt=before)
    assert (event.action, event.user, event.detail) == ("survey.take-in", by, {"rows": told})


@pytest.mark.django_db
def test_what_somebody_unknown_says_is_in_the_audit_log_without_a_person():
    voice = voices.say(client_id=uuid4(), by=None, text="太吵了")
    voices.add_from_reader(voice=voice, text="还是很吵")
    assert events() == [
        ("voice.say", None, str(voice.pk)),
        ("voice.write", None, str(voice.pk)),
    ]


@pytest.mark.django_db
def test_what_a_reader_says_by_name_is_in_the_audit_log_with_them():
    reader = ReaderFactory(user=UserFactory(role="reader"))
    voice = voices.say(client_id=uuid4(), by=reader.user, reader=reader, text="谢谢")
    assert events() == [("voice.say", reader.user.pk, str(voice.pk))]


@pytest.mark.django_db
def test_account_that_is_no_reader_is_not_named_beside_a_voice_without_a_reader(client):
    client.force_login(UserFactory(role="librarian"))
    before = newest()
    data = {"client_id": str(uuid4()), "kind": "complaint", "category": "noise", "text": "太吵了"}
    client.post("/say/", data)
    voice = Voice.objects.get()
    assert voice.reader is None
    assert events(before) == [("voice.say", None, str(voice.pk))]


@pytest.mark.django_db
def test_work_of_a_reader_is_in_the_audit_log_from_draft_to_score():
    author = ReaderFactory(user=UserFactory(role="reader"))
    by = UserFactory(role="librarian")
    fields = {"call": CallFactory(), "author": author, "client_id": uuid4(), "by": author.user}
    work = works.save_work(submit=False, title="立冬", text="银杏", **fields)
    works.save_work(submit=True, agreed=True, title="立冬", text="银杏叶", **fields)
    works.review(work=work, score=8, note="", by=by)
    assert events() == [
        ("work.save", author.user.pk, str(work.pk)),
        ("work.submit", author.user.pk, str(work.pk)),
        ("work.review", by.pk, str(work.pk)),
    ]
    assert AuditEvent.objects.get(action="work.review").detail == {}


# --- two editors who loaded the same row ----------------------------------------------------------
@pytest.mark.django_db
def test_change_of_one_text_keeps_what_a_colleague_wrote_meanwhile():
    survey, by = published(), UserFactory(role="librarian")
    mine, theirs = (survey.items.get(ordinal=3) for _ in range(2))
    surveys.change_item(item=theirs, by=by, help=text("Their help"), required=True)
    surveys.change_item(item=mine, by=by, text=text("My question"))
    stored = survey.items.get(ordinal=3)
    assert (stored.text, stored.help, stored.required) == (
        text("My question"),
        text("Their help"),
        True,
    )


@pytest.mark.django_db
def test_change_of_a_question_keeps_it_retired_by_a_colleague():
    survey, by = published(), UserFactory(role="librarian")
    mine, theirs = (survey.items.get(ordinal=3) for _ in range(2))
    surveys.retire_item(item=theirs, retired=True, by=by)
    surveys.change_item(item=mine, by=by, text=text("My question"))
    assert survey.items.get(ordinal=3).retired_at is not None


@pytest.mark.django_db
def test_kind_of_a_question_published_meanwhile_stays():
    survey, by = published(), UserFactory(role="librarian")
    item = surveys.add_item(survey=survey, by=by, kind=Item.Kind.TEXT, text=text("New"))
    surveys.publish(survey=survey, by=by)
    with pytest.raises(Refused):
        surveys.change_item(item=item, by=by, kind=Item.Kind.NPS)
    assert Item.objects.get(pk=item.pk).kind == Item.Kind.TEXT


@pytest.mark.django_db
def test_question_retired_meanwhile_is_not_moved():
    survey, by = published(), UserFactory(role="librarian")
    mine, theirs = (survey.items.get(ordinal=3) for _ in range(2))
    surveys.retire_item(item=theirs, retired=True, by=by)
    with pytest.raises(Refused):
        surveys.move_item(item=mine, up=True, by=by)
    assert list(survey.items.values_list("ordinal", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.django_db
def test_new_question_with_too_many_options_is_refused_whole():
    survey, by = published(), UserFactory(role="librarian")
    rows = [OptionRow(text(f"{n}")) for n in range(Item.MOST_OPTIONS + 1)]
    with pytest.raises(Refused):
        surveys.add_item(survey=survey, by=by, kind=Item.Kind.SINGLE, text=text("?"), rows=rows)
    assert survey.items.count() == 5


@pytest.mark.django_db
def test_settings_keep_what_a_colleague_changed_and_closed_meanwhile():
    survey, by = published(), UserFactory(role="librarian")
    mine, theirs = (Survey.objects.get(pk=survey.pk) for _ in range(2))
    surveys.change_settings(survey=theirs, by=by, intro=text("Their words"))
    surveys.set_open(survey=theirs, is_open=False, by=by)
    surveys.change_settings(survey=mine, by=by, title=text("My title"))
    stored = Survey.objects.get(pk=survey.pk)
    assert (stored.title, stored.intro, stored.state) == (
        text("My title"),
        text("Their words"),
        Survey.State.CLOSED,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "verb",
    [
        lambda voice, by: voices.assign(voice=voice, to=by, by=by),
        lambda voice, by: voices.conclude(
            voice=voice, done="设静音时段", shown=True, close=False, by=by
        ),
    ],
    ids=["assign", "conclude"],
)
def test_voice_answered_meanwhile_stays_answered(verb):
    by, voice = UserFactory(role="librarian"), VoiceFactory()
    mine, theirs = (Voice.objects.get(pk=voice.pk) for _ in range(2))
    voices.reply(voice=theirs, text="已处理", by=by)
    verb(mine, by)
    voice.refresh_from_db()
    assert voice.state == Voice.State.ANSWERED


@pytest.mark.django_db
def test_voice_closed_twice_keeps_the_first_time():
    by, voice = UserFactory(role="librarian"), VoiceFactory()
    mine, theirs = (Voice.objects.get(pk=voice.pk) for _ in range(2))
    voices.conclude(voice=theirs, done="", shown=False, close=True, by=by)
    first = Voice.objects.get(pk=voice.pk).closed_at
    voices.conclude(voice=mine, done="设静音时段", shown=True, close=True, by=by)
    voice.refresh_from_db()
    assert (voice.closed_at, voice.done) == (first, "设静音时段")


@pytest.mark.django_db
def test_work_decided_meanwhile_takes_no_score():
    by, work = UserFactory(role="librarian"), SubmissionFactory()
    mine, theirs = (Submission.objects.get(pk=work.pk) for _ in range(2))
    works.decide(work=theirs, accept=False, by=by)
    with pytest.raises(Refused):
        works.review(work=mine, score=9, note="", by=by)
    assert Review.objects.count() == 0


# --- two connections at once ----------------------------------------------------------------------
def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def elsewhere(step):
    """Run a step in this thread's own connection and give the connection back."""
    try:
        return step()
    finally:
        connection.close()


def while_uncommitted(first, second) -> None:
    """Begin ``second`` in another connection before ``first`` has committed."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(elsewhere, second)
            servers.wait_for(somebody_waits)
        waiting.result(timeout=60)


@pytest.mark.django_db(transaction=True)
def test_two_editors_of_one_question_at_once_lose_nothing():
    survey, by = published(), UserFactory(role="librarian")
    mine, theirs = (survey.items.get(ordinal=3) for _ in range(2))
    while_uncommitted(
        lambda: surveys.change_item(item=theirs, by=by, help=text("Their help")),
        lambda: surveys.change_item(item=mine, by=by, text=text("My question")),
    )
    stored = survey.items.get(ordinal=3)
    assert (stored.text, stored.help) == (text("My question"), text("Their help"))


@pytest.mark.django_db(transaction=True)
def test_two_editors_adding_options_at_once_give_each_its_own_code():
    survey, by = published(), UserFactory(role="librarian")
    mine, theirs = (survey.items.get(ordinal=1) for _ in range(2))
    while_uncommitted(
        lambda: surveys.change_item(item=theirs, by=by, options=[OptionRow(text("Theirs"))]),
        lambda: surveys.change_item(item=mine, by=by, options=[OptionRow(text("Mine"))]),
    )
    added = mine.options.filter(code__gt=3).order_by("code")
    assert [(option.code, option.text["en"]) for option in added] == [(4, "Theirs"), (5, "Mine")]


@pytest.mark.django_db(transaction=True)
def test_two_editors_moving_questions_at_once_leave_one_order():
    survey, by = published(), UserFactory(role="librarian")
    first, last = survey.items.get(ordinal=1), survey.items.get(ordinal=5)
    while_uncommitted(
        lambda: surveys.move_item(item=first, up=False, by=by),
        lambda: surveys.move_item(item=last, up=True, by=by),
    )
    assert list(survey.items.values_list("ordinal", "position")) == [
        (2, 1),
        (1, 2),
        (3, 3),
        (5, 4),
        (4, 5),
    ]


@pytest.mark.django_db(transaction=True)
def test_question_published_at_once_keeps_its_kind():
    survey, by = published(), UserFactory(role="librarian")
    item = surveys.add_item(survey=survey, by=by, kind=Item.Kind.TEXT, text=text("New"))

    def change_kind():
        with pytest.raises(Refused):
            surveys.change_item(item=item, by=by, kind=Item.Kind.NPS)

    while_uncommitted(lambda: surveys.publish(survey=survey, by=by), change_kind)
    assert Item.objects.get(pk=item.pk).kind == Item.Kind.TEXT


@pytest.mark.django_db(transaction=True)
def test_voice_assigned_while_a_colleague_answers_stays_answered():
    by, voice = UserFactory(role="librarian"), VoiceFactory()
    while_uncommitted(
        lambda: voices.reply(voice=voice, text="已处理", by=by),
        lambda: voices.assign(voice=Voice.objects.get(pk=voice.pk), to=by, by=by),
    )
    stored = Voice.objects.get(pk=voice.pk)
    assert (stored.state, stored.assigned_to) == (Voice.State.ANSWERED, by)


@pytest.mark.django_db(transaction=True)
def test_reader_answers_while_an_editor_holds_the_survey():
    survey, by = published(), UserFactory(role="librarian")

    def send() -> int:
        return Client().post(survey.public_url, form()).status_code

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        surveys.change_settings(survey=survey, by=by, title=text("New title"))
        assert pool.submit(elsewhere, send).result(timeout=60) == 200
    assert Response.objects.count() == 1
