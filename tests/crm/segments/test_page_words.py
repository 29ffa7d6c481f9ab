"""What the page of a segment says of its members and of decisions by hand."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone, translation

from crm.segments.models import Segment, SegmentPin
from crm.segments.page_words import pin_shown, why_stale


def test_stale_members_say_why_and_others_say_nothing():
    now = timezone.now()
    with translation.override("en"):
        assert why_stale(Segment(version=2)) == "The members have not been computed yet."
        former = Segment(version=2, refreshed_version=1, refreshed_at=now)
        assert why_stale(former) == "The rule was changed after the members were computed."
        old = Segment(version=2, refreshed_version=2, refreshed_at=now - timedelta(days=9))
        assert why_stale(old) == "The members are more than a day old."
        assert why_stale(Segment(version=2, refreshed_version=2, refreshed_at=now)) == ""


def test_decision_by_hand_names_the_day_and_a_dash_for_nobody():
    pin = SegmentPin(at=datetime(2026, 11, 2, 16, 30, tzinfo=UTC))
    with translation.override("en"):
        assert pin_shown(pin).decided == "–, 3 Nov 2026"
    with translation.override("zh-hans"):
        assert pin_shown(pin).decided == "–，2026年11月3日"
