"""A reader claims her record: by a link to the address of the library, and by a printed code."""

import pytest
from django.urls import reverse

from crm.identity.actions import invite
from crm.letters.models import Letter
from crm.readers.models import Reader
from crm.staff.models import User
from tests.browser import Live
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = {
    "desk": {"width": 1280, "height": 900},
    "phone": {"width": 375, "height": 800},
}


def link_in(address: str) -> str:
    """The path of the page that the newest letter to the address names."""
    letter = Letter.objects.filter(address=address).latest("pk")
    (line,) = [line for line in letter.text.splitlines() if line.startswith("http")]
    return "/" + line.split("/", 3)[3]


@pytest.mark.parametrize("look", LOOKS)
def test_claiming_a_record_has_no_barrier(chromium, live_server, look):
    record = ReaderFactory(
        source="student", number="2023110301", name="李雷", email="lei@example.com"
    )
    other = ReaderFactory(source="student", number="2023110302", name="韩梅梅", email="")
    with Live(chromium, live_server.url, **LOOKS[look]) as window:
        page = window.page
        # No account: a link opens one, and the record is offered on the page after it.
        window.open(reverse("crm:sign-in-link"))
        window.check()
        page.locator("[name=email]").fill("lei@example.com")
        window.follow(page.locator("form .btn.primary"))
        window.check()
        window.open(link_in("lei@example.com"))
        window.check()
        window.shot(f"claim-open-{look}")
        page.locator("[name=old_enough]").check()
        page.locator("form .btn.primary").click()
        page.wait_for_url(f"**{reverse('crm:me')}")
        window.check()
        window.shot(f"claim-me-{look}")
        page.locator(f"main a[href='{reverse('crm:me-claim')}']").first.click()
        page.wait_for_url(f"**{reverse('crm:me-claim')}")
        window.check()
        window.shot(f"claim-offered-{look}")
        page.locator("form[action$='/offered/'] button").click()
        page.wait_for_url(f"**{reverse('crm:me')}")
        record.refresh_from_db()
        assert record.user == User.objects.get(email="lei@example.com")
        assert "2023110301" in page.content()
        assert window.errors == []

    # Printed at the desk and handed over.
    code = invite(reader=other, by=UserFactory(role="librarian"))
    with Live(chromium, live_server.url, **LOOKS[look]) as window:
        person = UserFactory(role="reader", email="mei@example.com")
        window.sign_in(person)
        page = window.page
        window.open(reverse("crm:me-claim"))
        page.locator("[name=number]").fill("2023110302")
        page.locator("[name=code]").fill(code.lower())
        page.locator("form .btn.primary").click()
        page.wait_for_url(f"**{reverse('crm:me')}")
        other.refresh_from_db()
        assert other.user == person
        assert Reader.objects.filter(user=person).count() == 1
        assert window.errors == []
