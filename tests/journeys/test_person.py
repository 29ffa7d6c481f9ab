"""The page of one reader in a browser: on a desk and a phone, light and dark, in both languages."""

import pytest

from tests.browser import Live
from tests.factories import ReaderFactory, UserFactory
from tests.feedback.person import tingyu
from tests.looking import said_why

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = [
    (1280, "light", "zh-CN"),
    (375, "light", "zh-CN"),
    (1280, "dark", "zh-CN"),
    (375, "dark", "en"),
    (1280, "light", "en"),
]


def test_page_of_a_reader_on_every_screen(chromium, live_server):
    reader, quiet = tingyu(), ReaderFactory(name="", number="Q1", consents=[])
    librarian = UserFactory(role="librarian", display_name="何叙")
    for one in (reader, quiet):
        said_why(one, by=librarian)
    said_why(reader, by=UserFactory(role="manager", display_name="周雯"), reason="work")
    for width, scheme, locale in SCREENS:
        options = {"width": width, "color_scheme": scheme, "locale": locale}
        with Live(chromium, live_server.url, **options) as live:
            live.sign_in(librarian)
            for name, one in (("person", reader), ("quiet", quiet)):
                live.open(one.get_absolute_url())
                live.settle()
                live.shot(f"{name}-{width}-{scheme}-{locale}")
                live.check()
            assert live.errors == []
