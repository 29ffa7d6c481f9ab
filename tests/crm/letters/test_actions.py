"""Writing a letter, sending it once more, leaving it out."""

from datetime import timedelta

import pytest
import redis
from django.db import transaction
from django.utils import timezone

from core.refusals import Refused
from crm.letters import post
from crm.letters.actions import resend, skip
from crm.letters.models import Letter
from crm.staff.models import AuditEvent
from tests import factories
from tests.crm.letters.building import note, states

pytestmark = pytest.mark.django_db


def events(letter) -> list[str]:
    found = AuditEvent.objects.filter(object_type="crm.letter", object_id=str(letter.pk))
    return list(found.order_by("pk").values_list("action", flat=True))


@pytest.fixture
def waiting_messages(settings):
    """How many messages lie in the queue of the workers that mail."""
    broker = redis.Redis.from_url(settings.REDIS_URL)
    broker.delete("deliver")
    yield lambda: broker.llen("deliver")
    broker.delete("deliver")


def test_written_twice_under_one_key_is_one_letter(librarian):
    first = note(by=librarian, about="feedback.voice:7")
    second = note(subject="Something else", by=librarian)
    assert first == second
    assert (Letter.objects.get().subject, states()) == ("Repaired", {"pending": 1})
    assert events(first) == ["letter.write"]


def test_letter_is_kept_with_what_caused_it_or_not_at_all():
    with transaction.atomic():
        note()
        transaction.set_rollback(True)
    assert states() == {}


def test_purpose_follows_from_the_kind():
    assert note("a", kind="account.verify").purpose == "account"
    assert note("b", kind="voice.reply").purpose == "notices"


def test_account_mail_is_of_use_for_three_days_and_notices_for_seven():
    now = timezone.now()
    account, notice = note("a", kind="account.reset"), note("b")
    assert round((account.expires_at - now) / timedelta(days=1)) == 3
    assert round((notice.expires_at - now) / timedelta(days=1)) == 7


def test_what_is_longer_than_the_columns_is_cut_and_not_refused():
    letter = note(subject="x\n" + "y" * 900, sender="z" * 900)
    letter.refresh_from_db()
    assert letter.subject == ("x " + "y" * 900)[:300]
    assert letter.sender == "z" * 120


def test_reader_s_own_page_waits_for_no_broker(
    waiting_messages, librarian, django_capture_on_commit_callbacks
):
    """Only what somebody at the desk writes calls for a worker; the sweep finds the rest."""
    with django_capture_on_commit_callbacks(execute=True):
        note("reader")
    assert waiting_messages() == 0
    with django_capture_on_commit_callbacks(execute=True):
        note("desk", by=librarian)
    assert waiting_messages() == 1


# --- once more ------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_resend_keeps_the_message_id(sink, librarian, settings, state):
    """Also when SECRET_KEY was renewed in between."""
    letter = factories.LetterFactory()
    sink.rule = lambda stage, text: None
    post.send_due()
    Letter.objects.update(state=state, reason="x", attempts=8, sent_at=None)
    settings.SECRET_KEY = "renewed " * 7
    resend(letter=letter, by=librarian)
    letter.refresh_from_db()
    assert (letter.state, letter.reason, letter.attempts) == ("pending", "", 0)
    post.send_due()
    first, second = sink.parsed()
    assert first["Message-ID"] == second["Message-ID"]
    assert events(letter) == ["letter.resend"]


@pytest.mark.parametrize("state", ["pending", "sent", "skipped", "inflight"])
def test_only_what_failed_or_is_in_doubt_is_sent_again(librarian, state):
    now = timezone.now()
    letter = factories.LetterFactory(state=state, sent_at=now, lease_until=now)
    with pytest.raises(Refused):
        resend(letter=letter, by=librarian)
    letter.refresh_from_db()
    assert (letter.state, events(letter)) == (state, [])


def test_letter_whose_text_is_gone_is_not_sent_again(librarian):
    letter = factories.LetterFactory(state="failed", text="")
    with pytest.raises(Refused):
        resend(letter=letter, by=librarian)
    assert not letter.is_resendable


def test_account_mail_that_is_sent_again_does_not_live_longer(librarian):
    end = timezone.now() + timedelta(hours=1)
    secret = factories.LetterFactory(purpose="account", state="failed", expires_at=end)
    notice = factories.LetterFactory(state="failed", expires_at=end)
    resend(letter=secret, by=librarian)
    resend(letter=notice, by=librarian)
    secret.refresh_from_db()
    notice.refresh_from_db()
    assert secret.expires_at == end < notice.expires_at


# --- left out -------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["pending", "failed", "unknown"])
def test_left_out_for_a_reason_and_never_mailed(sink, librarian, state):
    letter = factories.LetterFactory(state=state)
    skip(letter=letter, reason="told\nby telephone", by=librarian)
    post.send_due()
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("skipped", "told by telephone")
    assert (sink.received, events(letter)) == ([], ["letter.skip"])
    with pytest.raises(Refused):
        skip(letter=letter, reason="again", by=librarian)


def test_account_mail_that_is_left_out_keeps_no_text(librarian):
    letter = factories.LetterFactory(purpose="account")
    skip(letter=letter, reason="x", by=librarian)
    letter.refresh_from_db()
    assert letter.has_body is False


def test_letter_in_a_worker_s_hands_is_not_left_out(librarian):
    letter = factories.LetterFactory(state="inflight", lease_until=timezone.now())
    with pytest.raises(Refused):
        skip(letter=letter, reason="x", by=librarian)
