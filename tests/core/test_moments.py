"""Days and moments in words, of both languages."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from core.moments import stored_day_or_moment, to_the_second

AT = datetime(2026, 3, 5, 6, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stored", "chinese", "english"),
    [
        ("2026-03-05", "2026年3月5日", "5 Mar 2026"),
        ("2026-03-05 14:05", "2026年3月5日 14:05", "5 Mar 2026, 14:05"),
        ("2026-03-05T06:05:09+00:00", "2026年3月5日 14:05", "5 Mar 2026, 14:05"),
        ("2026-03", "2026-03", "2026-03"),
        ("20260305", "20260305", "20260305"),
        ("2026-13-05", "2026-13-05", "2026-13-05"),
        ("Gate", "Gate", "Gate"),
    ],
)
def test_what_is_stored_as_a_text_is_written_as_pages_write_days(stored, chinese, english):
    with override("zh-hans"):
        assert stored_day_or_moment(stored) == chinese
    with override("en"):
        assert stored_day_or_moment(stored) == english


def test_moment_to_the_second():
    with override("zh-hans"):
        assert to_the_second(AT) == "2026年3月5日 14:05:09"
    with override("en"):
        assert to_the_second(AT) == "5 Mar 2026, 14:05:09"
