"""Rows of a campaign whose last word is not spoken stay; afterwards its evaluation stands."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from analytics.loop.evaluate import evaluate
from analytics.loop.inputs import freeze
from analytics.loop.settled import Settled, needed
from analytics.loop.tasks import evaluate_ended
from campaigns.contents.models import Content
from campaigns.plan.models import Campaign
from campaigns.sending.models import Delivery
from crm.clock.nightly import run_night
from crm.readers.models import Activity
from feedback.surveys.models import Response
from tests import clock, factories
from tests.analytics.building import AFTER, LAUNCH, telling_campaign
from tests.owner import FUNCTION

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
    assert evaluate_ended(timezone.now()) == (0, 0)
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


def without_a_last_day(days: int) -> Campaign:
    """A campaign that nobody closes, whose last answer came so many days ago, the mails before."""
    clock.figures_are_computed()
    campaign = telling_campaign()
    Campaign.objects.filter(pk=campaign.pk).update(ends_on=None, closed_at=None)
    campaign.refresh_from_db()
    last = timezone.now() - timedelta(days=days)
    launch = timezone.now() - timedelta(days=500)
    Content.objects.filter(campaign=campaign).update(launched_at=launch)
    Delivery.objects.filter(content__campaign=campaign).update(sent_at=launch, due_at=launch)
    survey = factories.SurveyFactory(campaign=campaign)
    Response.objects.create(survey=survey, submitted_at=last, language="en", answers={})
    return campaign


def needed_by_the_database(campaign: Campaign) -> bool:
    """Whether the owner's function keeps the rows of the campaign's window."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {FUNCTION}(%s)",
            ["CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM huixiang_still_needed()"],
        )
        cursor.execute(f"SELECT {FUNCTION}('GRANT SELECT ON kept TO PUBLIC')")
        cursor.execute("SELECT count(*) FROM kept WHERE first <= %s AND last > %s", [LAUNCH, AFTER])
        found = cursor.fetchone()[0]
        cursor.execute(f"SELECT {FUNCTION}('DROP TABLE kept')")
        return found > 0


@pytest.mark.parametrize(("days", "stays"), [(364, True), (366, False)])
def test_campaign_that_nobody_closes_keeps_rows_for_a_year_after_its_last_answer(days, stays):
    campaign = without_a_last_day(days)
    assert bool(needed()) == stays
    assert needed_by_the_database(campaign) == stays
    before = in_window()

    run()

    assert in_window() == (before if stays else 0)


def test_a_later_mail_begins_the_term_anew():
    campaign = without_a_last_day(400)
    now = timezone.now()
    assert needed() == []
    one = Delivery.objects.filter(content__campaign=campaign).first()
    Delivery.objects.filter(pk=one.pk).update(sent_at=now, due_at=now)
    assert len(needed()) == 1
    assert needed_by_the_database(campaign)


def test_page_of_the_clock_names_campaigns_that_nobody_closes(client):
    campaign = without_a_last_day(10)
    client.force_login(factories.UserFactory(role="administrator"))
    address = reverse("crm:privacy-clock")
    said = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert f"“{campaign.title}” has no last day and is not closed" in said
    assert f'href="{campaign.get_absolute_url()}"' in said

    Campaign.objects.filter(pk=campaign.pk).update(ends_on=timezone.localdate())
    said = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "has no last day" not in said
