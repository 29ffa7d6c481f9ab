"""The parts that pages are made of, in a browser: on a desk and a phone, light and dark."""

import pytest
from django.urls import reverse

from tests.browser import Live
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = [(1280, "light", "zh-CN"), (1280, "dark", "en"), (375, "dark", "zh-CN")]


def test_every_part_is_read_without_a_barrier_on_every_screen(chromium, live_server):
    librarian = UserFactory(role="librarian")
    for width, scheme, locale in SCREENS:
        options = {"width": width, "color_scheme": scheme, "locale": locale}
        with Live(chromium, live_server.url, **options) as live:
            live.sign_in(librarian)
            live.open(reverse("demo:kit"))
            live.settle()
            live.shot(f"kit-{width}-{scheme}-{locale}")
            live.check()
            assert live.errors == []
