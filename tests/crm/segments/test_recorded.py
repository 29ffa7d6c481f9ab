"""A rule on what was not recorded says so: who has no row may have come all the same."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crm.segments.recorded import unrecorded
from tests import recorded
from tests.factories import SegmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def rule(kind="visit", days=30, cmp="le") -> dict:
    return {"test": "activity", "kind": kind, "cmp": cmp, "n": 0, "days": days}


def test_a_rule_warns_of_the_days_that_are_missing_and_of_no_others():
    now = timezone.now()
    today = timezone.localdate(now)
    assert unrecorded(rule(), now) == ["Visit: not recorded in this time."]
    # What the portal notes itself is always there, and other rules ask for no days.
    assert unrecorded(rule("click"), now) == []
    assert unrecorded({"test": "kind", "in": ["teacher"]}, now) == []

    recorded.always(["visit"], date(2020, 1, 1), today - timedelta(days=11))
    (said,) = unrecorded({"op": "not", "of": [rule()]}, now)
    assert said.startswith("Visit: not recorded wholly for ")
    assert unrecorded(rule(days=5), now) == ["Visit: not recorded in this time."]
    # In a segment that another one names, too, and without any number of days.
    inner = SegmentFactory(rule={k: v for k, v in rule().items() if k != "days"})
    (said,) = unrecorded({"test": "segment", "id": inner.pk}, now)
    assert said.startswith("Visit: not recorded wholly for ")
    # And by brackets of recency and frequency, which count the same.
    (said,) = unrecorded({"test": "rfc", "recency": [1], "frequency": []}, now)
    assert said.startswith("Recency and frequency: not recorded wholly for ")
    recorded.always(["visit", "loan"])
    source = recorded.always(["visit"])
    # Only a regular source, that is to tell of every day, has told all when it ends.
    source.rhythm = "monthly"
    source.until = today - timedelta(days=11)
    source.save()
    assert unrecorded(rule(), now) == []


def test_the_page_of_the_segment_says_it(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    segment = SegmentFactory(rule=rule())
    html = client.get(reverse("crm:segment-detail", args=[segment.pk])).content.decode()
    assert "Who seems absent may have come." in html
    recorded.always()
    html = client.get(reverse("crm:segment-detail", args=[segment.pk])).content.decode()
    assert "Who seems absent may have come." not in html
