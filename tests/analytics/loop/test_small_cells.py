"""What results, pages and the API show cannot be added, subtracted or divided back to one to four
persons.
"""

from datetime import date, timedelta

import pytest
from django.utils import translation

from analytics.loop import storage
from analytics.loop.evaluate import evaluate
from analytics.loop.figures.people import ArmCounts, People, lift
from analytics.loop.measures import Figure, Measure
from analytics.loop.report_file import as_csv
from analytics.loop.rules import CURRENT, rule_of
from core import disclosure
from crm.segments.figures import Day, without_small_changes
from tests.analytics import building as make

pytestmark = pytest.mark.django_db


def recovered(total: int, shown: list[int | None]) -> int | None:
    """The one missing part of a total, if only one is missing."""
    return total - sum(n for n in shown if n is not None) if shown.count(None) == 1 else None


def made_of(*parts, **fields):
    """A campaign with one segment per (sent, responded, hour) and everything in one mail."""
    segments = [make.segment(f"Part {number}", 900) for number in range(len(parts))]
    made = make.campaign(segments=segments, shares={"email": 100}, **fields)
    letter = make.content(made)
    for part, (sent, responded, hour) in zip(segments, parts, strict=True):
        make.deliver(letter, sent, responded=responded, segments=[part], hour=hour)
    return made


def test_no_hidden_response_follows_from_sums_differences_or_shares():
    results = evaluate(made_of((90, 3, 10), (110, 40, 16), (150, 60, 20)), make.AFTER).results
    total = results["response"]["k"]

    assert total == 103
    for rows in (results["hours"], results["segments"], results["grid"]):
        shares = [row.get("response", row) for row in rows]
        assert [share["k"] for share in shares] == [None, None, 60]
        assert [share["n"] for share in shares] == [90, 110, 150]
        assert recovered(total, [share["k"] for share in shares]) is None
        assert all(share["value"] is None for share in shares if share["k"] is None)
    assert [row["others"]["k"] for row in results["segments"]] == [None, None, 43]
    assert [row["difference"]["value"] is None for row in results["segments"]] == [
        True,
        True,
        False,
    ]


def test_few_who_did_not_respond_are_hidden_like_few_who_did():
    results = evaluate(made_of((90, 87, 10), (110, 40, 16), (150, 60, 20)), make.AFTER).results

    assert [row["response"]["k"] for row in results["hours"]] == [None, None, 60]


def test_a_segment_of_all_but_few_is_hidden_with_the_others():
    made = made_of((60, 20, 10))
    make.deliver(made.contents.get(), 3, responded=2)

    segment = evaluate(made, make.AFTER).results["segments"][0]

    assert (segment["sent"], segment["response"]["n"], segment["others"]["n"]) == (None, None, None)
    assert segment["difference"]["n"] == 0


def test_few_mails_that_failed_follow_from_no_count():
    made = made_of((900, 200, 10))
    make.deliver(made.contents.get(), 3, state="failed")
    make.deliver(made.contents.get(), 120, state="holdout")

    results = evaluate(made, make.AFTER).results

    assert results["deliveries"] == {"failed": None, "holdout": None, "sent": 900}
    assert (results["lift"]["treated"], results["lift"]["n"]) == (900, 1020)
    assert results["addressed"] - results["reach"] == 123


def test_addressed_is_hidden_where_it_tells_of_few_not_reached():
    made = made_of((97, 40, 10))
    make.deliver(made.contents.get(), 4, state="failed")

    results = evaluate(made, make.AFTER).results

    assert (results["addressed"], results["reach"], results["deliveries"]["failed"]) == (
        None,
        97,
        None,
    )
    assert results["lift"]["n"] == 100
    assert results["channels"][0]["effort"] * 1000 / results["channels"][0]["share"] == 100


@pytest.mark.parametrize(("treated_active", "held_active"), [(30, 3), (3, 30), (97, 30), (30, 47)])
def test_lift_with_few_active_or_inactive_is_in_whole_points_without_their_counts(
    treated_active, held_active
):
    made = make.campaign()
    letter = make.content(made)
    make.visit(make.deliver(letter, 100)[:treated_active])
    make.visit(make.deliver(letter, 49, state="holdout")[:held_active])

    lift = evaluate(made, make.AFTER).results["lift"]

    assert (lift["treated_active"], lift["holdout_active"]) == (None, None)
    assert all(lift[key] == round(lift[key], 2) for key in ("value", "low", "high"))
    exact = treated_active / 100 - held_active / 49
    assert lift["value"] == pytest.approx(exact, abs=0.005)
    assert (lift["treated"], lift["holdout"], lift["n"]) == (100, 49, 149)


def test_an_arm_that_is_smaller_than_the_width_is_not_told_as_nobody():
    """By 0.2.1 a holdout of 58 read 0 in a report whose numbers are multiples of 90."""
    people = People(
        addressed=358,
        reached=300,
        responded=50,
        responses=50,
        treated=ArmCounts(300, 90),
        held_out=ArmCounts(58, 20),
    )

    effect = lift(people, 10, rule_of(CURRENT).rounding_to(90))

    assert (effect.drawn.public_number, effect.held_out.is_withheld, effect.n) == (270, True, None)
    assert effect.says
    assert lift(people, 10, rule_of("0.2.1").rounding_to(90)).held_out.is_zero


