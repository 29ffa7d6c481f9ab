"""Verbs on surveys are audited, and undo nothing of a colleague's."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from core.refusals import Refused
from crm.staff.models import AuditEvent
from feedback.surveys import actions as surveys
from feedback.surveys.actions import IncomingAnswer, OptionRow
from feedback.surveys.models import Item, Response, Survey
from tests.factories import UserFactory
from tests.feedback.building import form, published
from tests.feedback.verbs import elsewhere, events, ill_shaped, newest, while_uncommitted


def text(words: str) -> dict:
    return {"en": words}


def test_every_verb_of_surveys_is_atomic_keyword_only_by_somebody_and_audited():
    assert ill_shaped(surveys) == []


# --- audit rows -----------------------------------------------------------------------------------
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
def test_period_whose_other_end_a_colleague_moved_is_refused():
    survey, by = published(), UserFactory(role="librarian")
    mine, theirs = (Survey.objects.get(pk=survey.pk) for _ in range(2))
    now = timezone.now()
    surveys.change_settings(survey=theirs, by=by, opens_at=now + timedelta(days=5))
    with pytest.raises(Refused):
        surveys.change_settings(survey=mine, by=by, closes_at=now + timedelta(days=2))
    assert Survey.objects.get(pk=survey.pk).closes_at is None


# --- addresses that somebody has taken meanwhile --------------------------------------------------
@pytest.mark.django_db
def test_address_taken_since_the_form_looked_is_refused_by_each_verb():
    taken, by = published().slug, UserFactory(role="librarian")
    other = surveys.create_survey(slug="other", title=text("Other"), by=by)
    with pytest.raises(Refused):
        surveys.create_survey(slug=taken, title=text("Same"), by=by)
    with pytest.raises(Refused):
        surveys.duplicate(survey=other, slug=taken, by=by)
    with pytest.raises(Refused):
        surveys.change_settings(survey=other, slug=taken, by=by)
    assert sorted(Survey.objects.values_list("slug", flat=True)) == sorted([taken, "other"])


@pytest.mark.django_db
def test_row_that_is_wrong_for_another_reason_is_not_called_taken():
    by, now = UserFactory(role="librarian"), timezone.now()
    with pytest.raises(IntegrityError):
        surveys.create_survey(slug="new", title={}, by=by, opens_at=now, closes_at=now)


@pytest.mark.django_db
def test_survey_that_keeps_its_address_is_not_told_that_it_is_taken():
    with pytest.raises(IntegrityError):
        surveys.change_settings(survey=published(), title=None, by=UserFactory(role="librarian"))


# --- answers that came another way ----------------------------------------------------------------
@pytest.mark.django_db
def test_answers_for_a_survey_that_was_never_published_are_refused():
    by = UserFactory(role="librarian")
    draft = surveys.create_survey(slug="draft", title=text("Draft"), by=by)
    with pytest.raises(Refused):
        surveys.take_in(survey=draft, rows=[IncomingAnswer({}, at=timezone.now())], by=by)


@pytest.mark.django_db
def test_answers_for_a_survey_made_anonymous_meanwhile_are_refused():
    survey, by = published(), UserFactory(role="librarian")
    loaded = Survey.objects.get(pk=survey.pk)
    Survey.objects.filter(pk=survey.pk).update(anonymous=True)
    with pytest.raises(Refused):
        surveys.take_in(survey=loaded, rows=[IncomingAnswer({"1": 1}, at=timezone.now())], by=by)
    assert Response.objects.count() == 0


# --- two connections at once ----------------------------------------------------------------------
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
def test_reader_answers_while_an_editor_holds_the_survey():
    survey, by = published(), UserFactory(role="librarian")

    def send() -> int:
        return Client().post(survey.public_url, form()).status_code

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        surveys.change_settings(survey=survey, by=by, title=text("New title"))
        assert pool.submit(elsewhere, send).result(timeout=60) == 200
    assert Response.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_copy_of_a_survey_waits_for_the_editor_of_its_questions():
    survey, by = published(), UserFactory(role="librarian")
    while_uncommitted(
        lambda: surveys.change_item(item=survey.items.get(ordinal=3), by=by, text=text("After")),
        lambda: surveys.duplicate(survey=survey, slug="copy", by=by),
    )
    assert Survey.objects.get(slug="copy").items.get(ordinal=3).text == text("After")
