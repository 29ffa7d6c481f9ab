"""One rule for every table that leaves as a file."""

import csv
import io
import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from analytics.loop import report_file
from core.charts import Chart
from core.exporting import csv_lines, csv_text, defused, xlsx_file
from feedback.surveys import export, results
from tests.factories import CampaignFactory, EvaluationFactory, UserFactory
from tests.feedback.building import answer, published

RUNNING = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", " =1", "\u3000=1", "\u00a0+1", " \t=1"]
WIDE = ["＝1+1", "＋1", "－1", "＠x", "﹦1", "\u3000＝1"]
UNSEEN = "\ufeff\u200b\u200e\u202e\u2066\u00ad\u2003\u2028\x01\x7f\u3164\ufe0f"
HIDDEN = [f"{mark}=1" for mark in UNSEEN]


def cells_of(file) -> list[list[str]]:
    """The cells of a CSV text, or of the pieces of one, as a reader of the file finds them."""
    text = file if isinstance(file, str) else "".join(file)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def sheets_of(file) -> list[list[list]]:
    """Rows of cells of every sheet of a workbook; none may hold a formula."""
    sheets = []
    for sheet in load_workbook(file).worksheets:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
        sheets.append([list(row) for row in sheet.iter_rows(values_only=True)])
    return sheets


def chart_of(text: str) -> Chart:
    return Chart(id="c", figure={}, caption="", columns=[text, "n"], rows=[(text, 1)])


@pytest.mark.parametrize("text", RUNNING + WIDE + HIDDEN)
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
    definition, librarian = results.whole_definition(survey), UserFactory(role="librarian")
    evaluation = EvaluationFactory(campaign=CampaignFactory(title=text))

    quoted = f"'{text}"
    assert cells_of(csv_text(export.answer_rows(survey, definition, librarian)))[1][-1] == quoted
    assert sheets_of(export.as_xlsx(survey, definition, librarian))[0][1][-1] == quoted
    assert cells_of(csv_lines([[text]])) == [[quoted]]
    assert cells_of(report_file.as_csv(evaluation))[1][1] == quoted
    assert cells_of(chart_of(text).csv) == [[quoted, "n"], [quoted, "1"]]


def test_numbers_in_files_stay_numbers():
    row = [-5, -1.5, Decimal("-12.50"), True, float("-inf"), float("nan")]

    assert cells_of(csv_text([row])) == [["-5", "-1.5", "-12.50", "True", "'-inf", "nan"]]
    assert sheets_of(xlsx_file({"One": [row]})) == [[[-5, -1.5, -12.5, "True", "'-inf", "nan"]]]


def test_headings_are_cells_like_others():
    assert cells_of(csv_text([["＝1+1", "Name"]])) == [["'＝1+1", "Name"]]
    assert sheets_of(xlsx_file({"One": [["=1", "Name"]]})) == [[["'=1", "Name"]]]


def test_a_book_has_its_sheets_in_order_and_short_names():
    book = load_workbook(xlsx_file({"b" * 40: [[1]], "a": [[2]]}))
    assert book.sheetnames == ["b" * 31, "a"]


def test_a_long_csv_comes_in_pieces_of_whole_lines():
    pieces = list(csv_lines([n] for n in range(1200)))
    assert [piece.count("\r\n") for piece in pieces] == [0, 500, 500, 200]
    assert cells_of(pieces) == [[str(n)] for n in range(1200)]


#: What a formula may hide behind, the characters that start one, and any other text.
anything = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
hidden_formula = st.builds(
    "".join,
    st.tuples(
        st.text(st.characters(categories=["Zs", "Zl", "Zp", "Cc", "Cf"], exclude_characters="\0")),
        st.sampled_from("=+-@＝＋－＠"),
        anything,
    ),
)


def is_quoted_or_harmless(cell) -> bool:
    """Written apart from the rule it checks: what is seen first must be no formula character."""
    seen = cell
    while seen and unicodedata.category(seen[0]) in {"Zs", "Zl", "Zp", "Cc", "Cf"}:
        seen = seen[1:]
    return cell.startswith("'") or seen[:1] not in set("=+-@＝＋－＠")


@given(text=anything | hidden_formula)
def test_no_text_runs_in_a_csv_file(text):
    [[heading], [cell]] = cells_of(csv_text([[f"{text}x"], [f"{text}x"]]))

    assert heading == cell
    assert is_quoted_or_harmless(cell)
    assert cell in (f"{text}x", f"'{text}x")


@settings(max_examples=50)
@given(text=anything | hidden_formula)
def test_no_text_runs_in_a_workbook(text):
    [[[heading], [cell]]] = sheets_of(xlsx_file({"One": [[f"{text}x"], [f"{text}x"]]}))

    assert heading == cell
    assert is_quoted_or_harmless(cell)


#: Texts as people write them: letters of any script, digits, spaces and marks inside.
ordinary = st.builds(
    "{}{}".format,
    st.characters(categories=["Lu", "Ll", "Nd"]) | st.sampled_from("读者问卷“（"),
    st.text(st.characters(categories=["L", "Nd", "Po", "Sm"]) | st.just(" "), max_size=20),
)


@settings(max_examples=50)
@given(text=ordinary, n=st.integers(-(10**12), 10**12))
def test_ordinary_text_and_numbers_come_back_unchanged(text, n):
    assert cells_of(csv_text([[text, n]])) == [[text, str(n)]]
    assert sheets_of(xlsx_file({"One": [[text, n]]})) == [[[text, n]]]
