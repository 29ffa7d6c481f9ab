"""The demonstration tells a true story: the loop finds what is planted in its campaigns."""

from dataclasses import replace

import pytest
from django.utils import timezone

from analytics.loop import storage
from analytics.loop.actions import draft_next
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.models import Adjustment
from campaigns.experiments.models import Assignment, DrawnArm
from campaigns.plan.models import Campaign
from core.refusals import Refused
from crm.segments.refresh import refresh_all_segments
from demo import cycles, people, plans, seed, segments
from tests import recorded

pytestmark = pytest.mark.django_db
Kind = Adjustment.Kind


@pytest.fixture
def library(monkeypatch):
    """The accounts of a library with enough readers to see the effects. They visit and borrow
    little: the story is one of events.
    """
    monkeypatch.setattr(people, "READERS", 5000)
    few = {kind: replace(one, visits=1, loans=1) for kind, one in people.KINDS.items()}
    monkeypatch.setattr(people, "KINDS", few)
    users = seed.seed_users()
    people.seed_people()
    recorded.always()
    segments.seed_segments(users["librarian"])
    refresh_all_segments()
    list(cycles.seed_cycles(librarian=users["librarian"], manager=users["manager"]))
    return users


def campaign_of(cycle) -> Campaign:
    return Campaign.objects.get(title=cycle.title)


def told_of(cycle):
    """What the one evaluation of a campaign says of its effect."""
    evaluation = campaign_of(cycle).evaluations.get()
    return storage.results_from_json(evaluation.results).judgement.effect


def proposed(cycle, kind: str) -> Adjustment:
    return Adjustment.objects.get(evaluation__campaign=campaign_of(cycle), kind=kind)


def test_the_planted_effects_are_found_and_what_is_too_small_is_said_so(library):
    spring, autumn = told_of(plans.SPRING), told_of(plans.AUTUMN)
    assert (spring.verdict, autumn.verdict) == (EffectVerdict.GOOD, EffectVerdict.GOOD)
    best_is_checked_in_the_next_round()

    assert told_of(plans.WELCOME).verdict == EffectVerdict.NIL
    assert proposed(plans.WELCOME, Kind.REDUCE).state == Adjustment.State.PROPOSED

    assert told_of(plans.WRITING).verdict == EffectVerdict.HARMFUL
    harm_has_no_next_round(library)

    workshop = told_of(plans.WORKSHOP)
    assert workshop.verdict == EffectVerdict.OPEN
    assert workshop.visible > workshop.smallest
    more = proposed(plans.WORKSHOP, Kind.LEARN)
    assert more.decision.reason
    assert more.applied_in.holdout_percent == more.after > 5

    everything_has_its_own_date()


def best_is_checked_in_the_next_round() -> None:
    """The best letter went to four in five, and the promise held against the fifth as before."""
    best = proposed(plans.SPRING, Kind.CONTENT_ARM)
    assert (best.before, best.after, best.state) == ("Z", "A", Adjustment.State.ACCEPTED)
    assert best.decision.reason
    autumn = campaign_of(plans.AUTUMN)
    assert (best.applied_in, best.observed_in) == (autumn, autumn.evaluations.get())
    assert best.observed_low > 0
    assert best.covered
    mails = set(autumn.contents.values_list("arm__code", "arm__role"))
    assert mails == {("A", "new"), ("Z", "as_before")}


def harm_has_no_next_round(library) -> None:
    """It was stopped with a reason, and no plan follows it."""
    stopped = proposed(plans.WRITING, Kind.STOP)
    assert stopped.state == Adjustment.State.ACCEPTED
    assert stopped.decision.reason
    writing = campaign_of(plans.WRITING)
    assert writing.phase == Campaign.Phase.CLOSED
    with pytest.raises(Refused, match="停|stop"):
        draft_next(campaign=writing, by=library["librarian"])
    assert not Campaign.objects.filter(previous=writing).exists()


def everything_has_its_own_date() -> None:
    """Who was drawn was drawn on the first day, and what was found was found after the last one."""
    for cycle in (plans.SPRING, plans.AUTUMN, plans.WELCOME, plans.WRITING, plans.WORKSHOP):
        campaign = campaign_of(cycle)
        evaluation = campaign.evaluations.get()
        assert evaluation.computed_at == evaluation.as_of < timezone.now()
        for drawn in (Assignment, DrawnArm):
            (at,) = drawn.objects.filter(experiment__campaign=campaign).values_list("at").distinct()
            assert timezone.localdate(at[0]) == cycle.starts_on
        assert timezone.localdate(evaluation.as_of) > cycle.ends_on
        assert campaign.locked_at.date() < cycle.starts_on
