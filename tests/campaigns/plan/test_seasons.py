"""The two seasons of the year: other readers, another tone, other channels."""

import pytest

from campaigns.plan.actions import create_from_season
from crm.readers.models import Reader
from crm.segments.refresh import refresh_segment
from tests.factories import ReaderFactory, UserFactory


@pytest.fixture
def librarian(db):
    return UserFactory(role="librarian")


def test_b6_the_two_seasons_reach_different_readers_over_different_channels(librarian):
    for kind, cohort in (
        ("undergraduate", 2026),
        ("undergraduate", 2022),
        ("master", 2023),
        ("master", 2026),
        ("teacher", 2026),
    ):
        ReaderFactory(kind=kind, cohort=cohort)

    both = [
        create_from_season(season=key, year=2026, by=librarian) for key in ("welcome", "farewell")
    ]

    readers = []
    for campaign in both:
        segment = campaign.segments.get()
        refresh_segment(segment)
        readers.append(
            set(Reader.objects.filter(memberships__segment=segment).values_list("kind", "cohort"))
        )
    freshmen, graduates = readers
    assert freshmen == {("undergraduate", 2026), ("master", 2026)}
    assert graduates == {("undergraduate", 2022), ("master", 2023)}
    assert freshmen & graduates == set()
    mixes = [
        set(campaign.channel_plans.values_list("channel__code", flat=True)) for campaign in both
    ]
    assert mixes[0] != mixes[1]
    assert [sum(campaign.channel_plans.values_list("share", flat=True)) for campaign in both] == [
        100,
        100,
    ]
    assert len({(campaign.theme, campaign.tone, campaign.sentiment) for campaign in both}) == 2
