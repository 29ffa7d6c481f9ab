"""The effect that decides is the one that every page, file and program tells (J1, J2).

History is uneven between the arms by chance, so the corrected difference is not the plain one.
"""

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse

from analytics.loop.evaluate import evaluate, recompute
from analytics.loop.models import Evaluation
from campaigns.plan.models import Campaign, Standard
from tests.analytics import building as make
from tests.analytics.loop.test_assigned import place
from tests.analytics.pages import plain_text
from tests.campaigns.experiments.building import experiment, live
from tests.factories import UserFactory
from tests.owner import as_owner

pytestmark = pytest.mark.django_db
DRAWN = make.LAUNCH
#: The campaign lasts 14 days, and each reader's window 28.
LAST_DAY = date(2026, 3, 15)
#: As the same effect is printed by every page; corrected, before the end and after it.
PLACES = {
    "list": lambda told: reverse("analytics:evaluation-list"),
    "room": lambda told: reverse("analytics:campaign-panel", args=[told.campaign_id]),
    "comparison": lambda told: reverse("analytics:campaign-comparison"),
}


@pytest.fixture
def running() -> Campaign:
    """Two weeks of mail and a standard for the effect; readers drawn into two arms."""
    by = UserFactory(role="librarian")
    made = experiment(
        by,
        arms=(("A", "new", 100),),
        holdout=50,
        outcome="visit",
        adjusts=True,
        window_days=28,
        smallest_effect=3,
    )
    Campaign.objects.filter(pk=made.campaign_id).update(starts_on=DRAWN.date(), ends_on=LAST_DAY)
    Standard.objects.create(campaign=made.campaign, metric="lift", direction="ge", target=4)
    campaign = live(made)
    letter = make.content(campaign)
    place(made, letter, "A", 400, came=160, before=110)
    place(made, letter, None, 400, came=110, before=80)
    return campaign


def effect_of(evaluation: Evaluation) -> dict:
    return evaluation.results["judgement"]["effect"]


def points(difference: float) -> str:
    return f"{difference * 100:+.1f}".replace("-", "−")


def headline(evaluation: Evaluation) -> tuple[str, str]:
    """The value and the interval of the first sentence."""
    shown = effect_of(evaluation)["shown"]
    low, high = points(shown["low"]), points(shown["high"])
    return f"{points(shown['value'])} points", f"{low} to {high} points"


def exported(desk, evaluation) -> list[list[str]]:
    answer = desk.get(reverse("analytics:evaluation-export", args=[evaluation.pk]))
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def in_the_api(desk, evaluation) -> dict:
    url = reverse("api:campaign-results", args=[evaluation.campaign_id])
    return desk.get(url).json()


@pytest.mark.parametrize("days", [7, 20, 45])
def test_j2_one_effect_wherever_it_is_told(desk, running, days):
    """The plain difference has the fixed interval on every day: looking at it daily finds what is
    not there.
    """
    told = evaluate(running, DRAWN + timedelta(days=days))
    shown, plain = effect_of(told)["shown"], told.results["lift"]
    assert effect_of(told)["adjusted"]
    assert effect_of(told)["provisional"] is (days < 28)
    assert shown["value"] < plain["value"] - 0.01
    value, interval = headline(told)

    report = plain_text(desk.get(told.get_absolute_url()))
    assert f"{value}" in report[report.index("data-report") : report.index('id="effect"')]
    for name, address in PLACES.items():
        page = plain_text(desk.get(address(told)))
        assert value in page, name
        assert f"{points(plain['value'])} points" not in page, name
    assert f"95 %: {interval}" in plain_text(desk.get(PLACES["comparison"](told)))

    # The plain one stands in the report alone, as a note.
    uncorrected = f"{points(plain['value'])} points"
    assert report.count(uncorrected) == report.count(f"uncorrected {uncorrected}") == 1

    (lift,) = [one for one in in_the_api(desk, told)["measures"] if one["measure"] == LIFT]
    for end in ("value", "low", "high"):
        assert lift[end] == pytest.approx(shown[end] * 100)
    assert (lift["n"], lift["text"], lift["window"]) == (800, value, "window")

    written = [row for row in exported(desk, told) if row[9] == LIFT]
    assert [row[0] for row in written] == ["Effect", "Figure", "Standard", "Lift", "Standard"]
    for row in written:
        assert float(row[2]) == pytest.approx(shown["value"] * 100)
        assert float(row[3]) == pytest.approx(shown["low"] * 100)
    assert recompute(told) == told.results


LIFT = "evaluation.lift"


