"""An experiment is counted by the places that were drawn, each with a window of its own."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.loop import storage
from analytics.loop.actions import decide, draft_next
from analytics.loop.evaluate import evaluate, recompute
from analytics.loop.inputs.assigned import promised_by
from analytics.loop.inputs.experiment import HELD_OUT
from analytics.loop.settled import needed
from analytics.loop.storage import inputs_from_json
from campaigns.experiments.models import Assignment, DrawnArm, Guardrail
from campaigns.plan.models import Campaign
from campaigns.sending.models import Delivery
from core.refusals import Refused
from crm.readers.models import Activity, ConsentEvent
from crm.segments.refresh import refresh_segment
from tests import clock
from tests.analytics import building as make
from tests.analytics.loop.test_settled import needed_by_the_database
from tests.campaigns.experiments.building import experiment, live
from tests.factories import UserFactory
from tests.owner import as_owner

pytestmark = pytest.mark.django_db
DRAWN = make.LAUNCH


@pytest.fixture
def by():
    return UserFactory(role="librarian")


def planned(by, guardrails=None, **promised):
    """A live campaign with two new arms and one as before, and a letter that has gone out."""
    made = experiment(by, **{"outcome": "visit", "smallest_effect": 3, **promised})
    for kind, margin in (guardrails or {}).items():
        Guardrail.objects.create(experiment=made, kind=kind, margin=margin)
    campaign = live(made)
    return made, make.content(campaign)


def place(made, letter, arm, n, *, identity="undergraduate", came=0, before=0, at=DRAWN):
    """``n`` readers drawn into an arm (None: held out), of whom the first ``came`` visit after it
    and the first ``before`` had done so in the month before.
    """
    people = make.readers(n)
    of_arm = made.arms.filter(code=arm).first()
    role = "held_out"
    if of_arm is not None:
        role = of_arm.role
    Assignment.objects.bulk_create(
        Assignment(experiment=made, reader=person, arm=of_arm, role=role, at=at, identity=identity)
        for person in people
    )
    DrawnArm.objects.create(experiment=made, arm=of_arm, role=role, n=n, at=timezone.now())
    state = Delivery.State.SENT
    if of_arm is None:
        state = Delivery.State.HOLDOUT
    Delivery.objects.bulk_create(
        Delivery(
            content=letter,
            reader=person,
            state=state,
            due_at=at,
            sent_at=None if of_arm is None else at,
        )
        for person in people
    )
    make.visit(people[:came], at=at + timedelta(days=3))
    make.visit(people[:before], at=at - timedelta(days=20))
    return people


def mailed_by_another(people):
    """Another campaign's mail to each of them, four days after they were drawn."""
    other = make.content(make.campaign(title="Another"))
    Delivery.objects.bulk_create(
        Delivery(
            content=other,
            reader=person,
            state="sent",
            due_at=DRAWN,
            sent_at=DRAWN + timedelta(days=4),
        )
        for person in people
    )


def drawn_of(evaluation):
    return inputs_from_json(evaluation.inputs).drawn


def test_j1_every_arm_is_counted_by_its_places_and_its_own_window(by):
    made, letter = planned(by, window_days=28)
    place(made, letter, "A", 60, came=20, before=10)
    place(made, letter, "A", 10, came=5, identity="teacher")
    held = place(made, letter, None, 50, came=10)
    # Neither before the draw nor after the window.
    make.visit(held[20:30], at=DRAWN + timedelta(days=29))

    evaluation = evaluate(letter.campaign, DRAWN + timedelta(days=40))

    cells = {(cell.arm, cell.stratum.split("@")[0]): cell for cell in drawn_of(evaluation).cells}
    assert [(one.n, one.y, one.x, one.xy) for one in cells.values()] == [
        (10, 5, 0, 0),
        (60, 20, 10, 10),
        (50, 10, 0, 0),
    ]
    assert drawn_of(evaluation).progress.is_over
    assert recompute(evaluation) == evaluation.results


