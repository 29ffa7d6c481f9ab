"""A promise is held against the next round as it was drafted, launched and mailed: only where one
part went on as before in what was changed, and the same was asked (J12).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from analytics.loop import verify
from analytics.loop.actions import decide, draft_next
from analytics.loop.evaluate import evaluate
from analytics.loop.models import Adjustment, Evaluation
from campaigns.contents.models import Content
from campaigns.experiments.actions import ArmRow, set_arms, set_promise
from campaigns.experiments.models import Arm, Assignment
from campaigns.plan.models import Campaign
from campaigns.sending.actions import launch_content
from campaigns.sending.forms import next_sending_hour
from campaigns.sending.models import Delivery
from crm.readers.models import Reader
from crm.segments.refresh import refresh_segment
from tests.analytics import building as make
from tests.analytics.loop.test_assigned import DRAWN, place
from tests.campaigns.experiments.building import experiment, live
from tests.factories import AdjustmentFactory, ContentFactory

pytestmark = pytest.mark.django_db
Kind = Adjustment.Kind
TWO = (("A", "new", 50), ("B", "new", 50))
LATER = timedelta(days=40)
#: Readers of each arm, and how many of them came: the second arm brings twice as many.
CAME = {"A": 40, "B": 90, None: 27}


def first_round(by, *, hour: int | None, letters: bool, holdout: int = 20) -> Evaluation:
    """Two new arms and those held out, evaluated: the second at an ``hour`` of its own, or with a
    letter of its own. All of them are addressed again.
    """
    made = experiment(by, arms=TWO, holdout=holdout, outcome="visit", smallest_effect=3)
    made.arms.filter(code="B").update(send_hour=hour)
    campaign = live(made)
    common = make.content(campaign)
    of_arm = dict.fromkeys(CAME, common)
    if letters:
        for code in ("A", "B"):
            of_arm[code] = make.content(campaign)
            Content.objects.filter(pk=of_arm[code].pk).update(arm=made.arms.get(code=code))
    for code, came in CAME.items():
        if code is None and not holdout:
            continue
        place(made, of_arm[code], code, 200, came=came)
    # Each at a mailbox of their own: whoever shares one gets one mail.
    Reader.objects.update(email=Concat("number", Value("@example.org")))
    refresh_segment(campaign.segments.get())
    return evaluate(campaign, DRAWN + LATER)


def go_live(draft: Campaign, by) -> None:
    Campaign.objects.filter(pk=draft.pk).update(
        phase="performance",
        locked_at=timezone.now(),
        locked_by=by,
        starts_on=timezone.localdate(),
    )
    draft.refresh_from_db()


def mail(draft: Campaign, by) -> None:
    """Launch every draft at the campaign's hour; each mail goes out when it is due."""
    for content in draft.contents.filter(state="draft"):
        launch_content(content=content, by=by, due_at=next_sending_hour(draft))
    waiting = Delivery.objects.filter(content__campaign=draft, state="pending")
    waiting.update(state="sent", sent_at=F("due_at"))


def come(draft: Campaign) -> None:
    """Of the new arms three in ten readers come, of the others two."""
    for role, in_ten in (("new", 3), ("as_before", 2), ("held_out", 2)):
        places = Assignment.objects.filter(experiment__campaign=draft, role=role)
        people = [one.reader for one in places.select_related("reader").order_by("pk")]
        coming = [person for number, person in enumerate(people) if number % 10 < in_ten]
        make.visit(coming, at=timezone.now() + timedelta(days=3))


def accepted(evaluation: Evaluation, kind: str, by) -> Adjustment:
    adjustment = evaluation.adjustments.get(kind=kind)
    decide(adjustment=adjustment, verdict="accept", by=by)
    return adjustment


def seen_again(
    adjustment: Adjustment, by, *, change: Callable[[Campaign], object] | None = None
) -> Adjustment:
    """The proposal after its next round, in whose draft somebody did ``change``."""
    draft = draft_next(campaign=adjustment.evaluation.campaign, by=by)
    if change is not None:
        change(draft)
    if not draft.contents.exists():
        ContentFactory(campaign=draft)
    go_live(draft, by)
    mail(draft, by)
    come(draft)
    evaluate(draft, timezone.now() + LATER)
    adjustment.refresh_from_db()
    assert adjustment.observed_in is not None
    return adjustment


def checks(adjustment: Adjustment) -> int:
    return verify.tally(adjustment.evaluation.adjustments.all()).checks


# --- an hour --------------------------------------------------------------------------------------
@pytest.fixture
def timing(manager):
    """An accepted proposal to mail at 20 instead of at 10."""
    return accepted(first_round(manager, hour=20, letters=False), Kind.TIMING, manager)


