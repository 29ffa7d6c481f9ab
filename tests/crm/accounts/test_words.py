"""What stands beside a session, in words."""

from datetime import UTC, datetime

from django.utils import translation

from crm.accounts.models import BrowserSession
from crm.accounts.words import SessionLine


def test_session_says_when_it_was_used_and_when_it_began_by_the_librarys_clock():
    session = BrowserSession(
        last_seen_at=datetime(2026, 11, 2, 6, 5, tzinfo=UTC),
        started_at=datetime(2026, 11, 1, 16, 30, tzinfo=UTC),
    )
    line = SessionLine(session, "Chrome", is_this_one=True)
    with translation.override("en"):
        assert line.when == "Last seen 2 Nov 2026, 14:05 · signed in 2 Nov 2026, 00:30"