def test_j1_what_was_named_is_the_outcome_and_nothing_else(by):
    made, letter = planned(by, outcome="loan")
    people = place(made, letter, "A", 60, came=40)
    make.visit(people[:15], kind="loan")
    place(made, letter, None, 40)

    (arm, held) = drawn_of(evaluate(letter.campaign, DRAWN + timedelta(days=40))).cells

    assert (arm.arm, arm.y, held.arm, held.y) == ("A", 15, HELD_OUT, 0)


def test_j1_an_amount_counts_how_often(by):
    made, letter = planned(by, as_amount=True)
    people = place(made, letter, "A", 40, came=10)
    make.visit(people[:10], at=DRAWN + timedelta(days=5))
    place(made, letter, None, 40)

    (arm, _held) = drawn_of(evaluate(letter.campaign, DRAWN + timedelta(days=40))).cells

    assert (arm.y, arm.yy) == (20, 40)


def test_j2_the_erased_stay_in_their_arm_and_the_lost_are_counted(by):
    made, letter = planned(by)
    place(made, letter, "A", 40, came=10)
    place(made, letter, None, 40)
    rows = made.assignments.filter(arm__code="A").order_by("pk")
    erased, unknown = rows[0], rows[30]
    for row, so_far in ((erased, 1), (unknown, None)):
        Activity.objects.filter(reader=row.reader).delete()
        Assignment.objects.filter(pk=row.pk).update(reader=None, outcome_so_far=so_far)

    drawn = drawn_of(evaluate(letter.campaign, DRAWN + timedelta(days=40)))

    assert [(arm.arm, arm.drawn, arm.lost) for arm in drawn.arms] == [
        ("A", 40, 1),
        (HELD_OUT, 40, 0),
    ]
    assert (drawn.cells[0].n, drawn.cells[0].y) == (39, 10)


def test_j2_who_was_mailed_by_another_campaign_is_counted_per_arm(by):
    made, letter = planned(by)
    people = place(made, letter, "A", 40)
    held = place(made, letter, None, 40)
    mailed_by_another([*people[:7], *held[:3]])

    drawn = drawn_of(evaluate(letter.campaign, DRAWN + timedelta(days=40)))

    assert [(arm.arm, arm.touched) for arm in drawn.arms] == [("A", 7), (HELD_OUT, 3)]
    # No door records who came by a link that was passed on: that is not nobody.
    assert [arm.brought for arm in drawn.arms] == [None, None]


@pytest.mark.parametrize(
    ("mailed", "told"), [((7, 3), (7, None)), ((38, 0), (None, 0)), ((40, 35), (40, 35))]
)
def test_contamination_is_frozen_with_the_figures_and_tells_of_no_few(by, mailed, told):
    made, letter = planned(by)
    arms = [place(made, letter, "A", 40), place(made, letter, None, 40)]
    for people, n in zip(arms, mailed, strict=True):
        mailed_by_another(people[:n])

    evaluation = evaluate(letter.campaign, DRAWN + timedelta(days=40))
    mailed_by_another(arms[0] + arms[1])

    stored = evaluation.results["judgement"]["effect"]["arms"]
    assert tuple(arm["touched"] for arm in stored) == told
    known = storage.results_as_told(evaluation.results).judgement.effect.arms
    assert [arm.touched.is_known for arm in known] == [True, True]
    assert recompute(evaluation) == evaluation.results


def test_j2_before_the_last_window_ends_it_is_provisional(by):
    made, letter = planned(by)
    place(made, letter, "A", 60, came=30)
    place(made, letter, None, 60, came=10, at=DRAWN + timedelta(days=5))

    early = evaluate(letter.campaign, DRAWN + timedelta(days=20))
    late = evaluate(letter.campaign, DRAWN + timedelta(days=34))

    assert early.results["judgement"]["effect"]["provisional"]
    assert not late.results["judgement"]["effect"]["provisional"]
    assert late.number == early.number + 1


