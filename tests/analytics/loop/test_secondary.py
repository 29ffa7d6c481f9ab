"""Outcomes that are named beside the one that decides: shown, corrected for being several, never a
verdict (J1, J2).
"""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from scipy import stats

from analytics.loop.evaluate import evaluate, recompute
from analytics.loop.storage import inputs_from_json
from campaigns.experiments.models import Assignment
from crm.readers.models import Activity
from tests.analytics import building as make
from tests.analytics.loop.test_assigned import place, planned
from tests.analytics.pages import plain_text
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
DRAWN = make.LAUNCH
OVER = DRAWN + timedelta(days=40)


@pytest.fixture
def by():
    return UserFactory(role="librarian")


def also(people, kind, at=DRAWN + timedelta(days=4)):
    """They do something else as well."""
    make.visit(people, at=at, kind=kind)


def two_arms(by, *, secondary, visits=(120, 120), loans=(150, 60), n=300, **promised):
    """A campaign whose outcome is a visit; ``visits`` and ``loans``: of those written to, and of
    those held out.
    """
    named = {"adjusts": False, "secondary": list(secondary)}
    made, letter = planned(by, **(named | promised))
    ours = place(made, letter, "A", n, came=visits[0])
    theirs = place(made, letter, None, n, came=visits[1])
    also(ours[: loans[0]], "loan")
    also(theirs[: loans[1]], "loan")
    return letter.campaign


def judged(evaluation) -> dict:
    return evaluation.results["judgement"]


def told_of(evaluation) -> dict:
    return {one["outcome"]: one for one in judged(evaluation)["secondary"]}


def test_j2_a_secondary_outcome_has_its_own_difference_and_interval(by):
    evaluation = evaluate(two_arms(by, secondary=["loan"]), OVER)

    told = told_of(evaluation)["loan"]
    assert told["value"] == pytest.approx(150 / 300 - 60 / 300)
    # Newcombe's interval by Wilson's of either arm.
    first = stats.binomtest(150, 300).proportion_ci(method="wilson")
    second = stats.binomtest(60, 300).proportion_ci(method="wilson")
    low = 0.3 - ((0.5 - first.low) ** 2 + (second.high - 0.2) ** 2) ** 0.5
    high = 0.3 + ((first.high - 0.5) ** 2 + (0.2 - second.low) ** 2) ** 0.5
    assert (told["low"], told["high"]) == pytest.approx((low, high), abs=1e-9)
    assert told["found"]
    assert recompute(evaluation) == evaluation.results


def test_j2_it_never_gives_the_verdict(by):
    evaluation = evaluate(two_arms(by, secondary=["loan"]), OVER)

    assert judged(evaluation)["effect"]["verdict"] == "open"
    assert evaluation.results["lift"]["value"] == 0
    kinds = set(evaluation.adjustments.values_list("kind", flat=True))
    assert not kinds & {"stop", "reduce", "segment_add", "content_arm"}
    harmful = evaluate(two_arms(by, secondary=["loan"], loans=(60, 200)), OVER)
    assert judged(harmful)["effect"]["verdict"] == "open"
    assert not harmful.adjustments.filter(kind="stop").exists()


def test_j2_several_are_looked_at_together(by):
    """A p of .03 alone is beyond chance, and among three no more (Benjamini and Hochberg)."""
    n, loans = 300, (114, 89)
    p = stats.chi2_contingency([loans, (n - loans[0], n - loans[1])], correction=False).pvalue
    assert 0.05 / 3 < p < 0.05
    alone = evaluate(two_arms(by, secondary=["loan"], loans=loans, n=n), OVER)
    campaign = two_arms(by, secondary=["loan", "event", "contribution"], loans=loans, n=n)
    people = Assignment.objects.filter(experiment__campaign=campaign).order_by("pk")
    readers = [one.reader for one in people.select_related("reader")]
    for kind in ("event", "contribution"):
        also([*readers[:60], *readers[n : n + 60]], kind)
    several = evaluate(campaign, OVER)

    assert told_of(alone)["loan"]["found"]
    assert not told_of(several)["loan"]["found"]
    assert judged(several)["compared"] == judged(alone)["compared"] + 2


