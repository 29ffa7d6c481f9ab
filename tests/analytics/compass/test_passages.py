"""What went along the passages from a campaign's end to the next one, and what is late."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.compass.passages import Passage, WayBack, way_back
from analytics.loop.actions import decide, draft_next
from analytics.loop.models import Adjustment
from campaigns.plan.models import Campaign
from tests.analytics import building as make
from tests.factories import AdjustmentFactory, EvaluationFactory, UserFactory

pytestmark = pytest.mark.django_db
#: The period of a made campaign is over at midnight after 2026-03-31, in Shanghai.
OVER = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
NOW = OVER + timedelta(days=60)


@pytest.fixture
def director():
    return UserFactory(role="manager")


def evaluated(campaign: Campaign, *, days: float):
    """An evaluation of the whole period, computed so many days after its end."""
    at = OVER + timedelta(days=days)
    return EvaluationFactory(campaign=campaign, as_of=at, computed_at=at)


def seen(director) -> WayBack:
    return way_back(director, NOW)


def summed(way: WayBack, passage: Passage) -> tuple:
    found = way.by(passage)
    return found.arrived, found.waiting, found.days, len(found.late)


def test_g1_a_campaign_that_was_never_evaluated_has_no_days(director):
    evaluated(make.campaign(title="Asked"), days=1)
    make.campaign(title="Never asked")

    way = seen(director)

    assert summed(way, Passage.EVALUATED) == (1, 1, 1.0, 1)
    late = way.by(Passage.EVALUATED).late[0]
    assert (late.title, late.took, late.waits(NOW)) == ("Never asked", None, 60.0)


def test_an_evaluation_before_the_end_of_the_period_is_provisional(director):
    campaign = make.campaign()
    before = OVER - timedelta(days=3)
    EvaluationFactory(campaign=campaign, as_of=before, computed_at=before)
    assert summed(seen(director), Passage.EVALUATED) == (0, 1, None, 1)

    evaluated(campaign, days=2)
    evaluated(campaign, days=9)
    assert summed(seen(director), Passage.EVALUATED) == (1, 0, 2.0, 0)


def test_what_has_no_end_yet_began_no_passage(director):
    Campaign.objects.filter(pk=make.campaign().pk).update(ends_on=date(2026, 9, 1))
    assert seen(director).is_empty


def test_the_days_of_a_passage_are_the_median_of_those_recorded(director):
    for days in (1, 2, 12):
        evaluated(make.campaign(), days=days)
    assert summed(seen(director), Passage.EVALUATED) == (3, 0, 2.0, 0)


def test_g1_a_proposal_is_followed_to_its_decision_and_into_the_next_plan(director):
    campaign = make.campaign(title="First")
    evaluation = evaluated(campaign, days=1)
    agreed = AdjustmentFactory(evaluation=evaluation)
    refused = AdjustmentFactory(evaluation=evaluation, target="segment:1", kind="segment_drop")
    AdjustmentFactory(evaluation=evaluation, target="segment:2", kind="segment_drop")

    decide(adjustment=agreed, verdict="accept", by=director, at=OVER + timedelta(days=5))
    refusal = {"verdict": "refuse", "reason": "No", "at": OVER + timedelta(days=7)}
    decide(adjustment=refused, by=director, **refusal)
    way = seen(director)
    assert summed(way, Passage.DECIDED) == (2, 1, 5.0, 1)
    # The refused one goes nowhere from here: it is not waited for in any plan.
    assert summed(way, Passage.PLANNED) == (0, 1, None, 1)

    draft = draft_next(campaign=campaign, by=director, at=OVER + timedelta(days=8))
    created = OVER + timedelta(days=8)
    Campaign.objects.filter(pk=draft.pk).update(created_at=created)
    way = seen(director)
    assert summed(way, Passage.PLANNED) == (1, 0, 3.0, 0)
    assert summed(way, Passage.LIVE) == (0, 1, None, 0)
    assert summed(way, Passage.WHOLE) == (0, 1, None, 0)

    live = {"locked_at": OVER + timedelta(days=20), "locked_by": director}
    Campaign.objects.filter(pk=draft.pk).update(**live)
    way = seen(director)
    assert summed(way, Passage.LIVE) == (1, 0, 12.0, 0)
    assert summed(way, Passage.WHOLE) == (1, 0, 20.0, 0)
    assert [(line.title, line.rounds) for line in way.lines] == [("First", 2)]


def test_g1_who_decided_to_stop_is_waited_for_in_no_plan(director):
    stop = AdjustmentFactory(
        evaluation=evaluated(make.campaign(), days=1), kind="stop", target="campaign"
    )
    decide(adjustment=stop, verdict="accept", by=director, at=OVER + timedelta(days=5))
    way = seen(director)
    assert summed(way, Passage.DECIDED) == (1, 0, 4.0, 0)
    assert way.by(Passage.PLANNED).n == 0


def test_a_plan_is_late_when_its_first_day_is_over_and_it_is_not_live(director):
    campaign = make.campaign()
    evaluated(campaign, days=1)
    draft = draft_next(campaign=campaign, by=director)
    Campaign.objects.filter(pk=draft.pk).update(starts_on=date(2026, 5, 29))
    assert summed(seen(director), Passage.LIVE) == (0, 1, None, 1)
    Campaign.objects.filter(pk=draft.pk).update(starts_on=date(2026, 5, 30))
    assert summed(seen(director), Passage.LIVE) == (0, 1, None, 0)


def test_what_entered_a_plan_at_a_moment_nobody_recorded_has_arrived_without_days(director):
    campaign = make.campaign()
    agreed = AdjustmentFactory(evaluation=evaluated(campaign, days=1))
    decide(adjustment=agreed, verdict="accept", by=director, at=OVER + timedelta(days=5))
    draft_next(campaign=campaign, by=director)
    Adjustment.objects.filter(pk=agreed.pk).update(applied_at=None)

    planned = seen(director).by(Passage.PLANNED)
    assert (planned.arrived, planned.timed, planned.untimed, planned.days) == (1, 0, 1, None)


def test_replaced_proposals_are_not_waited_for(director):
    campaign = make.campaign()
    evaluation = evaluated(campaign, days=1)
    evaluated(campaign, days=3)
    old = AdjustmentFactory(evaluation=evaluation)
    Adjustment.objects.filter(pk=old.pk).update(state=Adjustment.State.SUPERSEDED)
    assert seen(director).by(Passage.DECIDED).n == 0


def test_lines_are_told_apart(director):
    first = make.campaign(title="Poems")
    evaluated(first, days=1)
    evaluated(make.campaign(title="Poems again", previous=first), days=3)
    make.campaign(title="Films")

    lines = {line.title: line for line in seen(director).lines}

    assert {title: line.rounds for title, line in lines.items()} == {"Poems": 2, "Films": 1}
    poems, films = lines["Poems"].passages[0], lines["Films"].passages[0]
    assert (poems.passage, poems.arrived, poems.days) == (Passage.EVALUATED, 2, 2.0)
    assert (films.arrived, films.waiting, films.days) == (0, 1, None)


def test_the_way_back_takes_three_statements_however_many_campaigns(director):
    for number in (1, 3):
        for _each in range(number):
            AdjustmentFactory(evaluation=evaluated(make.campaign(), days=1))
        with CaptureQueriesContext(connection) as queries:
            seen(director)
        assert len(queries) == 3
