"""Standards and periods as pages show them, without a page."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from campaigns.plan.models import Campaign, Standard, StandardAmendment
from campaigns.plan.shown import period_in_words, shown_standards
from tests.factories import CampaignFactory, UserFactory

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("language", "signed"),
    [("en", "(Zhou, 2 Mar 2026)"), ("zh-hans", "（Zhou，2026年3月2日）")],
)
@pytest.mark.django_db
def test_an_amendment_says_from_where_to_where_and_by_whom(language, signed):
    campaign = CampaignFactory()
    standard = Standard.objects.create(campaign=campaign, metric="reach", target=Decimal("100.00"))
    # Past midnight in Shanghai.
    with time_machine.travel(datetime(2026, 3, 1, 17, tzinfo=UTC), tick=False):
        StandardAmendment.objects.create(
            standard=standard,
            before=Decimal("100.00"),
            after=Decimal("80.00"),
            reason="No power",
            by=UserFactory(display_name="Zhou"),
        )
    with translation.override(language):
        (shown,) = shown_standards([standard])

    (amendment,) = shown.amendments
    assert shown.standard == standard
    assert (amendment.moved, amendment.reason) == ("100 → 80", "No power")
    assert amendment.signed == signed


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "said"),
    [
        (FIRST, LAST, "1 Mar 2026 – 31 Mar 2026"),
        (FIRST, None, "1 Mar 2026"),
        (None, LAST, ""),
        (None, None, ""),
    ],
)
def test_a_period_is_told_as_far_as_it_is_fixed(starts_on, ends_on, said):
    with translation.override("en"):
        assert period_in_words(Campaign(starts_on=starts_on, ends_on=ends_on)) == said
