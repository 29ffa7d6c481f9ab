"""What stands under the map, in words."""

from datetime import UTC, date, datetime

from django.utils import translation

from core.disclosure import Count
from crm.rfc.models import ScoreRun
from crm.rfc.words import counted_in_words


def test_map_says_of_how_many_as_of_when_and_since_when_it_counts():
    run = ScoreRun(
        computed_at=datetime(2026, 11, 2, 6, 5, tzinfo=UTC), counted_since=date(2025, 11, 2)
    )
    with translation.override("en"):
        assert counted_in_words(Count.exact(1204), run) == (
            "n = 1,204, as of 2 Nov 2026, 14:05;"
            " frequency and contribution are counted since 2 Nov 2025."
        )
