"""A page that stays open when the browser has forgotten its session."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["get", "post"])
def test_fragment_of_a_page_whose_session_the_browser_forgot_says_so_as_well(method):
    """The cookie lives twelve hours, and a page may stay open longer: the sign-in is no line of
    it, and no answer that says that a text was kept.
    """
    line = reverse("analytics:today-voice", args=[1])
    browser = Client()
    browser.cookies["django_language"] = "en"

    answer = getattr(browser, method)(line, headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Retarget"]) == (286, "#main")
    assert "What you typed stays on this page.\n" in answer.content.decode()
    # Nobody is known for whom it could be kept.
    assert "is kept when you send it" not in answer.content.decode()
