"""A person's own account in a browser: sessions, tokens, and a text that outlives its session.

On a wide screen, on a phone and in the dark, in both languages; each page without a barrier.
"""

import pytest
from django.utils import timezone

from campaigns.plan.models import Campaign
from crm.accounts.models import BrowserSession
from tests.browser import Live
from tests.factories import ApiTokenFactory, BrowserSessionFactory, KeptFormFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long enough one"
LOOKS = {
    "desktop": {"locale": "zh-CN"},
    "phone": {"locale": "zh-CN", "width": 375, "height": 740},
    "dark": {"locale": "en-GB", "color_scheme": "dark"},
}


@pytest.fixture
def lin():
    user = UserFactory(username="lin", role="librarian", password=PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


@pytest.fixture(params=LOOKS, ids=LOOKS)
def window(request, chromium, live_server):
    with Live(chromium, live_server.url, **LOOKS[request.param]) as window:
        yield window
        assert window.errors == []


def test_pages_of_the_account_have_no_barrier(window, lin):
    ApiTokenFactory(user=lin)
    kept = KeptFormFactory(user=lin)
    window.sign_in(lin)

    for path in ("/me/sessions/", "/me/tokens/", f"/me/kept/{kept.pk}/"):
        assert window.open(path).status == 200
        window.check()


def test_administrator_sees_where_somebody_is_signed_in(window, lin):
    BrowserSessionFactory(user=lin)
    ApiTokenFactory(user=lin)
    window.sign_in(UserFactory(role="administrator"))

    assert window.open(f"/desk/users/{lin.pk}/sessions/").status == 200
    window.check()


def test_text_outlives_its_session_and_is_sent_after_the_sign_in(live, lin):
    sign_in(live, "/desk/campaigns/new/")
    live.page.fill("main form input[type=text] >> nth=0", "A title that took long to find")
    BrowserSession.objects.update(expire_date=timezone.now())

    # As where no script has come: with it the draft stays on the page, and is sent from there.
    live.page.evaluate("document.querySelector('main .form-end button.primary').form.submit()")
    live.page.wait_for_selector("#id_login")
    live.check()
    assert not Campaign.objects.exists()

    fill_in(live)
    live.page.wait_for_selector("blockquote")
    live.check()
    live.page.click("main .btn.primary")
    live.page.wait_for_url("**/desk/campaigns/*/")

    assert Campaign.objects.get().title == "A title that took long to find"


def sign_in(live, path: str) -> None:
    live.open(f"/accounts/login/?next={path}")
    fill_in(live)
    live.page.wait_for_url(f"**{path}")


def fill_in(live) -> None:
    live.page.fill("#id_login", "lin")
    live.page.fill("#id_password", PASSWORD)
    live.page.click("main form .form-end button")
