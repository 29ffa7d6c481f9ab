"""Evaluation: figures from frozen rows, one row per inputs, nothing said where nothing can be."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.loop import inputs, rules
from analytics.loop.evaluate import evaluate, recompute
from analytics.loop.models import Adjustment, Evaluation
from campaigns.plan.actions import amend_standard
from campaigns.plan.models import Standard
from campaigns.sending.models import Click, Delivery
from crm.readers.models import Activity
from tests.analytics import building as make
from tests.factories import CallFactory, SubmissionFactory

pytestmark = pytest.mark.django_db


def finding(evaluation, subject):
    return evaluation.findings.get(subject=subject)


def test_reach_and_response_count_persons_once():
    made = make.campaign()
    first, second = make.content(made), make.content(made)
    people = make.deliver(first, 50, responded=20)
    Delivery.objects.bulk_create(
        Delivery(content=second, reader=p, state="sent", due_at=make.LAUNCH, sent_at=make.LAUNCH)
        for p in people
    )

    results = evaluate(made, make.AFTER).results

    assert results["reach"] == 50
    assert (results["response"]["k"], results["response"]["n"]) == (20, 50)
    assert results["deliveries"] == {"sent": 100}


def test_response_is_told_by_channel_and_segment_with_interval(told):
    results = told.results
    strong, weak = results["segments"]
    assert (strong["name"], strong["response"]["k"], strong["response"]["n"]) == (
        "Strong",
        200,
        800,
    )
    assert (weak["response"]["k"], weak["response"]["n"]) == (6, 300)
    assert strong["response"]["low"] < 0.25 < strong["response"]["high"]
    assert [(cell["channel"], cell["n"]) for cell in results["grid"]] == [
        ("email", 800),
        ("email", 300),
    ]


def test_poster_clicks_are_followings_not_persons(told):
    poster = next(row for row in told.results["channels"] if row["channel"] == "poster")
    assert (poster["clicks"], poster["responses"], poster["sent"], poster["response"]) == (
        12,
        12,
        None,
        None,
    )
    assert poster["per_effort"]["value"] == pytest.approx(12 / 9)


def test_lift_compares_everybody_drawn_with_everybody_held_out(told):
    lift = told.results["lift"]
    assert (lift["treated"], lift["holdout"]) == (1100, 200)
    assert lift["value"] == pytest.approx(250 / 1100 - 20 / 200)
    assert 0 < lift["low"] < lift["value"] < lift["high"]


def test_without_holdout_the_report_cannot_tell_cause_from_coincidence():
    made = make.campaign()
    make.visit(make.deliver(make.content(made), 100))

    lift = evaluate(made, make.AFTER).results["lift"]

    assert (lift["value"], lift["why"]) == (None, "no_holdout")


def test_a_holdout_too_small_says_nothing():
    made = make.campaign()
    letter = make.content(made)
    make.deliver(letter, 100)
    make.deliver(letter, 4, state="holdout")

    evaluation = evaluate(made, make.AFTER)

    assert evaluation.results["lift"]["why"] == "few"
    assert finding(evaluation, "lift").value is None


def test_outcomes_outside_the_window_do_not_count():
    made = make.campaign()
    letter = make.content(made)
    people = make.deliver(letter, 60)
    make.deliver(letter, 60, state="holdout")
    make.visit(people[:20], at=make.LAUNCH - timedelta(days=1))
    make.visit(people[20:40], at=make.AFTER + timedelta(days=1))

    assert evaluate(made, make.AFTER + timedelta(days=9)).results["lift"]["treated_active"] == 0


def test_what_only_those_addressed_can_do_is_no_effect():
    made = make.campaign()
    letter = make.content(made)
    people = make.deliver(letter, 60)
    held = make.deliver(letter, 60, state="holdout")
    make.visit(people[:10] + held[:10])
    make.visit(people[10:40], kind="answer")
    for call, authors in (
        (CallFactory(campaign=made), people[40:50]),
        (CallFactory(), held[40:45] + people[50:55]),
    ):
        for person in authors:
            work = SubmissionFactory(
                call=call, author=person, submitted_at=make.LAUNCH + timedelta(days=4)
            )
            row = (person.pk, "contribution", work.submitted_at, "submission", str(work.pk))
            Activity.objects.log([row])

    lift = evaluate(made, make.AFTER).results["lift"]

    assert (lift["treated_active"], lift["holdout_active"], lift["value"]) == (15, 15, 0)


def test_b10_the_same_inputs_give_the_same_row_and_the_same_figures(told):
    again = evaluate(told.campaign, make.AFTER + timedelta(days=5))
    told.refresh_from_db()

    assert again == told
    assert Evaluation.objects.count() == 1
    assert recompute(told) == told.results


def test_new_rows_make_a_new_evaluation_and_undecided_proposals_give_way(told):
    make.deliver(told.campaign.contents.get(), 40, responded=10)

    second = evaluate(told.campaign, make.AFTER)

    assert second.number == 2
    assert set(told.adjustments.values_list("state", flat=True)) == {Adjustment.State.SUPERSEDED}
    assert second.adjustments.waiting().exists()


def test_inputs_that_return_to_an_earlier_state_are_the_last_evaluation_again(told):
    link = make.follow(told.campaign, "poster", 30)
    more = evaluate(told.campaign, make.AFTER)
    Click.objects.filter(link=link).delete()
    link.delete()

    back = evaluate(told.campaign, make.AFTER + timedelta(days=1))

    assert (told.number, more.number, back.number) == (1, 2, 3)
    assert back.is_latest
    assert back.results == told.results
    assert evaluate(told.campaign, make.AFTER + timedelta(days=2)) == back


def test_segments_that_were_not_addressed_make_no_new_evaluation(told):
    make.join(make.segment("Later", 900), make.readers(40))

    assert evaluate(told.campaign, make.AFTER) == told


@pytest.mark.parametrize(
    ("field", "day"),
    [("ends_on", date.max), ("starts_on", date.min), ("ends_on", date(2100, 12, 31))],
)
def test_days_at_the_ends_of_the_calendar_are_evaluated(field, day):
    made = make.campaign(**{field: day})
    make.deliver(make.content(made), 20, responded=10)
    assert evaluate(made, make.AFTER).results["reach"] == 20


def test_live_campaign_that_launched_nothing_may_start_with_the_calendar():
    made = make.campaign(starts_on=date.min, ends_on=date.max)
    assert evaluate(made, make.AFTER).results["reach"] == 0


def test_nothing_to_evaluate_before_the_launch():
    made = make.campaign()
    with pytest.raises(inputs.NothingToEvaluate):
        evaluate(made, make.LAUNCH - timedelta(days=1))


def test_cells_of_one_to_four_persons_are_in_no_result():
    made = make.campaign(segments=[make.segment("Few")])
    letter = make.content(made)
    make.deliver(letter, 97, responded=3, segments=made.segments.all())
    make.deliver(letter, 4, state="failed")

    evaluation = evaluate(made, make.AFTER)

    assert evaluation.results["deliveries"] == {"failed": None, "sent": 97}
    segment = evaluation.results["segments"][0]["response"]
    assert (segment["k"], segment["value"], segment["suppressed"]) == (None, None, True)
    assert evaluation.results["channels"][0]["responses"] is None
    assert finding(evaluation, "channel:email").value is None


def test_standards_are_judged_with_their_amendments_shown(told):
    standard = Standard.objects.get(campaign=told.campaign, metric="reach")
    # Long after the period: what was reached was known by then.
    amend_standard(
        standard=standard,
        target=Decimal(1200),
        reason="Two campuses joined",
        by=told.campaign.owner,
    )

    results = evaluate(told.campaign, make.AFTER).results
    reach = next(row for row in results["standards"] if row["metric"] == "reach")

    assert (reach["value"], reach["target"], reach["original"]) == (1100, 1200, 1000)
    assert (reach["met"], reach["attained"], reach["amended"]) == (True, "met", "")
    assert reach["amendments"][0]["reason"] == "Two campuses joined"


def test_attainment_leaves_out_what_was_not_measured():
    made = make.campaign(
        standards=[("reach", "ge", 50), ("satisfaction", "ge", 4), ("contributors", "ge", 1)]
    )
    make.deliver(make.content(made), 60)

    attainment = evaluate(made, make.AFTER).results["attainment"]

    assert attainment == {"met": 1, "judged": 1, "set": 3, "weighted": 1.0}


def test_costs_are_cash_hours_at_the_librarys_rate_and_in_kind(settings):
    settings.STAFF_HOUR_RATE = 50.0
    made = make.campaign()
    make.deliver(make.content(made), 100, responded=25)
    make.pay(made, 500)
    make.pay(made, 4, kind="hours")
    make.pay(made, 100, kind="in_kind")

    costs = evaluate(made, make.AFTER).results["costs"]

    assert (costs["total"], costs["per_response"]["value"]) == (800, 32)
    assert costs["per_response"]["low"] < 32 < costs["per_response"]["high"]


def test_cost_per_response_is_not_measured_without_costs():
    made = make.campaign()
    make.deliver(make.content(made), 100, responded=25)

    costs = evaluate(made, make.AFTER).results["costs"]

    assert (costs["total"], costs["per_response"]["value"]) == (None, None)


def test_work_sent_to_the_campaigns_call_is_a_response_and_a_contributor():
    made = make.campaign()
    people = make.deliver(make.content(made), 60)
    call = CallFactory(campaign=made)
    for person in people[:6]:
        SubmissionFactory(call=call, author=person, submitted_at=make.LAUNCH + timedelta(days=4))

    results = evaluate(made, make.AFTER).results

    assert (results["contributors"], results["response"]["k"]) == (6, 6)


def test_evaluating_takes_as_many_queries_for_many_readers_as_for_few():
    counts = []
    for size in (40, 400):
        made = make.campaign(segments=[make.segment(f"All {size}", size)])
        make.deliver(make.content(made), size, responded=size // 4, segments=made.segments.all())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            inputs.freeze(made, make.AFTER, [])
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_figures_are_a_function_of_the_frozen_inputs_alone(told):
    told.refresh_from_db()
    with CaptureQueriesContext(connection) as queries:
        assert recompute(told) == told.results
    assert len(queries) == 0


def test_other_formulas_alone_publish_nothing_a_second_time(told, monkeypatch):
    """Rounded twice, otherwise, the same numbers would narrow each other."""
    campaign = told.campaign
    with monkeypatch.context() as patched:
        patched.setattr(rules, "CURRENT", "0.2.1")
        assert evaluate(campaign, make.AFTER) == told
        make.follow(campaign, "poster", 30)
        following = evaluate(campaign, make.AFTER)
    assert (following.number, following.inputs["version"]) == (told.number + 1, "0.2.1")
    assert evaluate(campaign, make.AFTER) == following
