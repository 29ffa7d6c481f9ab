"""The key of anonymous answers: missing, new, lost, and what was held before there was one."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from core.refusals import Refused
from crm.staff.models import AuditEvent
from feedback.surveys import actions as verbs
from feedback.surveys import anonymity, keys, losing
from feedback.surveys.models import (
    AnswerKey,
    HeldAnswer,
    Participation,
    Response,
)
from ops import answers_key
from tests.factories import UserFactory
from tests.feedback.building import close, fill, form, published
from tests.owner import as_owner

pytestmark = pytest.mark.django_db
#: The tests' k; see tests/conftest.py.
K = 5


# --- keys -----------------------------------------------------------------------------------------
def test_without_the_private_half_answers_wait_and_staff_are_told(client, settings, librarian):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K)
    both, settings.ANSWERS_PRIVATE_KEY = settings.ANSWERS_PRIVATE_KEY, ""
    assert anonymity.mix() == 0
    assert HeldAnswer.objects.count() == 2 * K
    assert not keys.waits_for_key()

    AnswerKey.objects.update(opened_at=timezone.now() - timedelta(hours=1))
    assert keys.waits_for_key()
    client.force_login(librarian)
    for address in (
        reverse("feedback:survey-list"),
        reverse("feedback:survey-results", args=[survey.pk]),
    ):
        page = client.get(address, headers={"accept-language": "en"}).content.decode()
        assert "no worker has the key" in page

    settings.ANSWERS_PRIVATE_KEY = both
    assert anonymity.mix() == K
    assert not keys.waits_for_key()


def test_new_key_seals_and_the_old_one_opens_until_everything_is_mixed(client, settings):
    survey = published(anonymous=True)
    fill(client, survey, 2)
    old = settings.ANSWERS_PRIVATE_KEY
    new = answers_key.new_key()
    settings.ANSWERS_PRIVATE_KEY = f"{new},{old}"
    assert anonymity.mix() == 0
    assert set(HeldAnswer.objects.values_list("key", flat=True)) == {
        AnswerKey.objects.latest("pk").pk
    }
    fill(client, survey, 2 * K - 2)
    settings.ANSWERS_PRIVATE_KEY = new
    assert anonymity.mix() == K


def test_box_of_a_lost_key_holds_up_no_other_and_is_not_thrown_away(client, settings):
    survey = published(anonymous=True)
    fill(client, survey, 1)
    settings.ANSWERS_PRIVATE_KEY = answers_key.new_key()
    keys.announce()
    fill(client, survey, 2 * K)
    assert anonymity.mix() == K
    close(survey)
    assert anonymity.mix() == 0
    assert HeldAnswer.objects.count() == K + 1


def damage_one() -> UUID:
    """Change the last byte of one held box; returns the key of its row."""
    one = HeldAnswer.objects.first()
    box = bytes(one.sealed)
    with as_owner():
        HeldAnswer.objects.filter(pk=one.pk).update(sealed=box[:-1] + bytes([box[-1] ^ 1]))
    return one.pk


def test_damaged_box_is_passed_over_and_holds_back_the_last_batch_alone(client):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K + 1)
    damaged = damage_one()
    assert anonymity.mix() == K
    close(survey)
    assert anonymity.mix() == 0
    assert HeldAnswer.objects.count() == K + 1
    assert HeldAnswer.objects.filter(pk=damaged).exists()


def held_before(survey, sealed: bytes) -> None:
    """In the open, as 0.1 held it; that it was there before the owner's migration says alone."""
    held = HeldAnswer.objects.create(survey=survey, key=None, sealed=sealed)
    with as_owner():
        HeldAnswer.objects.filter(pk=held.pk).update(from_before=True)


def test_survey_that_fails_holds_up_no_other(client):
    # The newest is mixed first.
    sound, broken = published(anonymous=True), published(anonymous=True)
    held_before(broken, b"no content")
    fill(client, sound, 2 * K)
    with pytest.raises(ValueError, match="Expecting value"):
        anonymity.mix()
    assert Response.objects.filter(survey=sound).count() == K
    assert HeldAnswer.objects.filter(survey=broken).count() == 1


