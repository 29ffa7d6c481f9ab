"""One rule for every table that leaves as a file."""

import csv
import io
from datetime import date

import pytest

from analytics.loop import report
from core.exporting import csv_lines, defused
from feedback.surveys import export, results
from tests.factories import CampaignFactory, EvaluationFactory, UserFactory
from tests.feedback.building import answer, published

RUNNING = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", " =1", "\u3000=1", "\u00a0+1", " \t=1"]


@pytest.mark.parametrize("text", RUNNING)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "cell"),
    [(-1, -1), (1.5, 1.5), (None, ""), ("a=b", "a=b"), (date(2026, 3, 2), "2026-03-02"), ("", "")],
)
def test_numbers_and_harmless_text_stay(value, cell):
    assert defused(value) == cell


@pytest.mark.django_db
@pytest.mark.parametrize("text", [" =1+1", "\n=1"])
def test_every_export_uses_the_rule(text):
    survey = published()
    answer(survey, {"1": 1, "5": text})
    lines = export.lines(survey, results.whole_definition(survey), UserFactory(role="librarian"))
    evaluation = EvaluationFactory(campaign=CampaignFactory(title=text))

    assert next(lines)[-1] == f"'{text}"
    assert next(
        csv.reader(io.StringIO("".join(csv_lines([[text]])).removeprefix("\ufeff"), newline=""))
    ) == [f"'{text}"]
    assert list(csv.reader(io.StringIO(report.as_csv(evaluation), newline="")))[1][1] == f"'{text}"
