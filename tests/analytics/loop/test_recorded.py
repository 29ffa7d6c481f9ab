"""What nobody recorded is no zero: no effect, no standard judged by it, no proposal."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.loop import storage
from analytics.loop.evaluate import evaluate, recompute
from analytics.loop.figures.shapes import LiftSilence
from analytics.loop.models import Adjustment
from campaigns.plan.models import Standard
from crm.segments.models import Segment
from tests import recorded
from tests.analytics import building as make
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.nothing_recorded]


def results_of(evaluation):
    return storage.results_from_json(evaluation.results)


def test_an_effect_on_what_was_not_recorded_is_not_measured_and_moves_nothing():
    """In 0.1 a library without a gate file read "lift 0.0", "missed", "lower it to 0.2"."""
    campaign = make.telling_campaign()
    found = evaluate(campaign, make.AFTER)
    results = results_of(found)
    assert (results.lift.value, results.lift.why) == (None, LiftSilence.NOT_RECORDED)
    (lift,) = [one for one in results.standards if one.standard.metric == Standard.Metric.LIFT]
    assert lift.met is None
    assert not found.findings.filter(kind="lift", value__isnull=False).exists()
    assert not Adjustment.objects.filter(target__contains="lift").exists()
    assert recompute(found) == found.results

    # A file that covers all but a day is not enough; the whole window is.
    first = timezone.localdate(make.LAUNCH)
    last = timezone.localdate(make.AFTER)
    recorded.always(["visit"], first, last - timedelta(days=3))
    assert results_of(evaluate(campaign, make.AFTER)).lift.why == LiftSilence.NOT_RECORDED
    recorded.always(["loan", "visit"])
    recorded.always(["visit", "seat"])
    source = recorded.always(["visit"])
    source.until = last - timedelta(days=3)
    source.save()
    again = evaluate(campaign, make.AFTER)
    assert results_of(again).lift.says
    assert again.number == found.number + 1


def test_nothing_is_proposed_about_a_segment_whose_rule_asks_for_what_nobody_recorded(client):
    made = make.telling_campaign()
    rule = {"test": "activity", "kind": "eresource", "cmp": "le", "n": 0, "days": 90}
    Segment.objects.filter(name__in=["Weak", "Unchosen"]).update(rule=rule)
    evaluation = evaluate(made, make.AFTER)
    kinds = set(evaluation.adjustments.values_list("kind", flat=True))
    assert kinds & {Adjustment.Kind.SEGMENT_DROP, Adjustment.Kind.SEGMENT_ADD} == set()
    assert Adjustment.Kind.CHANNEL_SHARE in kinds
    client.force_login(UserFactory(role="manager"))
    client.cookies["django_language"] = "en"
    html = client.get(reverse("analytics:evaluation-detail", args=[evaluation.pk])).content.decode()
    assert "Nothing is proposed about these segments" in html
    assert "“Weak”: E-resource used: not recorded in this time." in html
