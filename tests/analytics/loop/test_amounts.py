"""How often readers did what was named, and not only whether: from the rows to every page (J1, J2).

Welch's interval and the corrected one are held against scipy and against the rows themselves, on
borrowing of real patrons where the file is there; it lies outside the repository.
"""

import csv
import io
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from django.urls import reverse
from scipy import stats

from analytics.loop.evaluate import evaluate, recompute
from analytics.loop.inputs.experiment import HELD_OUT
from analytics.loop.storage import inputs_from_json
from crm.readers.models import Activity
from tests.analytics import building as make
from tests.analytics.loop.test_assigned import place, planned
from tests.analytics.pages import plain_text
from tests.campaigns.experiments.building import experiment, live
from tests.data import real_file
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
DRAWN = make.LAUNCH
OVER = DRAWN + timedelta(days=40)


@pytest.fixture
def by():
    return UserFactory(role="librarian")


def loans_of(rows, at):
    """So many loans of each reader, all on one day. ``rows``: [(reader, how many)]."""
    Activity.objects.bulk_create(
        (
            Activity(reader=reader, kind="loan", at=at, source="file", ref=f"{at:%m%d}-{i}")
            for reader, times in rows
            for i in [f"{reader.pk}-{one}" for one in range(times)]
        ),
        batch_size=5000,
    )


def drawn_with(made, letter, arm, after, before=()):
    """Readers drawn into an arm (None: held out) who borrow so often after it, and before."""
    people = place(made, letter, arm, len(after))
    loans_of(zip(people, map(int, after), strict=True), DRAWN + timedelta(days=5))
    loans_of(zip(people, map(int, before), strict=False), DRAWN - timedelta(days=20))
    return people


def effect_of(evaluation) -> dict:
    return evaluation.results["judgement"]["effect"]


def telling(by, seed=3, more=0.6, n=300, **promised):
    """A campaign of loans, counted: those written to borrow ``more`` oftener on average. Returns
    its evaluation and the loans of both arms.
    """
    named = {"outcome": "loan", "as_amount": True, "smallest_effect": 20, "adjusts": False}
    made, letter = planned(by, **(named | promised))
    chance = np.random.default_rng(seed)
    ours, theirs = chance.poisson(1.2 + more, n), chance.poisson(1.2, n)
    drawn_with(made, letter, "A", ours)
    drawn_with(made, letter, None, theirs)
    make.pay(letter.campaign, 900, channel="email")
    return evaluate(letter.campaign, OVER), ours, theirs


# --- from the rows --------------------------------------------------------------------------------
def test_j2_an_amount_is_welchs_difference_of_means(by):
    evaluation, ours, theirs = telling(by)

    shown = effect_of(evaluation)["shown"]
    welch = stats.ttest_ind(ours, theirs, equal_var=False)
    low, high = welch.confidence_interval(0.95)
    assert shown["value"] == pytest.approx(ours.mean() - theirs.mean(), abs=1e-12)
    assert (shown["low"], shown["high"]) == pytest.approx((low, high), abs=1e-12)
    assert effect_of(evaluation)["verdict"] == "good"
    assert recompute(evaluation) == evaluation.results


def test_j2_both_arms_and_the_share_beside_are_told_of_persons(by):
    evaluation, ours, theirs = telling(by)

    told = effect_of(evaluation)["amount"]
    assert (told["treated"], told["held_out"]) == pytest.approx((ours.mean(), theirs.mean()))
    # The lift counts readers who borrowed at all, however often.
    lift = evaluation.results["lift"]
    assert (lift["treated_active"], lift["holdout_active"]) == (
        (ours > 0).sum(),
        (theirs > 0).sum(),
    )
    assert lift["value"] == pytest.approx((ours > 0).mean() - (theirs > 0).mean())


def test_j2_how_often_few_borrowed_is_not_told(by):
    made, letter = planned(by, outcome="loan", as_amount=True, adjusts=False)
    drawn_with(made, letter, "A", [3, 1, 4, 0, 2, 2] + [0] * 194)
    drawn_with(made, letter, None, [9, 7, 30] + [0] * 197)

    evaluation = evaluate(letter.campaign, OVER)

    told = effect_of(evaluation)
    assert told["verdict"] == "few"
    assert told["shown"]["value"] is None
    assert told["amount"] == {
        "plain": {"value": None, "low": None, "high": None, "n": 400},
        "treated": None,
        "held_out": None,
    }


def test_j2_shares_store_what_they_stored(by):
    made, letter = planned(by)
    place(made, letter, "A", 60, came=30)
    place(made, letter, None, 60, came=20)

    evaluation = evaluate(letter.campaign, OVER)

    assert "amount" not in effect_of(evaluation)
    assert [len(cell) for cell in evaluation.inputs["drawn"]["cells"]] == [8, 8]