def test_j1_a_first_visit_is_compared_among_those_who_had_none(by):
    since = (DRAWN - timedelta(days=365)).date()
    made, letter = planned(by, outcome="first_visit", adjusts=False, first_since=since)
    place(made, letter, "A", 60, came=20, before=12)
    place(made, letter, None, 40, came=5)

    (arm, held) = drawn_of(evaluate(letter.campaign, DRAWN + timedelta(days=40))).cells

    assert (arm.n, arm.y) == (48, 8)
    assert (held.n, held.y) == (40, 5)


def test_j2_the_new_arms_are_held_against_the_one_as_before(by):
    made, letter = planned(by)
    place(made, letter, "A", 100, came=50)
    place(made, letter, "B", 100, came=50)
    place(made, letter, "C", 100, came=30)
    place(made, letter, None, 100, came=30)

    told = evaluate(letter.campaign, DRAWN + timedelta(days=40)).results["judgement"]

    assert told["changed"]["outcome"]["value"] == pytest.approx(0.2)
    assert [arm["arm"] for arm in told["effect"]["arms"]] == ["A", "B", "C", HELD_OUT]
    subjects = {gap["subject"]: gap["randomised"] for gap in told["gaps"]}
    assert subjects == {"arm:A": True, "arm:B": True}


def test_rows_stay_until_the_last_window_is_over(by):
    clock.figures_are_computed()
    made, letter = planned(by, window_days=60)
    place(made, letter, "A", 60, came=30)
    place(made, letter, None, 60, at=DRAWN + timedelta(days=5))
    campaign = letter.campaign
    Campaign.objects.filter(pk=campaign.pk).update(
        starts_on=DRAWN.date(), ends_on=(DRAWN + timedelta(days=20)).date()
    )
    campaign.refresh_from_db()

    # The campaign's own period is over, the windows of its readers are not.
    evaluate(campaign, DRAWN + timedelta(days=30))
    ((_start, end),) = needed()
    assert end == DRAWN + timedelta(days=65)
    assert needed_by_the_database(campaign)

    evaluate(campaign, DRAWN + timedelta(days=66))
    assert needed() == []
    assert not needed_by_the_database(campaign)


def guards_of(evaluation):
    return {one["kind"]: one for one in evaluation.results["judgement"]["guardrails"]}


def test_j1_guardrails_are_held_against_what_was_counted(by):
    made, letter = planned(by, guardrails={"unsubscribes": 5, "complaints": 1, "staff_hours": 10})
    people = place(made, letter, "A", 200, came=60)
    place(made, letter, None, 100, came=20)
    for person in people[:20]:
        withdrew(person, DRAWN + timedelta(days=2))
    # Before the mail, long after it, and at the desk: no answer to this mail.
    withdrew(people[30], DRAWN - timedelta(days=1))
    withdrew(people[31], DRAWN + timedelta(days=33))
    withdrew(people[32], DRAWN + timedelta(days=2), source="staff")
    make.pay(letter.campaign, 8, kind="hours")

    told = guards_of(evaluate(letter.campaign, DRAWN + timedelta(days=40)))

    withdrawn, complaints, hours = told.values()
    assert (withdrawn["value"], withdrawn["n"], withdrawn["kept"]) == (10, 200, "broken")
    # No returned mail is taken in: nobody knows, which is not none.
    assert (complaints["value"], complaints["n"], complaints["kept"]) == (None, None, "cannot_say")
    assert (hours["value"], hours["kept"]) == (8, "kept")


def test_j1_a_guardrail_tells_of_no_few(by):
    made, letter = planned(by, guardrails={"unsubscribes": 5})
    people = place(made, letter, "A", 200, came=60)
    place(made, letter, None, 100, came=20)
    for person in people[:3]:
        withdrew(person, DRAWN + timedelta(days=2))

    told = guards_of(evaluate(letter.campaign, DRAWN + timedelta(days=40)))

    assert (told["unsubscribes"]["value"], told["unsubscribes"]["kept"]) == (None, "kept")


