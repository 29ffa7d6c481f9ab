"""Single letters on the desk."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.letters.models import LATE_AFTER, STALLED_AFTER, Letter
from tests import factories
from tests.crm.letters.building import states

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def desk(librarian):
    client = Client()
    client.force_login(librarian)
    return client


def listed(client, query="") -> list[Letter]:
    answer = client.get(reverse("crm:letter-list") + query)
    assert answer.status_code == 200
    return [row.record for row in answer.context["listing"].rows]


def detail(letter) -> str:
    return reverse("crm:letter-detail", args=[letter.pk])


def test_list_is_narrowed_by_state_kind_and_age(desk):
    now = timezone.now()
    failed = factories.LetterFactory(state="failed", reason="550 no")
    thanks = factories.LetterFactory(kind="work.thanks")
    old = factories.LetterFactory(
        state="sent",
        sent_at=now,
        created_at=now - timezone.timedelta(days=8),
        queued_at=now - timezone.timedelta(days=8),
    )
    assert listed(desk, "?state=failed") == [failed]
    assert listed(desk, "?kind=work.thanks") == [thanks]
    assert listed(desk, "?age=older") == [old]
    assert set(listed(desk, "?age=day")) == set(listed(desk, "?age=week")) == {failed, thanks}
    assert listed(desk, f"?q={failed.address}") == [failed]


def test_list_says_that_nobody_mails(desk):
    """Due for minutes and not tried: no worker runs, and the page says so."""
    letter = factories.LetterFactory(due_at=timezone.now() - STALLED_AFTER / 2)
    assert "后台进程似乎没有运行" not in desk.get(reverse("crm:letter-list")).content.decode()
    Letter.objects.update(due_at=timezone.now() - STALLED_AFTER * 2)
    assert "后台进程似乎没有运行" in desk.get(reverse("crm:letter-list")).content.decode()
    assert listed(desk, "?late=on") == []
    Letter.objects.update(queued_at=timezone.now() - LATE_AFTER * 2)
    assert listed(desk, "?late=on") == [letter]


def test_list_asks_as_often_for_many_as_for_one(desk, django_assert_num_queries):
    factories.LetterFactory(reader=factories.ReaderFactory())
    listed(desk)
    with django_assert_num_queries(10):
        listed(desk)
    factories.LetterFactory.create_batch(5, reader=factories.ReaderFactory())
    with django_assert_num_queries(10):
        listed(desk)


def test_text_of_account_mail_is_shown_to_nobody(desk, world):
    letter = factories.LetterFactory(purpose="account", text="/reset/key/secret")
    shown = factories.LetterFactory(text="The lamp has been repaired.")
    for client in (desk, Client()):
        if client is not desk:
            client.force_login(world.user("administrator"))
        assert "secret" not in client.get(detail(letter)).content.decode()
        assert "The lamp has been repaired." in client.get(detail(shown)).content.decode()


def test_script_in_a_letter_is_inert(desk):
    """Fault 29."""
    letter = factories.LetterFactory(
        subject=SCRIPT, text=SCRIPT, state="failed", reason=SCRIPT, kind=SCRIPT[:20]
    )
    for page in (detail(letter), reverse("crm:letter-list")):
        assert SCRIPT not in desk.get(page).content.decode()


def test_staff_of_one_campus_see_their_own_letters_and_their_readers():
    here, there = factories.CampusFactory.create_batch(2)
    colleague = factories.UserFactory(role="librarian", campus=here)
    client = Client()
    client.force_login(colleague)
    mine = factories.LetterFactory(by=colleague)
    ours = factories.LetterFactory(reader=factories.ReaderFactory(campus=here))
    theirs = factories.LetterFactory(reader=factories.ReaderFactory(campus=there))
    nobody_s = factories.LetterFactory(state="failed")
    assert set(listed(client)) == {mine, ours}
    for letter in (theirs, nobody_s):
        assert client.get(detail(letter)).status_code == 404
        assert client.post(reverse("crm:letter-resend", args=[letter.pk])).status_code == 404


def test_resend_button_warns_where_a_second_copy_may_arrive(desk):
    doubtful = factories.LetterFactory(state="unknown", reason="worker_died")
    failed = factories.LetterFactory(state="failed", reason="550 no")
    waiting = factories.LetterFactory()
    button, warning = "再寄一次", "可能会收到第二份"
    pages = [desk.get(detail(letter)).content.decode() for letter in (doubtful, failed, waiting)]
    assert [button in page for page in pages] == [True, True, False]
    assert [warning in page for page in pages] == [True, False, False]

    answer = desk.post(reverse("crm:letter-resend", args=[doubtful.pk]), follow=True)
    assert answer.redirect_chain == [(detail(doubtful), 302)]
    doubtful.refresh_from_db()
    assert doubtful.state == "pending"
    again = desk.post(reverse("crm:letter-resend", args=[doubtful.pk]), follow=True)
    assert [message.level_tag for message in again.context["messages"]] == ["error"]


def test_left_out_needs_a_reason(desk):
    letter = factories.LetterFactory(state="failed")
    address = reverse("crm:letter-skip", args=[letter.pk])
    assert desk.post(address, {"reason": "\u200b"}).status_code == 400
    assert states() == {"failed": 1}
    assert desk.post(address, {"reason": "told by telephone"}).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("skipped", "told by telephone")
    refused = desk.post(address, {"reason": "again"})
    assert refused.status_code == 400
    assert refused.context["form"].errors


def test_letter_leads_to_what_caused_it(desk):
    voice = factories.VoiceFactory()
    letter = factories.LetterFactory(about=f"feedback.voice:{voice.pk}")
    assert voice.get_absolute_url() in desk.get(detail(letter)).content.decode()
    assert factories.LetterFactory(about="feedback.nothing:1").about_url == ""
    assert factories.LetterFactory(about="").about_url == ""