@pytest.fixture(scope="module")
def patrons() -> pd.DataFrame:
    """Checkouts and renewals of real patrons, who are drawn by lot; renewals stand for the history
    since they are the one other count of the same person.
    """
    path = real_file("sfpl", "Library_Usage.csv.gz")
    rows = pd.read_csv(path, usecols=["Total Checkouts", "Total Renewals"], nrows=40_000)
    rows.columns = ["after", "before"]
    rows = rows[(rows["after"] <= 25) & (rows["before"] <= 25)].sample(700, random_state=4)
    rows["is_treated"] = np.random.default_rng(4).random(len(rows)) < 0.6
    return rows


@pytest.fixture
def borrowing(by, patrons):
    """The patrons as readers of a campaign, each loan a row of its own."""
    arms = (("A", "new", 100),)
    named = {"outcome": "loan", "as_amount": True, "smallest_effect": 50}
    made = experiment(by, arms=arms, holdout=40, **named)
    running = live(made)
    letter = make.content(running)
    for arm, is_treated in (("A", True), (None, False)):
        rows = patrons[patrons["is_treated"] == is_treated]
        drawn_with(made, letter, arm, rows["after"], rows["before"])
    return running


def test_j2_real_borrowing_says_what_scipy_says(patrons, borrowing):
    evaluation = evaluate(borrowing, OVER)

    ours, theirs = (patrons.loc[patrons["is_treated"] == one, "after"] for one in (True, False))
    welch = stats.ttest_ind(ours, theirs, equal_var=False)
    low, high = welch.confidence_interval(0.95)
    plain = effect_of(evaluation)["amount"]["plain"]
    expected = (ours.mean() - theirs.mean(), low, high)
    assert (plain["value"], plain["low"], plain["high"]) == pytest.approx(expected, abs=1e-9)

    # Corrected by the rows: one theta, the slope of what came after on what was before.
    centred = patrons.assign(x=patrons["before"].astype(float), y=patrons["after"].astype(float))
    theta = np.cov(centred["x"], centred["y"])[0, 1] / centred["x"].var()
    left = centred["y"] - theta * centred["x"]
    two = left[patrons["is_treated"]], left[~patrons["is_treated"]]
    corrected = stats.ttest_ind(*two, equal_var=False)
    low, high = corrected.confidence_interval(0.95)
    shown = effect_of(evaluation)["shown"]
    assert effect_of(evaluation)["adjusted"]
    expected = (two[0].mean() - two[1].mean(), low, high)
    assert (shown["value"], shown["low"], shown["high"]) == pytest.approx(expected, abs=1e-9)
    assert shown["high"] - shown["low"] < plain["high"] - plain["low"]

    sums = {cell.arm: cell for cell in inputs_from_json(evaluation.inputs).drawn.cells}
    assert (sums["A"].y, sums["A"].did) == (ours.sum(), (ours > 0).sum())
    assert sums[HELD_OUT].yy == (theirs**2).sum()
    assert recompute(evaluation) == evaluation.results


# --- on every page --------------------------------------------------------------------------------
UNITS = {"en": "times per 100 readers", "zh-hans": "次/百名读者"}


@pytest.fixture
def told(by):
    evaluation, _ours, _theirs = telling(by)
    return evaluation


def printed(evaluation) -> tuple[str, str]:
    """The effect and its interval as pages print them, without the unit."""
    shown = effect_of(evaluation)["shown"]
    value, low, high = (shown[name] * 100 for name in ("value", "low", "high"))
    return f"{value:+.1f}", f"{low:+.1f} to {high:+.1f}"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_j2_the_report_prints_times_and_no_points_of_the_effect(client, told, language):
    client.force_login(UserFactory(role="manager"))
    client.cookies["django_language"] = language
    page = plain_text(client.get(told.get_absolute_url()))

    value, _interval = printed(told)
    unit = UNITS[language]
    said = {
        "en": f"{value} {unit}",
        "zh-hans": f"{value} {unit}",
    }[language]
    for part in ("effect", "four", "tables"):
        assert said in part_of(page, part), part
    asked = {"en": "“How often a reader borrows”, within 28 days", "zh-hans": "“读者借书几次”"}
    assert asked[language] in page
    assert {"en": "Can be seen: from", "zh-hans": "看得见："}[language] in page
    points = {"en": f"{value} points", "zh-hans": f"{value} 个百分点"}[language]
    assert points not in page


