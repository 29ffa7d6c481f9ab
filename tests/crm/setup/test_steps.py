"""The first steps: each is told by the data alone."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from crm.imports.models import ImportBatch
from crm.letters.envelopes import return_path, token_in
from crm.letters.models import Letter, LetterKind
from crm.library import chosen
from crm.library.actions import set_colour, set_names, set_senders
from crm.library.models import LibrarySettings
from crm.registers.models import Department, TeachingTerm
from crm.segments.models import Segment
from crm.setup.actions import send_sender_test
from crm.setup.senders import records, sender_tests
from crm.setup.steps import STEPS, first_steps, steps_for
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(settings, tmp_path):
    settings.LIBRARY_NAME = ""
    settings.LOCAL_DIR = tmp_path
    return factories.UserFactory(role="administrator", email="ad@example.edu")


def done() -> set[str]:
    return {step.key for step in first_steps().steps if step.is_done}


def mailed(letter: Letter) -> None:
    """As a worker settles it."""
    Letter.objects.filter(pk=letter.pk).update(state="sent", sent_at=timezone.now())


def test_i6_every_step_is_told_by_the_data_and_all_together_take_half_an_hour(
    administrator, settings
):
    """I6: nobody ticks a step; what is done is found, and what is taken back is open again."""
    assert done() == set()
    assert sum(step.minutes for step in STEPS) <= 30
    assert len(steps_for(administrator).next) == 3
    assert steps_for(factories.UserFactory(role="librarian")) is None

    set_names(zh="图书馆", en="", by=administrator)
    set_colour(colour="seal", by=administrator)
    LibrarySettings.objects.update(logo="0" * 40 + ".png", logo_alt="x")
    factories.CampusFactory()
    Department.objects.create(code="d", name_zh="部")
    TeachingTerm.objects.create(name_zh="秋", starts_on=date(2026, 9, 1), ends_on=date(2027, 1, 15))
    assert done() == {"name", "colour", "logo", "campuses", "departments", "terms"}

    # A test mail that waits says nothing yet; one from another sender than today's neither.
    letter = send_sender_test(kind=LetterKind.SENDER_TEST, by=administrator)
    assert "sender" not in done()
    mailed(letter)
    assert "sender" in done()
    set_senders(notices="other@example.edu", promotion="", reply="", by=administrator)
    chosen.shown.forget()
    assert "sender" not in done()
    mailed(send_sender_test(kind=LetterKind.SENDER_TEST, by=administrator))

    assert "returns" not in done()
    set_senders(
        notices="other@example.edu",
        promotion="",
        reply="",
        back="returns@example.edu",
        by=administrator,
    )
    assert "returns" in done()

    reader = factories.ReaderFactory(source="portal")
    assert "patrons" not in done()
    type(reader).objects.filter(pk=reader.pk).update(source="student")
    batch = factories.ImportBatchFactory(takes="loans", state=ImportBatch.State.UPLOADED)
    assert "activities" not in done()
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.DONE)
    Segment.objects.create(name="S", refreshed_at=timezone.now())
    assert {step.key for step in first_steps().open} == {"backup"}

    (settings.LOCAL_DIR / "last_backup").touch()
    assert first_steps().open == []
    assert steps_for(administrator) is None


def test_steps_can_be_put_away_and_taken_out_again(client, administrator):
    client.force_login(administrator)
    today, setup, away = map(reverse, ("analytics:today", "crm:setup", "crm:setup-away"))
    assert setup in client.get(today).content.decode()

    client.post(away)
    assert f'href="{setup}"' not in client.get(today).content.decode()
    assert client.get(setup).status_code == 200

    client.post(away, {"back": "1"})
    assert f'href="{setup}"' in client.get(today).content.decode()


def test_page_says_each_step_in_both_languages_and_leads_to_it(client, administrator):
    client.force_login(administrator)
    for language, word in (("zh-hans", "备份"), ("en", "backup")):
        client.cookies["django_language"] = language
        page = client.get(reverse("crm:setup")).content.decode()
        assert word in page
        with translation.override(language):
            for step in STEPS:
                assert str(escape(str(step.title))) in page
                assert str(escape(str(step.unlocks))) in page
                assert f'href="{step.url}"' in page
                assert client.get(step.url).status_code == 200


def test_senders_name_the_records_that_their_domains_need(settings, administrator):
    settings.EMAIL_HOST = "192.0.2.7"
    settings.RETURN_ADDRESS = "returns@back.example.edu"
    set_senders(
        notices="desk@lib.example.edu",
        promotion="news@mail.example.edu",
        reply="answers@lib.example.edu",
        by=administrator,
    )
    chosen.shown.forget()
    found = {record.name: record.value for record in records()}
    assert found["lib.example.edu"] == "v=spf1 ip4:192.0.2.7 ~all"
    assert found["back.example.edu"] == found["mail.example.edu"] == found["lib.example.edu"]
    assert found["_dmarc.mail.example.edu"].endswith("rua=mailto:answers@lib.example.edu")
    assert "huixiang._domainkey.lib.example.edu" in found
    assert {test.address for test in sender_tests(administrator)} == {
        "desk@lib.example.edu",
        "news@mail.example.edu",
    }

    settings.EMAIL_HOST = "127.0.0.1"
    assert "127.0.0.1" not in records()[0].value
    settings.EMAIL_HOST = "relay.example.edu"
    assert "a:relay.example.edu" in records()[0].value


def test_test_mail_says_in_words_what_became_of_it(client, administrator):
    client.force_login(administrator)
    client.cookies["django_language"] = "en"
    page, results = reverse("crm:mail-settings"), reverse("crm:mail-test-results")
    assert client.post(reverse("crm:mail-test"), {"kind": "voice.reply"}).status_code == 302
    assert not Letter.objects.exists()

    client.post(reverse("crm:mail-test"), {"kind": LetterKind.SENDER_TEST})
    assert "on its way" in client.get(page).content.decode()
    assert "every 2s" in client.get(results).content.decode()

    Letter.objects.update(state="failed", reason="550 5.7.1 relaying denied")
    said = client.get(results).content.decode()
    assert "It did not go: 550 5.7.1 relaying denied" in said
    assert "every 2s" not in said


def test_the_page_of_mail_says_what_stands_on_the_machine_and_no_secret(
    client, administrator, settings
):
    settings.RETURN_MAILBOX = "imaps://returns:geheim@mail.example.edu/INBOX"
    client.force_login(administrator)
    client.cookies["django_language"] = "en"
    html = client.get(reverse("crm:mail-settings")).content.decode()
    assert "Asia/Shanghai" in html
    assert "RETURN_MAILBOX" in html
    assert "geheim" not in html


def test_a_mailbox_for_what_comes_back_is_chosen_on_the_page_of_mail(
    client, administrator, settings
):
    settings.RETURN_ADDRESS = ""
    client.force_login(administrator)
    client.cookies["django_language"] = "en"
    page = reverse("crm:mail-settings")
    sent = {"notices": "", "promotion": "", "reply": "", "language": "en"}
    refused = client.post(page, sent | {"back": "returns+all@back.example.edu"})
    assert refused.status_code == 400
    assert "without a “+” in it" in refused.content.decode()
    assert client.post(page, sent | {"back": "returns@back.example.edu"}).status_code == 302
    chosen.shown.forget()
    assert chosen.letters_language() == "en"

    # Mails leave from it, and what comes back there is known; what left before is known as well.
    message_id = "<c7-12.abcdefghijklmnopqrst@library.example.edu>"
    path = return_path(message_id)
    assert path.startswith("returns+c7-12.")
    assert path.endswith("@back.example.edu")
    token = token_in(path)
    assert token
    settings.RETURN_ADDRESS = "old@back.example.edu"
    assert token_in(path.replace("returns+", "old+")) == token
    assert token_in(path.replace("returns+", "other+")) == ""
    assert "back.example.edu" in {record.name for record in records()}
