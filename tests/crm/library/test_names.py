"""The library's own name stands in pages and letters, in the language of whoever reads it."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from campaigns.sending.mail import Mail
from crm.letters.composing import compose
from crm.letters.models import Letter
from crm.letters.skeleton import MailDraft
from crm.library import naming
from crm.library.actions import set_names
from crm.library.models import LibrarySettings
from feedback.voices.actions import reply, say
from tests import factories

pytestmark = pytest.mark.django_db
ZH, EN = "回声大学图书馆", "Echo University Library"


@pytest.fixture(autouse=True)
def fresh():
    naming.shown.forget()
    yield
    naming.shown.forget()


@pytest.fixture
def named(db):
    by = factories.UserFactory(role="administrator")
    set_names(zh=ZH, en=EN, by=by)
    naming.shown.forget()
    return by


def test_administrator_names_the_library_and_pages_show_it(
    client, django_capture_on_commit_callbacks
):
    client.force_login(factories.UserFactory(role="administrator"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("crm:library-name"), {"zh": ZH, "en": EN})

    for language, name in (("zh-hans", ZH), ("en", EN)):
        client.cookies["django_language"] = language
        title = client.get("/").content.decode().partition("</title>")[0]
        assert name in title
    assert f'value="{EN}"' in client.get(reverse("crm:library-settings")).content.decode()


def test_language_without_a_name_shows_the_other_one(settings):
    settings.LIBRARY_NAME = "of the settings"
    assert naming.library_name("en") == "of the settings"
    set_names(zh=ZH, en="", by=factories.UserFactory(role="administrator"))
    naming.shown.forget()
    assert naming.library_name("en") == ZH


def test_account_letters_name_the_library_and_not_the_machine(client, named):
    """In 0.1 they came from "127.0.0.1:8000"."""
    user = factories.UserFactory(email="li@example.org")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    factories.ReaderFactory(user=user, language="en")
    client.post(reverse("account_reset_password"), {"email": user.email})

    letter = Letter.objects.get(kind="account.reset")
    assert letter.subject.startswith(f"[{EN}]")
    assert EN in letter.text
    assert "testserver" not in letter.subject
    assert letter.sender == EN


def test_answer_is_written_in_the_language_in_which_it_was_asked(named):
    """In 0.1 somebody without an account was always answered in Chinese."""
    with translation.override("en"):
        voice = say(client_id=uuid4(), by=None, text="open later", email="li@example.org")
    reply(voice=voice, text="we will", by=named)

    letter = Letter.objects.get(kind="voice.reply")
    assert letter.language == "en"
    assert letter.subject.startswith("The library answered")
    assert letter.sender == EN
    assert EN.encode() in compose(letter).data


def test_mail_of_a_content_is_sent_under_the_name_in_its_language(content, named):
    assert Mail(content, "en").sender(MailDraft()).display_name == EN
    assert Mail(content, "zh-hans").sender(MailDraft()).display_name != EN


def test_each_form_of_the_settings_page_is_sent_to_its_own_address(client, named):
    """The form of the logo went to the address of the name, and emptied it."""
    client.force_login(named)
    page = client.get(reverse("crm:library-settings")).content.decode()

    actions = re.findall(r'<form\s+class="form"\s+method="post"\s+action="([^"]*)"', page)
    assert actions == [
        reverse("crm:library-name"),
        reverse("crm:library-colour"),
        reverse("crm:library-settings"),
    ]


@pytest.mark.parametrize("sent", [{}, {"alt": "a logo"}, {"zh": "x"}])
def test_form_without_the_names_takes_none_away(client, named, sent):
    client.force_login(named)

    answer = client.post(reverse("crm:library-name"), sent)

    assert answer.status_code == 400
    library = LibrarySettings.objects.get()
    assert (library.name_zh, library.name_en) == (ZH, EN)