def test_before_any_worker_told_its_key_nothing_is_published_or_taken_in_the_open(client):
    survey = published(anonymous=True)
    AnswerKey.objects.all().delete()
    response = client.post(survey.public_url, form(i5="kept on the page"))
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert "kept on the page" in response.content.decode()
    assert Participation.objects.count() == 0
    with pytest.raises(Refused):
        verbs.publish(survey=survey, by=survey.created_by)


def test_what_0_1_held_in_the_open_is_sealed_by_the_first_run(client):
    survey = published(anonymous=True)
    content = {
        "version": survey.current_version().pk,
        "channel": None,
        "language": "en",
        "answers": {"1": 1, "5": "in the open"},
        "flagged": "",
    }
    held_before(survey, json.dumps(content).encode())
    assert anonymity.mix() == 0
    held = HeldAnswer.objects.get()
    assert b"in the open" not in bytes(held.sealed)
    (opened,) = anonymity.take(survey)
    assert opened.content.answers["5"] == "in the open"


# --- a lost key -----------------------------------------------------------------------------------
def with_lost(client, settings, lost: int, openable: int):
    """A closed survey of which ``lost`` answers were sealed with a key that nobody has any more."""
    survey = published(anonymous=True)
    fill(client, survey, lost)
    settings.ANSWERS_PRIVATE_KEY = answers_key.new_key()
    AnswerKey.objects.update(opened_at=timezone.now() - timedelta(hours=1))
    keys.announce()
    fill(client, survey, openable)
    close(survey)
    assert anonymity.mix() == 0
    return survey


@pytest.mark.parametrize(("lost", "said"), [(7, "7 anonymous answers"), (2, "A few anonymous")])
def test_lost_answers_are_discarded_by_hand_and_the_survey_says_so(
    client, settings, librarian, capsys, lost, said
):
    """The last batch is written at last, and no page pretends that there were no others."""
    survey = with_lost(client, settings, lost, K)
    call_command("discard_unopened")
    assert f"--confirm {lost}" in capsys.readouterr().out
    assert HeldAnswer.objects.count() == lost + K

    admin = UserFactory(role="administrator")
    call_command("discard_unopened", "--confirm", str(lost), "--by", admin.username)
    assert anonymity.mix() == K
    assert (HeldAnswer.objects.count(), Response.objects.count()) == (0, K)

    event = AuditEvent.objects.get(action="survey.discard")
    shown = lost if lost >= 5 else None
    assert (event.user, event.object_id, event.detail) == (admin, str(survey.pk), {"rows": shown})
    client.force_login(librarian)
    for name in ("survey-results", "survey-detail"):
        address = reverse(f"feedback:{name}", args=[survey.pk])
        page = client.get(address, headers={"accept-language": "en"}).content.decode()
        assert said in page


def test_nothing_is_discarded_without_the_right_number_an_administrator_and_a_key(client, settings):
    with_lost(client, settings, 3, K)
    admin, librarian = UserFactory(role="administrator"), UserFactory(role="librarian")
    for number, name in ((2, admin.username), (3, librarian.username), (3, "")):
        with pytest.raises(CommandError):
            call_command("discard_unopened", "--confirm", str(number), "--by", name)
    settings.ANSWERS_PRIVATE_KEY = ""
    with pytest.raises(CommandError, match="ANSWERS_PRIVATE_KEY"):
        call_command("discard_unopened", "--confirm", "3", "--by", admin.username)
    assert HeldAnswer.objects.count() == 3 + K


def test_answers_whose_key_a_worker_has_are_not_lost(client, settings):
    survey = published(anonymous=True)
    fill(client, survey, 3)
    settings.ANSWERS_PRIVATE_KEY = answers_key.new_key()
    assert losing.find_lost() == {}


def test_damaged_box_is_lost_though_its_key_is_there(client):
    survey = published(anonymous=True)
    fill(client, survey, 2)
    damaged = damage_one()
    assert losing.find_lost() == {survey: [damaged]}