def test_j2_what_nobody_recorded_is_not_measured(by):
    campaign = two_arms(by, secondary=["e_resource"])

    told = told_of(evaluate(campaign, OVER))["e_resource"]

    assert (told["value"], told["missing"], told["found"]) == (None, "not_measured", False)


@pytest.mark.parametrize("loans", [(3, 60), (60, 297)])
def test_j2_a_secondary_outcome_of_few_is_withheld(by, loans):
    told = told_of(evaluate(two_arms(by, secondary=["loan"], loans=loans), OVER))["loan"]

    assert (told["value"], told["low"], told["missing"]) == (None, None, "withheld")
    assert not told["found"]


def test_j2_before_the_end_it_is_provisional_and_wider(by):
    campaign = two_arms(by, secondary=["loan"])

    early = told_of(evaluate(campaign, DRAWN + timedelta(days=14)))["loan"]
    late = told_of(evaluate(campaign, OVER))["loan"]

    assert (early["found"], late["found"]) == (False, True)
    assert early["high"] - early["low"] > late["high"] - late["low"]


def test_j2_the_erased_are_not_counted_of_a_secondary_outcome(by):
    campaign = two_arms(by, secondary=["loan"])
    row = Assignment.objects.filter(experiment__campaign=campaign, arm__code="A").first()
    Activity.objects.filter(reader=row.reader).delete()
    Assignment.objects.filter(pk=row.pk).update(reader=None, outcome_so_far=1)

    drawn = inputs_from_json(evaluate(campaign, OVER).inputs).drawn

    assert sum(cell.n for cell in drawn.cells) == 600
    (one,) = drawn.secondary
    assert sum(cell.n for cell in one.cells) == 599


def test_j2_a_report_without_secondary_outcomes_stores_what_it_stored(by):
    evaluation = evaluate(two_arms(by, secondary=[]), OVER)

    assert "secondary" not in judged(evaluation)
    assert "secondary" not in evaluation.inputs["promised"]
    assert "secondary" not in evaluation.inputs["drawn"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Secondary outcomes", "Whether a reader borrows", "+30.0 points", "beyond chance"]),
        ("zh-hans", ["次要结果", "读者是否借书", "+30.0 个百分点", "不像是碰巧"]),
    ],
)
def test_j2_the_report_names_them_as_secondary_after_the_main_one(client, by, language, said):
    evaluation = evaluate(two_arms(by, secondary=["loan"]), OVER)
    client.force_login(UserFactory(role="manager"))
    client.cookies["django_language"] = language
    page = plain_text(client.get(evaluation.get_absolute_url()))

    part = page[page.index('id="secondary"') : page.index('id="standards"')]
    for one in said:
        assert one in part
    assert page.index('id="effect"') < page.index('id="secondary"')


def test_j2_files_and_programs_get_secondary_outcomes(desk, by):
    evaluation = evaluate(two_arms(by, secondary=["loan"]), OVER)

    exported = desk.get(reverse("analytics:evaluation-export", args=[evaluation.pk]))
    rows = list(csv.reader(io.StringIO(exported.content.decode("utf-8-sig"))))
    (row,) = [row for row in rows if "effect.secondary" in row]
    assert row[:2] == ["Secondary outcome, decides nothing", "A loan"]
    assert float(row[2]) == pytest.approx(30)
    assert "percentage points" in row
    url = reverse("api:campaign-results", args=[evaluation.campaign_id])
    measures = {one["measure"]: one for one in desk.get(url).json()["measures"]}
    told = measures["effect.secondary"]
    assert (told["about"], told["text"]) == ("outcome:loan", "+30.0 points")
