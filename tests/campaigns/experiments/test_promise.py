"""What a campaign promises before it is launched (A11, J1): only what can be measured, with what
these readers did before, and locked with the standards.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from campaigns.experiments.actions import ArmRow, set_arms, set_promise
from campaigns.experiments.base import Measured, base_of
from campaigns.experiments.models import Arm, Experiment, Guardrail, NamedOutcome
from campaigns.experiments.offered import offered
from campaigns.experiments.seeing import choices, enough_percent
from core.refusals import Refused
from tests import factories, recorded
from tests.campaigns.experiments.building import experiment, live

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def everything_recorded(request, db):
    """Every day is recorded, but where a test is about what is not."""
    if not request.node.get_closest_marker("nothing_recorded"):
        recorded.always()


@pytest.fixture
def plan(librarian):
    """A plan in strategy, addressed to forty readers of whom ten came yesterday."""
    campaign = factories.CampaignFactory(owner=librarian, holdout_percent=10)
    segment = factories.SegmentFactory(rule={})
    campaign.segments.add(segment)
    readers = factories.ReaderFactory.create_batch(40)
    for reader in readers:
        segment.members.create(reader=reader, since=timezone.now())
    for reader in readers[:10]:
        for hours in (1, 2):
            at = timezone.now() - DAY - timedelta(hours=hours)
            factories.ActivityFactory(reader=reader, kind="visit", at=at)
    return campaign


def promise(campaign, by, **fields):
    named = {"outcome": "visit", "window_days": 28, "smallest_effect": Decimal(4)}
    return set_promise(campaign=campaign, by=by, **(named | fields))


@pytest.mark.nothing_recorded
def test_j1_only_what_is_recorded_here_is_offered(plan):
    assert offered(plan) == [NamedOutcome.CONTRIBUTION]
    recorded.always(["visit"], timezone.localdate() - 30 * DAY, timezone.localdate())
    assert offered(plan) == [NamedOutcome.VISIT, NamedOutcome.CONTRIBUTION]


@pytest.mark.nothing_recorded
def test_a_first_visit_is_offered_from_twelve_months_of_records_on(plan):
    recorded.always(["visit"], timezone.localdate() - 366 * DAY, timezone.localdate())
    assert NamedOutcome.FIRST_VISIT in offered(plan)


def test_an_event_of_the_campaign_is_never_offered(plan):
    assert NamedOutcome.CAMPAIGN_EVENT not in offered(plan)
    assert NamedOutcome.EVENT in offered(plan)


@pytest.mark.nothing_recorded
def test_what_cannot_be_measured_is_refused(plan, librarian):
    with pytest.raises(Refused):
        promise(plan, librarian)
    assert not Experiment.objects.exists()


def test_j1_the_base_is_what_these_readers_did_in_the_last_comparable_window(plan, librarian):
    made = promise(plan, librarian)
    assert (made.base_rate, made.base_n) == (Decimal("0.25"), 40)
    assert (made.base_from, made.base_to) == (TODAY - 28 * DAY, TODAY - DAY)


def test_the_same_days_a_year_before_come_first_where_these_were_readers_then(plan, librarian):
    readers = list(plan.segments.get().members.values_list("reader", flat=True))
    rows = factories.ReaderFactory._meta.model.objects.filter(pk__in=readers[:35])
    rows.update(registered_on=TODAY - 400 * DAY)
    for reader in readers[:7]:
        at = timezone.now() - 360 * DAY
        factories.ActivityFactory(reader_id=reader, kind="visit", at=at)
    made = promise(plan, librarian)
    assert (made.base_rate, made.base_n) == (7 / 35, 35)
    assert made.base_from == TODAY - 364 * DAY


def test_amounts_have_a_mean_and_a_spread(plan):
    plan.starts_on = timezone.localdate() + 364 * DAY - 5 * DAY
    base = base_of(plan, Measured(NamedOutcome.VISIT, 5, as_amount=True))
    assert base.rate == 0.5
    # Ten readers with two visits, thirty with none.
    assert base.spread == pytest.approx((30 / 39) ** 0.5)


def test_of_a_first_visit_only_readers_without_one_are_counted(plan):
    readers = list(plan.segments.get().members.values_list("reader", flat=True))
    for reader in readers[:5]:
        factories.ActivityFactory(reader_id=reader, kind="visit", at=timezone.now() - 100 * DAY)
    since = timezone.localdate() - 200 * DAY
    plan.starts_on = timezone.localdate() + 364 * DAY - 5 * DAY
    measured = Measured(NamedOutcome.FIRST_VISIT, 5, first_since=since)
    base = base_of(plan, measured)
    assert (base.n, base.rate) == (35, 5 / 35)


@pytest.mark.nothing_recorded
def test_where_nobody_recorded_the_time_before_the_base_is_not_zero(plan, librarian):
    today = timezone.localdate()
    recorded.always(["visit"], today - 10 * DAY, today)
    made = promise(plan, librarian)
    assert [getattr(made, name) for name in Experiment.BASE] == [None] * 5
    assert [one.effect for one in choices(made, 5000, 10)] == [None] * 4


def test_a_base_of_a_few_is_not_told(plan, librarian):
    keep = plan.segments.get().members.order_by("reader")[:4].values_list("reader", flat=True)
    factories.Activity.objects.exclude(reader__in=list(keep)).delete()
    assert promise(plan, librarian).base_rate is None


def test_j1_the_choices_say_what_can_be_seen():
    """The numbers of the specification: base 25 %, of 5,000 held out 500, 1,000 and 1,500."""
    made = Experiment(outcome="visit", base_rate=Decimal("0.25"), smallest_effect=Decimal(4))
    seen = {one.held: one for one in choices(made, 5000, 10)}
    assert round(seen[500].effect, 1) == 5.7
    assert round(seen[1000].effect, 1) == 4.3
    assert round(seen[1500].effect, 1) == 3.7
    assert [one.held for one in seen.values() if one.sees] == [1250, 1500]
    assert enough_percent(made, 5000) == 25
    assert enough_percent(made, 300) is None


def test_j1_how_often_is_sized_by_the_spread_of_this_audience():
    """(1.960 + 0.842) · 2 · √(1/450 + 1/50) a reader, told of a hundred."""
    base = {"base_rate": Decimal("1.2"), "base_spread": Decimal(2)}
    made = Experiment(outcome="loan", as_amount=True, smallest_effect=Decimal(80), **base)
    seen = {one.held: one for one in choices(made, 500, 10)}
    assert round(seen[50].effect, 1) == 83.5
    assert [one.held for one in seen.values() if one.sees] == [60, 100, 150]
    assert enough_percent(made, 500) == 12


def test_j1_a_promise_of_how_often_keeps_mean_and_spread(plan, librarian):
    made = promise(plan, librarian, as_amount=True, window_days=5)
    assert (made.base_rate, made.base_n) == (Decimal("0.5"), 40)
    # Ten of forty came twice.
    assert float(made.base_spread) == pytest.approx((40 - 40 * 0.5**2) ** 0.5 / 39**0.5, abs=1e-5)
    with pytest.raises(Refused):
        promise(plan, librarian, outcome="contribution", as_amount=True)


def test_a_promise_has_one_arm_until_somebody_plans_others(plan, librarian):
    made = promise(plan, librarian)
    assert list(made.arms.values_list("code", "weight")) == [("A", 100)]
    promise(plan, librarian, window_days=14)
    assert made.arms.count() == 1


def test_guardrails_come_and_go_with_their_margins(plan, librarian):
    made = promise(plan, librarian, guardrails={"unsubscribes": Decimal("0.6"), "complaints": None})
    assert [one.bound for one in made.guardrails.all()] == [Decimal("0.6")]
    promise(plan, librarian, guardrails={"unsubscribes": None})
    assert not made.guardrails.exists()


def test_the_bound_beside_the_last_three_campaigns_is_their_mean_and_the_margin():
    margin = {"margin": Decimal("0.3"), "basis": Guardrail.Basis.LAST_THREE}
    assert Guardrail(before=[Decimal("0.2"), Decimal("0.4")], **margin).bound == Decimal("0.6")
    assert Guardrail(before=[], **margin).bound is None


def test_a_first_visit_is_never_corrected_by_history(plan, librarian):
    since = timezone.localdate() - 200 * DAY
    made = promise(plan, librarian, outcome="first_visit", first_since=since, adjusts=True)
    assert not made.adjusts


def test_a11_arms_make_a_whole_and_take_the_place_of_those_before(plan, librarian):
    promise(plan, librarian)
    rows = [ArmRow("A", "A poem", 40), ArmRow("B", "A seat", 40), ArmRow("Z", "As before", 20)]
    with pytest.raises(Refused):
        set_arms(campaign=plan, rows=rows[:2], holdout_percent=20, by=librarian)
    set_arms(campaign=plan, rows=rows, holdout_percent=20, by=librarian)
    assert list(Arm.objects.values_list("code", "weight")) == [("A", 40), ("B", 40), ("Z", 20)]
    plan.refresh_from_db()
    assert plan.holdout_percent == 20


def test_an_arm_with_a_mail_of_its_own_is_not_dropped(plan, librarian):
    made = promise(plan, librarian)
    factories.ContentFactory(campaign=plan, arm=made.arms.get())
    rows = [ArmRow("B", "A seat", 100)]
    with pytest.raises(Refused):
        set_arms(campaign=plan, rows=rows, holdout_percent=10, by=librarian)
    assert made.arms.get().code == "A"


def test_b10_what_was_promised_is_locked_with_the_standards(librarian):
    made = experiment(librarian)
    made.guardrails.create(kind="complaints", margin=1)
    live(made)
    with pytest.raises(Refused):
        promise(made.campaign, librarian)
    changes = [
        lambda: Experiment.objects.update(smallest_effect=1),
        lambda: Experiment.objects.filter(pk=made.pk).update(window_days=3),
        lambda: Arm.objects.update(label="other"),
        lambda: Arm.objects.filter(code="C").delete(),
        lambda: factories.ArmFactory(experiment=made, code="D"),
        lambda: Guardrail.objects.update(margin=100),
        lambda: Guardrail.objects.create(experiment=made, kind="unsubscribes", margin=1),
        lambda: Guardrail.objects.all().delete(),
        lambda: factories.ExperimentFactory(campaign=live_without(librarian)),
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
            change()


def live_without(librarian):
    """A live campaign that names no outcome, and may not name one afterwards."""
    return factories.CampaignFactory(
        owner=librarian,
        phase="performance",
        locked_at=timezone.now(),
        locked_by=librarian,
        starts_on=date(2026, 9, 1),
    )
