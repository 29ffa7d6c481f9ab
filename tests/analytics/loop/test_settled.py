"""Rows of a campaign whose last word is not spoken stay; afterwards its evaluation stands."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.loop.evaluate import evaluate
from analytics.loop.inputs import freeze
from analytics.loop.settled import Settled, needed
from analytics.loop.tasks import evaluate_ended
from campaigns.sending.models import Delivery
from crm.clock.nightly import run_night
from crm.readers.models import Activity
from tests import clock
from tests.analytics.building import AFTER, LAUNCH, telling_campaign

pytestmark = pytest.mark.django_db


def run(days: int = 0) -> None:
    assert run_night(night=timezone.localdate() + timedelta(days=days))


def in_window() -> int:
    return Activity.objects.filter(at__gte=LAUNCH, at__lt=AFTER).count()


def outside() -> int:
    reader = Activity.objects.first().reader
    for number, at in enumerate((LAUNCH - timedelta(seconds=1), LAUNCH - timedelta(days=40))):
        Activity.objects.log([(reader.pk, "visit", at, "outside", str(number))])
    # As the night does that counts them.
    Activity.objects.update(late=False)
    return Activity.objects.filter(at__lt=LAUNCH).count()


def test_rows_in_the_window_stay_until_the_evaluation_is_frozen():
    clock.figures_are_computed()
    campaign = telling_campaign()
    assert outside() > 0
    before, as_of = in_window(), timezone.now()
    counted = freeze(campaign, as_of, ()).persons
    assert before > 0

    run()

    assert in_window() == before
    assert freeze(campaign, as_of, ()).persons == counted
    assert Activity.objects.filter(at__lt=LAUNCH).count() == 0

    # The whole window is there: evaluated late, the campaign has the figures it would have had.
    evaluation = evaluate(campaign, timezone.now())
    assert needed() == []

    run(1)

    assert in_window() == 0
    assert evaluate_ended(timezone.now()) == 0
    assert campaign.evaluations.get() == evaluation
    with pytest.raises(Settled):
        evaluate(campaign, timezone.now())


def test_person_is_taken_out_of_deliveries_after_the_evaluation_alone():
    clock.figures_are_computed()
    campaign = telling_campaign()
    long_ago = timezone.now() + timedelta(days=800)
    rows = Delivery.objects.filter(content__campaign=campaign, reader__isnull=False)
    before = rows.count()
    assert before > 0

    run_night(night=timezone.localdate(long_ago))
    assert rows.count() == before

    evaluate(campaign, timezone.now())
    run_night(night=timezone.localdate(long_ago) + timedelta(days=1))
    assert rows.count() == 0


def test_campaign_that_is_evaluated_whole_is_not_settled_by_rows_of_others():
    """Rows before and after its window are folded; within it none is missing."""
    clock.figures_are_computed()
    campaign = telling_campaign()
    assert outside() > 0
    run()
    first = evaluate(campaign, timezone.now())
    assert first.number == 1
