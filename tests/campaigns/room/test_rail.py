"""The rail at the head of a room: each phase in one line."""

import pytest
from django.utils import translation

from campaigns.plan.queries import look
from campaigns.room.rail import SUMMARIES, Phase
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "segments", "planned"),
    [
        ("en", 1, "1 segment, 0 channels"),
        ("en", 2, "2 segments, 0 channels"),
        ("zh-hans", 1, "1 个分群，0 个渠道"),
    ],
)
def test_numbers_of_a_phase_are_said_each_in_its_own_grammar(language, segments, planned):
    campaign = factories.CampaignFactory()
    campaign.segments.set(factories.SegmentFactory.create_batch(segments))
    with translation.override(language):
        assert SUMMARIES[Phase.STRATEGY](campaign, look(campaign)) == planned


@pytest.mark.parametrize(
    ("language", "prepared"), [("en", "1 need, 0 matched"), ("zh-hans", "需求 1 项，对接 0 项")]
)
def test_one_need_is_one_need(language, prepared):
    campaign = factories.CampaignFactory()
    campaign.needs.create(text="Light")
    with translation.override(language):
        assert SUMMARIES[Phase.PREPARE](campaign, look(campaign)) == prepared