def part_of(page: str, part: str) -> str:
    """A part of the report: the first sentences, the effect, or the tables."""
    start = {
        "effect": 'id="effect"',
        "four": "data-report",
        "tables": '<details class="report-tables">',
    }[part]
    end = {"effect": 'id="standards"', "four": 'id="effect"', "tables": "</html>"}[part]
    begun = page.index(start)
    return page[begun : page.index(end, begun + 1)]


def test_j2_a_further_time_has_a_cost(desk, told):
    page = plain_text(desk.get(told.get_absolute_url()))

    shown = effect_of(told)["shown"]
    each = 900 / (shown["value"] * 300)
    assert "It cost ¥900; of what was spent on writing to readers, each further time took" in page
    assert f"took ¥{each:,.2f}." in page


def test_j2_lists_the_room_and_the_comparison_say_the_same(desk, told):
    value, interval = printed(told)
    said = f"{value} times per 100 readers"
    for address in (
        reverse("analytics:evaluation-list"),
        reverse("analytics:campaign-panel", args=[told.campaign_id]),
        reverse("analytics:campaign-comparison"),
    ):
        assert said in plain_text(desk.get(address)), address
    page = plain_text(desk.get(reverse("analytics:campaign-comparison")))
    assert "How often a reader borrows, within 28 days" in page
    assert f"{interval} times per 100 readers" in page


def test_j2_whether_and_how_often_are_not_compared(desk, told, by):
    made, letter = planned(by, outcome="loan", adjusts=False)
    chance = np.random.default_rng(5)
    drawn_with(made, letter, "A", chance.poisson(1, 200))
    drawn_with(made, letter, None, chance.poisson(1, 200))
    evaluate(letter.campaign, OVER)

    groups = desk.get(reverse("analytics:campaign-comparison")).context["groups"]

    assert {group.title for group in groups} == {
        "How often a reader borrows, within 28 days",
        "A loan, within 28 days",
    }


def test_j2_files_and_programs_get_unit_and_value(desk, told):
    exported = desk.get(reverse("analytics:evaluation-export", args=[told.pk]))
    rows = list(csv.reader(io.StringIO(exported.content.decode("utf-8-sig"))))
    (row,) = [row for row in rows if row[0] == "Figure" and "effect.amount" in row]
    shown = effect_of(told)["shown"]
    assert float(row[2]) == pytest.approx(shown["value"])
    assert "times per reader" in row

    compared = desk.get(reverse("analytics:comparison-export"))
    rows = csv.DictReader(io.StringIO(compared.getvalue().decode("utf-8-sig")))
    (row,) = list(rows)
    assert float(row["Effect"]) == pytest.approx(shown["value"] * 100, abs=0.01)
    assert row["Unit of the effect"] == "times per 100 readers"

    url = reverse("api:campaign-results", args=[told.campaign_id])
    measures = {one["measure"]: one for one in desk.get(url).json()["measures"]}
    assert measures["effect.amount"]["value"] == pytest.approx(shown["value"])
    assert measures["effect.amount"]["unit"] == "per_reader"
    assert measures["effect.amount"]["text"] == f"{printed(told)[0]} times per 100 readers"


def test_j12_what_harms_promises_in_times_and_is_checked_in_times(by):
    evaluation, _ours, _theirs = telling(by, more=-0.6)

    (stop,) = evaluation.adjustments.filter(kind="stop")
    assert stop.measure == "outcome_amount"
    assert stop.expected > 0
    assert [one.unit for one in stop.findings.all()] == ["outcome_amount"]


def test_j12_the_new_arms_are_held_against_the_one_as_before_in_times(by, client):
    made, letter = planned(by, outcome="loan", as_amount=True, smallest_effect=20, adjusts=False)
    chance = np.random.default_rng(7)
    means = {"A": 2.0, "B": 1.3, "C": 1.2, None: 1.0}
    loans = {arm: chance.poisson(mean, 200) for arm, mean in means.items()}
    for arm, of_it in loans.items():
        drawn_with(made, letter, arm, of_it)
    evaluation = evaluate(letter.campaign, OVER)

    told = evaluation.results["judgement"]
    (better,) = evaluation.adjustments.filter(kind="content_arm")
    assert (better.after, better.measure) == ("A", "outcome_amount")
    assert better.is_against_as_before
    new = np.concatenate([loans["A"], loans["B"]])
    changed = told["changed"]["outcome"]["value"]
    assert changed == pytest.approx(new.mean() - loans["C"].mean(), abs=1e-12)
    client.force_login(UserFactory(role="manager"))
    client.cookies["django_language"] = "en"
    for address in (evaluation.get_absolute_url(), better.get_absolute_url()):
        assert "times per 100 readers" in plain_text(client.get(address))
    assert recompute(evaluation) == evaluation.results