def test_j2_the_file_says_what_is_concluded_and_of_what(desk, running):
    told = evaluate(running, DRAWN + timedelta(days=45))

    rows = {row[0]: row for row in reversed(exported(desk, told))}

    value, _interval = headline(told)
    assert "“Whether a reader visits”, within 28 days of being drawn" in rows["Effect"][1]
    assert rows["Effect"][7].startswith(("It helped", "Whether it helped is open"))
    assert value in rows["Effect"][7]
    assert rows["Verdict"][1] in {"Go on", "Open"}


def test_j2_a_standard_is_judged_by_the_effect_that_decides(running):
    told = evaluate(running, DRAWN + timedelta(days=45))

    (standard,) = told.results["standards"]
    shown = effect_of(told)["shown"]
    assert (standard["value"], standard["low"]) == pytest.approx(
        (shown["value"] * 100, shown["low"] * 100)
    )
    # Of the plain one the whole interval lies above the target.
    assert told.results["lift"]["low"] * 100 > 4 > standard["low"]
    assert standard["attained"] == "cannot_say"


def test_j2_what_an_effect_counts_is_what_the_plan_named(desk, running):
    told = evaluate(running, DRAWN + timedelta(days=45))

    page = plain_text(desk.get(told.get_absolute_url()))

    standards = page[page.index('id="standards"') :]
    assert "“Whether a reader visits”, within 28 days of being drawn" in standards
    assert "With the outcome that was named" in page
    assert "with a visit, loan, event or contribution after the launch" not in page


def test_j2_on_day_20_of_14_days_and_windows_of_28_it_is_provisional_everywhere(desk, running):
    early = evaluate(running, DRAWN + timedelta(days=20))
    assert early.as_of.date() > LAST_DAY
    said_in = {name: address(early) for name, address in PLACES.items()}
    report = early.get_absolute_url()

    for address in [report, *said_in.values()]:
        assert "provisional" in plain_text(desk.get(address)), address
    page = plain_text(desk.get(report))
    assert "Provisional, day 20 of 28: the window of the readers is not over." in page
    assert "Provisional: 0 of 1 standards met so far" in page
    assert in_the_api(desk, early)["provisional"] is True
    assert all(one["provisional"] for one in in_the_api(desk, early)["measures"])
    assert ["State", "Provisional, day 20 of 28: the window of the readers is not over."] in [
        row[:2] for row in exported(desk, early)
    ]
    compared = desk.get(reverse("analytics:comparison-export"))
    (row,) = csv.DictReader(io.StringIO(compared.getvalue().decode("utf-8-sig")))
    assert row["Provisional"] == "yes"

    final = evaluate(running, DRAWN + timedelta(days=28))
    assert final.number == early.number + 1
    assert evaluate(running, DRAWN + timedelta(days=29)) == final
    for address in [final.get_absolute_url(), *said_in.values()]:
        assert "provisional" not in plain_text(desk.get(address)), address
    assert in_the_api(desk, final)["provisional"] is False


def test_j2_the_end_of_the_period_alone_is_no_news(running):
    """The windows of its readers go on, so no figure is final and no row says so."""
    before = evaluate(running, DRAWN + timedelta(days=13))
    assert evaluate(running, DRAWN + timedelta(days=16)) == before


def test_j2_a_campaign_without_a_last_day_is_final_once_it_is_closed(desk):
    made = make.telling_campaign()
    Campaign.objects.filter(pk=made.pk).update(ends_on=None)
    made.refresh_from_db()
    early = evaluate(made, make.AFTER)
    assert effect_of(early)["provisional"]

    Campaign.objects.filter(pk=made.pk).update(
        phase=Campaign.Phase.CLOSED, closed_at=make.AFTER, closed_by=made.owner
    )
    made.refresh_from_db()
    late = evaluate(made, make.AFTER + timedelta(days=1))

    assert late.number == early.number + 1
    assert not effect_of(late)["provisional"]
    assert in_the_api(desk, late)["provisional"] is False


def test_j2_an_evaluation_of_before_0_4_tells_its_plain_difference(desk, told):
    """It named no outcome and concluded nothing."""
    results = {**told.results, "version": "0.3"}
    results.pop("judgement")
    with as_owner():
        Evaluation.objects.filter(pk=told.pk).update(results=results)
    plain = f"{points(results['lift']['value'])} points"

    for name, address in PLACES.items():
        assert plain in plain_text(desk.get(address(told))), name
    rows = [row for row in exported(desk, told) if row[9] == LIFT]
    told_in_points = [float(row[2]) for row in rows]
    assert told_in_points == pytest.approx([results["lift"]["value"] * 100] * len(rows))
    assert "Effect" not in {row[0] for row in rows}