def hours_of(campaign: Campaign) -> dict[str, set[int]]:
    """{letter of an arm: the local hours at which its mails are due}"""
    arms = dict(
        Assignment.objects.filter(experiment__campaign=campaign, arm__isnull=False).values_list(
            "reader", "arm__code"
        )
    )
    hours: dict[str, set[int]] = {}
    mails = Delivery.objects.filter(content__campaign=campaign, reader__in=arms)
    for reader, due_at in mails.values_list("reader", "due_at"):
        hours.setdefault(arms[reader], set()).add(timezone.localtime(due_at).hour)
    return hours


def test_j12_what_goes_on_as_before_keeps_its_hour_and_the_promise_is_checked(timing, manager):
    assert (timing.before, timing.after) == (10, 20)

    seen_again(timing, manager)

    draft = timing.applied_in
    assert draft.send_hour == 20
    assert dict(draft.experiment.arms.values_list("role", "send_hour")) == {
        "new": None,
        "as_before": 10,
    }
    assert hours_of(draft) == {"A": {20}, "Z": {10}}
    assert 0.05 < timing.observed < 0.15
    assert checks(timing) == 1


def alike(draft: Campaign, by) -> None:
    """What goes on as before is mailed at the new hour as well."""
    arms = Arm.objects.filter(experiment__campaign=draft)
    rows = [ArmRow(arm.code, arm.label, arm.weight, arm.role) for arm in arms]
    set_arms(campaign=draft, rows=rows, holdout_percent=draft.holdout_percent, by=by)


def other_window(draft: Campaign, by) -> None:
    """The outcome is looked for half as long."""
    set_promise(campaign=draft, outcome="visit", window_days=14, smallest_effect=3, by=by)


def other_outcome(draft: Campaign, by) -> None:
    """What was promised of visits is asked of loans."""
    set_promise(campaign=draft, outcome="loan", window_days=28, smallest_effect=3, by=by)


@pytest.mark.parametrize("change", [alike, other_window, other_outcome])
def test_j12_arms_that_were_treated_alike_or_asked_otherwise_are_no_check(timing, manager, change):
    seen_again(timing, manager, change=partial(change, by=manager))
    assert timing.observed is None
    assert checks(timing) == 0


# --- what a mail says -----------------------------------------------------------------------------
@pytest.fixture
def content_arm(manager):
    """An accepted proposal to go on with the second letter."""
    return accepted(first_round(manager, hour=None, letters=True), Kind.CONTENT_ARM, manager)


def test_j12_the_letters_of_both_arms_are_taken_over_and_the_promise_is_checked(
    content_arm, manager
):
    seen_again(content_arm, manager)
    arms = set(content_arm.applied_in.contents.values_list("arm__role", flat=True))
    assert arms == {"new", "as_before"}
    assert content_arm.observed is not None
    assert checks(content_arm) == 1


def test_j12_one_letter_for_both_arms_is_no_check(content_arm, manager):
    def one_letter(draft: Campaign) -> None:
        draft.contents.all().delete()
        ContentFactory(campaign=draft)

    seen_again(content_arm, manager, change=one_letter)
    assert content_arm.observed is None
    assert checks(content_arm) == 0


# --- what changes for both parts ------------------------------------------------------------------
def test_j12_a_segment_changes_for_both_parts_and_is_never_checked(timing, manager):
    segment = make.segment("Weak")
    drop = AdjustmentFactory(
        evaluation=timing.evaluation,
        kind=Kind.SEGMENT_DROP,
        target=f"segment:{segment.pk}",
        before=True,
        after=False,
        measure="audience_difference",
        expected=0.02,
        expected_low=-0.01,
        expected_high=0.05,
        expected_level=0.9,
        expected_spread=0.01,
    )
    decide(adjustment=drop, verdict="accept", by=manager)

    seen_again(timing, manager)

    drop.refresh_from_db()
    assert drop.observed_in is not None
    assert drop.observed is None
    # It spoils nothing: whoever is left out is left out of both parts.
    assert checks(timing) == 1


# --- where nobody is held out ---------------------------------------------------------------------
def test_j12_arms_are_compared_and_checked_where_nobody_is_held_out(manager):
    evaluation = first_round(manager, hour=None, letters=True, holdout=0)
    letter = accepted(evaluation, Kind.CONTENT_ARM, manager)
    (evidence,) = letter.findings.all()
    # In whole points: there is no effect beside which anything more would be told.
    assert (evidence.value, letter.expected_spread) == (0.25, round(letter.expected_spread, 2))

    seen_again(letter, manager)

    assert letter.observed == round(letter.observed, 2)
    assert 0.05 <= letter.observed <= 0.15
    assert checks(letter) == 1
