"""What was being typed when sessions were ended from elsewhere is kept, as after doing nothing."""

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from crm.accounts.actions import end_everything_else, end_session, end_sessions
from crm.accounts.kept import page_in_words, typed_texts
from crm.accounts.models import BrowserSession, KeptForm
from crm.accounts.store import SessionStore
from tests.crm.accounts.test_sessions import row_of
from tests.factories import KeptFormFactory, UserFactory

pytestmark = pytest.mark.django_db

TYPED = {"text": "写了很久的话 很久"}
CORRECT = "/me/correct/"


@pytest.fixture
def lin():
    return UserFactory(username="lin")


def everything_ends(user):
    end_sessions(user=user, by=user)


def one_ends(user):
    end_session(session=user.browser_sessions.get(), by=user)


def factor_changes(user):
    end_everything_else(user=user, digest="", by=user)


def role_changes(user):
    user.role = "librarian"
    user.save()


def password_changes(user):
    user.set_password("another long one")
    user.save()


@pytest.mark.parametrize(
    "change", [everything_ends, one_ends, factor_changes, role_changes, password_changes]
)
def test_text_posted_after_an_end_from_elsewhere_is_kept_and_the_sign_in_says_why(lin, change):
    browser = Client(headers={"accept-language": "zh-hans"})
    browser.force_login(lin)
    change(lin)

    answer = browser.post(CORRECT, TYPED)

    kept = KeptForm.objects.get()
    assert (kept.user, kept.path, kept.fields) == (lin, CORRECT, [["text", TYPED["text"]]])
    assert reverse("crm:kept-form", args=[kept.pk]) in answer.url
    assert "在别处退出了全部登录" in browser.get(answer.url).content.decode()
    # Another tab that is sent later loses nothing either.
    browser.post(CORRECT, TYPED)
    assert KeptForm.objects.count() == 2


def test_what_is_ended_opens_nothing_and_does_not_come_back(lin):
    browser = Client()
    browser.force_login(lin)
    # A request that had read its session before the end writes it after.
    slow = SessionStore(browser.cookies["sessionid"].value)
    slow["x"] = 1
    row = row_of(browser)
    everything_ends(lin)

    with pytest.raises(UpdateError):
        slow.save()
    slow.touch()
    row.refresh_from_db()
    assert not BrowserSession.objects.open_now().filter(pk=row.pk).exists()
    assert row.session_data == ""
    assert browser.get(reverse("crm:session-list")).status_code == 302


def test_nothing_is_left_of_who_signs_out_themselves(lin):
    browser = Client()
    browser.force_login(lin)
    browser.post(reverse("account_logout"))
    assert not BrowserSession.objects.filter(user=lin).exists()


def test_page_of_a_kept_text_says_which_page_it_belongs_to_and_no_ids(client, lin):
    fields = [
        ["client_id", "0b9b6a2e-5a5d-4d6c-8f57-94d7f2f4b0a1"],
        ["other", "0b9b6a2e-5a5d-4d6c-8f57-94d7f2f4b0a1"],
        ["node", "0 0 group"],
        ["name_zh", "常来的大一新生 一组"],
    ]
    kept = KeptFormFactory(user=lin, path="/desk/segments/new/", fields=fields)
    client.force_login(lin)
    page = client.get(
        reverse("crm:kept-form", args=[kept.pk]), headers={"accept-language": "zh-hans"}
    )
    shown = page.content.decode()
    assert page.context["texts"] == typed_texts(fields) == ["常来的大一新生 一组"]
    assert "“分群”页面" in shown
    assert "<blockquote><p>0 0 group" not in shown


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/say/", "Say something"),
        ("/desk/voices/12/reply/", "Voices"),
        ("/me/correct/?x=1", "Me"),
        ("/me/works/", "My works"),
        ("/desk/", ""),
        ("/nowhere/", ""),
    ],
)
def test_page_is_called_as_in_the_menus(path, said):
    with translation.override("en"):
        assert page_in_words(path) == said
