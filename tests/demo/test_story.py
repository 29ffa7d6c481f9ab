"""The demonstration tells a true story: the loop finds what is planted in its campaigns."""

from dataclasses import replace

import pytest
from django.utils import timezone

from analytics.loop import storage
from analytics.loop.actions import draft_next
from analytics.loop.checking import testimony
from analytics.loop.judging.saying import EffectTold
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.models import Adjustment, Evaluation
from campaigns.experiments.models import Assignment, DrawnArm
from campaigns.plan.models import Campaign
from core.refusals import Refused
from crm.segments.refresh import refresh_all_segments
from crm.staff.models import User
from demo import cycles, people, plans, seed, segments
from tests import recorded
from tests.shared import kept, tell_the_planner

pytestmark = pytest.mark.django_db
Kind, State = Adjustment.Kind, Adjustment.State


@pytest.fixture(scope="module")
def told_once(django_db_setup, django_db_blocker):
    """A library with enough readers to see the effects, built once."""
    yield from kept(django_db_blocker, library)


@pytest.fixture(autouse=True)
def story(db, told_once):
    """The story, for each test."""


def library() -> None:
    """As many readers as it is told of. They visit and borrow little: the story is one of
    events.
    """
    few = {kind: replace(one, visits=1, loans=1) for kind, one in people.KINDS.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "KINDS", few)
        users = seed.seed_users()
        people.seed_people()
        recorded.always()
        segments.seed_segments(users["librarian"])
        refresh_all_segments()
        tell_the_planner()
        list(cycles.seed_cycles(librarian=users["librarian"], manager=users["manager"]))


def campaign_of(cycle) -> Campaign:
    return Campaign.objects.get(title=cycle.title)


def told_of(cycle) -> EffectTold:
    """What the one evaluation of a campaign says of its effect."""
    evaluation = campaign_of(cycle).evaluations.get()
    return storage.results_from_json(evaluation.results).judgement.effect


def proposed(cycle, kind: str) -> Adjustment:
    return Adjustment.objects.get(evaluation__campaign=campaign_of(cycle), kind=kind)


def test_j1_a_good_effect_is_found_and_its_best_letter_goes_on():
    assert told_of(plans.SPRING).verdict == EffectVerdict.GOOD
    assert told_of(plans.AUTUMN).verdict == EffectVerdict.GOOD
    best = proposed(plans.SPRING, Kind.CONTENT_ARM)
    assert (best.before, best.after, best.state) == ("Z", "A", State.ACCEPTED)
    assert best.decision.reason
    mails = campaign_of(plans.AUTUMN).contents.values_list("arm__code", "arm__role")
    assert set(mails) == {("A", "new"), ("Z", "as_before")}


def test_j1_the_promise_of_the_good_one_is_checked_against_readers_who_went_on_as_before():
    best = proposed(plans.SPRING, Kind.CONTENT_ARM)
    autumn = campaign_of(plans.AUTUMN)
    assert (best.applied_in, best.observed_in) == (autumn, autumn.evaluations.get())
    assert best.observed_low > 0
    assert best.covered
    calibrated = testimony.testimony_for(User.objects.get(username="manager"))
    assert [check.first for check in calibrated.checks] == [best]


def test_j1_an_effect_that_is_worth_nothing_is_told_so_and_waits_for_a_decision():
    welcome = told_of(plans.WELCOME)
    assert welcome.verdict == EffectVerdict.NIL
    assert -welcome.smallest < welcome.shown.low < welcome.shown.high < welcome.smallest
    fewer = proposed(plans.WELCOME, Kind.REDUCE)
    assert (fewer.state, fewer.before, fewer.after) == (State.PROPOSED, 30, 50)


def test_j1_what_harms_is_stopped_and_has_no_next_round():
    assert told_of(plans.WRITING).verdict == EffectVerdict.HARMFUL
    stopped = proposed(plans.WRITING, Kind.STOP)
    assert stopped.state == State.ACCEPTED
    assert stopped.decision.reason
    writing = campaign_of(plans.WRITING)
    assert writing.phase == Campaign.Phase.CLOSED
    with pytest.raises(Refused, match="停|stop"):
        draft_next(campaign=writing, by=User.objects.get(username="librarian"))
    assert not Campaign.objects.filter(previous=writing).exists()


def test_j1_what_is_too_small_to_be_seen_is_said_so_and_the_next_round_finds_out():
    workshop = told_of(plans.WORKSHOP)
    assert workshop.verdict == EffectVerdict.OPEN
    assert workshop.visible > workshop.smallest
    more = proposed(plans.WORKSHOP, Kind.LEARN)
    assert more.decision.reason
    assert more.applied_in.holdout_percent == more.after > 5


def test_a13_what_was_known_before_fits_what_came():
    """The plan of each campaign knows what as many readers did a year before."""
    for cycle in (plans.SPRING, plans.AUTUMN, plans.WELCOME, plans.WRITING, plans.WORKSHOP):
        known = campaign_of(cycle).experiment
        assert known.base_n > 200
        assert 0.5 < float(known.base_rate) / cycle.promise.comes < 1.75, cycle.title


def test_everything_has_its_own_date():
    """Who was drawn was drawn on the first day, and what was found was found after the last one."""
    for cycle in (plans.SPRING, plans.AUTUMN, plans.WELCOME, plans.WRITING, plans.WORKSHOP):
        campaign = campaign_of(cycle)
        evaluation = campaign.evaluations.get()
        assert evaluation.computed_at == evaluation.as_of < timezone.now()
        for drawn in (Assignment, DrawnArm):
            of_it = drawn.objects.filter(experiment__campaign=campaign).order_by("at")
            (at,) = of_it.values_list("at", flat=True).distinct()
            assert timezone.localdate(at) == cycle.starts_on
        assert timezone.localdate(evaluation.as_of) > cycle.ends_on
        assert campaign.locked_at.date() < cycle.starts_on
    assert Evaluation.objects.count() == 5


def test_everything_of_the_story_is_labelled_as_made_up():
    assert set(Campaign.objects.values_list("provenance", flat=True)) == {"synthetic"}