def test_cost_per_response_does_not_tell_of_few_readers_beside_open_clicks():
    made = make.campaign(shares={"email": 50, "poster": 50})
    make.deliver(make.content(made), 100, responded=3)
    make.follow(made, "poster", 40)
    make.pay(made, 1000)

    results = evaluate(made, make.AFTER).results

    assert (results["costs"]["responses"], results["costs"]["per_response"]["value"]) == (
        None,
        None,
    )
    assert [row["responses"] for row in results["channels"]] == [None, 40]


def test_a_line_with_one_hidden_cell_hides_the_smallest_other():
    flags = disclosure.hidden_in_row([[3, 90], [40, 90], [60, 90], [0, 90]])

    assert [(flag.share, flag.n) for flag in flags] == [
        (True, False),
        (True, False),
        (False, False),
        (False, False),
    ]


def sizes(*changes):
    start, size, days = date(2026, 3, 1), 0, []
    for number, (entered, left) in enumerate(changes):
        size += entered - left
        days.append(Day(start + timedelta(days=number), size, entered, left))
    shown = []
    for day in without_small_changes(days):
        shown.append(tuple(count.public_number for count in (day.size, day.entered, day.left)))
    return shown


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ([(50, 0), (20, 6)], [(50, 50, 0), (64, 20, 6)]),
        ([(50, 0), (3, 0), (20, 0)], [(50, 50, 0), (None, None, 0), (73, None, 0)]),
        ([(50, 0), (3, 0)], [(None, None, 0), (53, None, 0)]),
        ([(50, 0), (8, 6), (30, 0)], [(50, 50, 0), (None, 8, 6), (82, 30, 0)]),
        ([(50, 0), (3, 0), (4, 0)], [(50, 50, 0), (None, None, 0), (57, None, 0)]),
    ],
    ids=["large", "one small", "small at the end", "small difference", "two small"],
)
def test_sizes_of_days_do_not_tell_who_joined(changes, shown):
    assert sizes(*changes) == shown


@pytest.mark.parametrize(
    ("n", "value", "said"),
    [
        (None, None, "not shown"),
        (None, 0.5, "not shown"),
        # 0.1 wrote 0 for what it withheld as well as for nobody.
        (0, None, "cannot say"),
        (3, None, "not shown"),
        (0, 0.0, "0"),
        (41, None, "41"),
        (41, 0.5, "41"),
    ],
)
def test_a_withheld_number_of_a_finding_is_not_printed_as_0(n, value, said):
    evaluation = evaluate(made_of((90, 40, 10)), make.AFTER)
    found = Figure(value=value, low=value, high=value, n=n, measure=Measure.RESPONSE, level=0.95)
    finding = evaluation.findings.create(
        kind="segment",
        subject="segment:999999",
        unit="share",
        n=n,
        value=value,
        low=value,
        high=value,
    )

    with translation.override("en"):
        assert str(finding.persons) == str(found.persons) == said
        assert str(storage.figure_of(finding).persons) == said


def test_a_report_keeps_that_a_number_was_withheld():
    made = made_of((60, 20, 10))
    make.deliver(made.contents.get(), 3, responded=2)
    evaluation = evaluate(made, make.AFTER)

    withheld = evaluation.findings.filter(n__isnull=True)

    assert withheld
    with translation.override("en"):
        assert "not shown" in as_csv(evaluation)
    assert all(finding.persons.is_withheld for finding in withheld)


def test_two_segments_that_differ_by_one_reader_are_rounded():
    """Fault 55. The one reader of the difference responded, and no figure says so."""
    almost, all_of_them = make.segment("Almost", 60), make.segment("All", 61)
    made = make.campaign(segments=[almost, all_of_them])
    letter = make.content(made)
    make.deliver(letter, 60, responded=30, segments=[almost, all_of_them])
    make.deliver(letter, 1, responded=1, segments=[all_of_them])

    results = evaluate(made, make.AFTER).results

    assert results["rounded_to"] == 20
    told = [(row["response"]["k"], row["response"]["n"]) for row in results["segments"]]
    assert set(told) <= {(None, None), (40, 60)}
    assert results["reach"] == 60


def test_one_member_of_a_segment_who_was_not_mailed_does_not_follow_from_its_size():
    """Fault 55. The segment's page says 101; 100 exactly would say that one was left out."""
    part = make.segment("Part", 101)
    made = make.campaign(segments=[part])
    make.deliver(make.content(made), 100, responded=40, segments=[part])

    results = evaluate(made, make.AFTER).results

    assert results["rounded_to"] == 20
    assert (results["reach"], results["response"]["value"]) == (100, 0.4)


def test_a_report_beside_which_nothing_small_stands_is_exact():
    part = make.segment("Part", 203)
    made = make.campaign(segments=[part])
    make.deliver(make.content(made), 187, responded=43, segments=[part])

    results = evaluate(made, make.AFTER).results

    assert "rounded_to" not in results
    assert (results["reach"], results["response"]["k"]) == (187, 43)