def withdrew(person, at, source="unsubscribe page"):
    """A reader who took back the yes to mail."""
    event = ConsentEvent.objects.create(
        reader=person, channel="email", purpose="events", granted=False, source=source
    )
    with as_owner():
        ConsentEvent.objects.filter(pk=event.pk).update(at=at)


def test_j12_the_next_round_promises_the_same_and_goes_on_with_the_arm_that_did_best(by):
    manager = UserFactory(role="manager")
    made, letter = planned(by, smallest_effect=2, guardrails={"unsubscribes": 5})
    best = make.content(letter.campaign)
    for one, code in ((letter, "A"), (best, "B")):
        one.arm = made.arms.get(code=code)
        one.subject = f"Letter {code}"
        one.save()
    place(made, letter, "A", 400, came=100)
    place(made, best, "B", 400, came=260)
    place(made, letter, None, 200, came=50)
    refresh_segment(letter.campaign.segments.get())
    evaluation = evaluate(letter.campaign, DRAWN + timedelta(days=40))
    proposal = evaluation.adjustments.get(kind="content_arm")
    assert (proposal.before, proposal.after) == ("A", "B")
    decide(adjustment=proposal, verdict="accept", by=manager)

    draft = draft_next(campaign=letter.campaign, by=manager)

    promised = draft.experiment
    assert (promised.outcome, float(promised.smallest_effect)) == ("visit", 2)
    assert [(g.kind, float(g.margin)) for g in promised.guardrails.all()] == [("unsubscribes", 5)]
    arms = {arm.role: arm for arm in promised.arms.all()}
    assert (arms["new"].weight, arms["as_before"].weight) == (80, 20)
    letters = {role: arm.contents.get().subject for role, arm in arms.items()}
    assert letters == {"new": "Letter B", "as_before": "Letter A"}
    # Drafting again copies nothing twice.
    draft_next(campaign=letter.campaign, by=manager)
    assert draft.contents.count() == 2


def test_j2_what_was_decided_to_be_stopped_has_no_next_round(by):
    manager = UserFactory(role="manager")
    made, letter = planned(by)
    place(made, letter, "A", 400, came=40)
    place(made, letter, None, 400, came=200)
    evaluation = evaluate(letter.campaign, DRAWN + timedelta(days=40))
    (stop,) = evaluation.adjustments.all()
    assert stop.kind == "stop"
    decide(adjustment=stop, verdict="accept", by=manager)

    with pytest.raises(Refused, match="停止"):
        draft_next(campaign=letter.campaign, by=manager)


def test_an_arm_that_nobody_named_has_a_name_in_each_language(by):
    made = experiment(by, arms=(("A", "new", 80), ("Z", "as_before", 20)))
    made.arms.update(label="")
    live(made)
    names = {arm.code: arm.name for arm in promised_by(made).arms}
    assert {code: name["en"] for code, name in names.items()} == {
        "A": "The campaign's mail",
        "Z": "As before",
    }
    assert {code: name["zh-hans"] for code, name in names.items()} == {
        "A": "这次活动的信",
        "Z": "照旧",
    }


def test_j2_the_report_of_several_arms_opens_and_names_them(by, client):
    made, letter = planned(by)
    for code in "ABC":
        place(made, letter, code, 100, came=40)
    place(made, letter, None, 100, came=30)
    evaluation = evaluate(letter.campaign, DRAWN + timedelta(days=40))
    assert evaluation.findings.filter(kind="arm").count() == 5
    client.force_login(UserFactory(role="manager"))
    client.cookies["django_language"] = "en"

    assert client.get(evaluation.get_absolute_url()).status_code == 200
    exported = client.get(reverse("analytics:evaluation-export", args=[evaluation.pk]))
    assert exported.status_code == 200
    for finding in evaluation.findings.filter(kind="arm"):
        rows = reverse("analytics:finding-rows", args=[finding.pk])
        assert client.get(rows).status_code == 200
