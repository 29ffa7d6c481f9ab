"""The page of one reader in a browser."""

import pytest

from tests.browser import Live
from tests.factories import ReaderFactory, UserFactory
from tests.feedback.person import tingyu
from tests.looking import said_why

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_shot(chromium, live_server, width, scheme, language):
    reader = tingyu()
    librarian = UserFactory(role="librarian", display_name="何叙")
    said_why(reader, by=librarian)
    said_why(reader, by=UserFactory(role="manager", display_name="周雯"), reason="work")
    quiet = ReaderFactory(name="", number="Q1")
    said_why(quiet, by=librarian)
    with Live(chromium, live_server.url, width=width, color_scheme=scheme, locale=language) as live:
        live.sign_in(librarian)
        live.open(reader.get_absolute_url())
        live.settle()
        live.shot(f"person-{width}-{scheme}-{language}")
        live.check()
        live.open(quiet.get_absolute_url())
        live.settle()
        live.shot(f"empty-{width}-{scheme}-{language}")
        live.check()
        assert live.errors == []
