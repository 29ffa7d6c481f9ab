import io
import json
import re
from datetime import date
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.utils import translation
from django_cotton import render_component
from openpyxl import load_workbook

from core.charts import Chart, bars, flat_bars, intervals, lines, page_or_file
from core.charts.files import picture
from core.charts.layout import figure
from core.disclosure import Count
from tests import servers


def chart(**changes) -> Chart:
    given = {
        "id": "contributors",
        "figure": bars(["Sep", "Oct"], {"Contributors": [90, 118]}, last=True),
        "caption": "Distinct persons",
        "columns": ["Month", "Contributors"],
        "rows": [("Sep", 90), ("Oct", 118)],
    }
    return Chart(**(given | changes))


def test_bars_start_at_zero_and_paint_the_newest_in_the_accent():
    drawn = bars(["Sep", "Oct"], {"Contributors": [90, 118]}, last=True)
    assert drawn["layout"]["yaxis"]["rangemode"] == "tozero"
    assert drawn["data"][0]["marker"]["color"] == ["--chart-1", "--accent"]
    assert drawn["layout"]["showlegend"] is False


def test_months_are_short_with_the_year_under_the_first_and_january():
    months = ["2025-11", "2025-12", "2026-01"]
    with translation.override("en"):
        assert bars(months, {"a": [1, 2, 3]})["layout"]["xaxis"]["ticktext"] == [
            "Nov<br>2025",
            "Dec",
            "Jan<br>2026",
        ]
    with translation.override("zh-hans"):
        assert lines(months, {"a": [1, 2, 3]})["layout"]["xaxis"]["ticktext"] == [
            "11月<br>2025",
            "12月",
            "1月<br>2026",
        ]
    assert "ticktext" not in bars(["2025-11", "all"], {"a": [1, 2]})["layout"]["xaxis"]


def test_several_series_stand_below_each_other_each_on_its_own_scale():
    """Mails by the thousand made a flat line of answers by the dozen."""
    drawn = lines(["Sep", "Oct"], {"Mails": [9000, 12000], "Answers": [12, None]})
    assert [trace.get("yaxis") for trace in drawn["data"]] == ["y", "y2"]
    first, second = drawn["layout"]["yaxis"]["domain"], drawn["layout"]["yaxis2"]["domain"]
    assert first[0] > second[1]
    assert "overlaying" not in drawn["layout"]["yaxis2"]
    assert drawn["layout"]["xaxis"]["anchor"] == "y2"
    assert [one["text"] for one in drawn["layout"]["annotations"]] == ["Mails", "Answers"]


def test_every_mark_has_a_sentence_in_both_languages():
    series = {"Contributors": [Count.of(118), Count.of(3), Count.of(None)]}
    months = ["2026-01", "2026-02", "2026-03"]
    with translation.override("en"):
        (trace,) = bars(months, series)["data"]
    assert trace["hovertemplate"] == "%{customdata}<extra></extra>"
    assert trace["customdata"] == [
        "January 2026: Contributors 118",
        "February 2026: Contributors not shown",
        "March 2026: Contributors not measured",
    ]
    with translation.override("zh-hans"):
        (trace,) = bars(months, {"贡献者": series["Contributors"]})["data"]
        rows = intervals(["海报"], [8.2], [(3.1, 13.3)])["data"][0]
    assert trace["customdata"][0] == "2026年1月：贡献者 118"
    assert rows["customdata"] == ["海报：8.2（3.1–\u206013.3）"]


def test_capped_bar_is_hatched_broken_and_says_at_least():
    drawn = flat_bars(["ours", "theirs"], [100_000, 52_000], capped=[True, False])
    bar = drawn["data"][0]
    assert bar["text"] == ["≥ 100,000", "52,000"]
    assert bar["marker"]["pattern"]["shape"] == ["/", ""]
    assert [(mark["y"], mark["x"]) for mark in drawn["layout"]["annotations"]] == [("ours", 94_000)]


def test_lines_keep_a_gap_where_nothing_was_measured():
    drawn = lines(["May", "Jun", "Jul"], {"Satisfaction": [4.1, None, 4.3]}, from_zero=False)
    assert drawn["data"][0]["y"] == [4.1, None, 4.3]
    assert drawn["data"][0]["connectgaps"] is False
    assert drawn["layout"]["yaxis"]["rangemode"] == "normal"


def test_few_days_are_labelled_one_by_one():
    few = lines(["2026-11-24"], {"Members": [2622]}, xaxis={"type": "date"})["layout"]["xaxis"]
    assert few["tickvals"] == ["2026-11-24"]
    many = lines(
        [f"2026-11-{day:02}" for day in range(1, 31)], {"Members": [1] * 30}, xaxis={"type": "date"}
    )
    assert "tickvals" not in many["layout"]["xaxis"]
    assert many["layout"]["xaxis"]["tickformat"] == "%Y-%m-%d"


def test_interval_without_an_estimate_keeps_its_line_empty():
    drawn = intervals(["a", "b"], [0.5, None], [(0.2, 0.75), None], reference=0)
    dots = drawn["data"][0]
    assert (dots["x"], dots["y"]) == ([0.5, None], ["a", "b"])
    assert dots["error_x"]["array"] == [0.25, 0]
    assert dots["error_x"]["arrayminus"] == [0.3, 0]
    assert drawn["layout"]["yaxis"]["categoryarray"] == ["a", "b"]
    # From the first above to the last below, with room for the one that is unknown.
    assert drawn["layout"]["yaxis"]["range"] == [1.5, -0.5]
    assert drawn["layout"]["shapes"][0]["x0"] == 0


def test_changes_are_laid_over_the_common_layout():
    drawn = bars(["Oct"], {"a": [1]}, yaxis={"title": {"text": "persons"}}, height=200)
    assert drawn["layout"]["yaxis"]["title"] == {"text": "persons"}
    assert drawn["layout"]["yaxis"]["rangemode"] == "tozero"
    assert drawn["layout"]["height"] == 200


UNKNOWN_TO_PLOTLY = {"type": "bar", "x": [1], "y": [1], "marker": {"colour": "--chart-1"}}


def test_figure_refuses_what_plotly_does_not_know():
    with pytest.raises(ValueError, match="colour"):
        figure(UNKNOWN_TO_PLOTLY)


def test_charts_of_pages_are_made_without_plotly():
    """Its schema took most of the time that a chart took, and loading it a second."""
    code = (
        "import sys, django; django.setup()\n"
        "from core.charts import Chart, flat_bars, layout\n"
        "figure = flat_bars(['a'], [1])\n"
        "assert Chart('c', figure, 'c', ['a'], [['a']]).drawing\n"
        "print(layout.CHECKS, 'plotly' in sys.modules)"
    )
    assert servers.printed_by(code) == "[] False\n"


def test_figure_is_read_once_for_all_that_a_page_says_of_it():
    """A figure may be read once only: its series are then gone."""
    given = chart()
    assert given.is_drawn
    given.figure["data"].clear()
    assert "<svg" in page_of(given)
    assert picture(given).count("<title>") == 2


def test_texts_of_a_figure_are_texts_to_plotly():
    named = "<b>x</b> & <a href='//x'>y</a> &lt;"
    given = chart(figure=lines(["2026-01", named], {named: [1, 2], "b": [1, 2]}))
    told = json.loads(answer(given, "contributors.json").content)
    plain = "&lt;b>x&lt;/b> &amp; &lt;a href='//x'>y&lt;/a> &amp;lt;"
    assert told["data"][0]["x"] == ["2026-01", plain]
    assert told["layout"]["annotations"][0]["text"] == plain
    assert "<" not in told["data"][0]["customdata"][1]
    # Those of ours keep their marks.
    assert told["data"][0]["hovertemplate"] == "%{customdata}<extra></extra>"
    months = json.loads(
        answer(chart(figure=bars(["2026-01"], {"a": [1]})), "contributors.json").content
    )
    assert "<br>2026" in months["layout"]["xaxis"]["ticktext"][0]


def test_table_twin_prints_missing_numbers_and_finds_number_columns():
    given = chart(columns=["Group", "n", "Rate"], rows=[("a", 1284, 0.5), ("b", None, None)])
    with translation.override("en"):
        assert given.cells == [["a", "1,284", "0.5"], ["b", "not measured", "not measured"]]
    assert given.numeric == {1, 2}


def test_csv_is_readable_by_a_spreadsheet_and_runs_no_formula():
    text = chart(columns=["Name", "n"], rows=[("=cmd()", 1), ("春分，立蛋", -2)]).csv
    assert text == "\ufeffName,n\r\n'=cmd(),1\r\n春分，立蛋,-2\r\n"
    assert unquote(chart().csv_url).endswith("Month,Contributors\r\nSep,90\r\nOct,118\r\n")


def page_of(given: Chart, address: str = "/insight/?only=a") -> str:
    """The component as a page shows it."""
    request = RequestFactory().get(address)
    request.user = SimpleNamespace(is_authenticated=False)
    return render_component(request, "chart", chart=given)


def test_rendered_chart_holds_drawing_caption_n_date_table_and_files():
    with translation.override("en"):
        html = page_of(chart(n=3, as_of=date(2026, 11, 1), note="made for a test"))
    assert '<svg class="drawing"' in html
    assert "<title>Oct: Contributors 118</title>" in html
    assert "Distinct persons · as of 1 Nov 2026 · made for a test" in html
    assert re.search(r'<th scope="row">Oct</th>\s*<td class="n">118</td>', html)
    assert 'download="contributors.csv"' in html
    # What the page was narrowed to, its files are.
    for kind in ("svg", "xlsx", "json"):
        assert f'"?only=a&amp;chart=contributors.{kind}"' in html


def answer(given: Chart, asked: str):
    request = RequestFactory().get("/", {"chart": asked})
    return page_or_file(request, "components/chart.html", {"chart": given}, [None, given])


def test_files_of_a_chart_are_of_the_same_numbers():
    given = chart(n=118, as_of=date(2026, 11, 1), rows=[("Sep", Count.of(90)), ("<Oct>", 118)])
    with translation.override("en"):
        svg = answer(given, "contributors.svg")
        book = answer(given, "contributors.xlsx")
    assert json.loads(answer(given, "contributors.json").content)["data"][0]["y"] == [90, 118]
    assert svg["Content-Type"] == "image/svg+xml; charset=utf-8"
    for said in ("Distinct persons", "n=118", "as of 1 Nov 2026"):
        assert said in svg.content.decode()
    sheets = load_workbook(io.BytesIO(b"".join(book)))
    assert [list(row) for row in sheets["Numbers"].values] == [
        ["Month", "Contributors"],
        ["Sep", 90],
        ["<Oct>", 118],
    ]
    assert [row[0] for row in sheets["About these numbers"].values] == given_facts(given)


def given_facts(given: Chart) -> list[str]:
    with translation.override("en"):
        return given.facts


@pytest.mark.parametrize("asked", ["contributors.pdf", "other.svg", "contributors", "", ".svg"])
def test_file_that_a_page_does_not_have_is_not_found(asked):
    with pytest.raises(Http404):
        answer(chart(), asked)


def test_facts_below_a_chart_are_caption_n_date_and_notes():
    with translation.override("en"):
        made = chart(n=1284, as_of=date(2026, 11, 1), note="made for a test")
        assert made.facts == [made.caption, "n=1,284", "as of 1 Nov 2026", "made for a test"]
        # A number of persons that may not be told is left out.
        assert chart(n=3).facts == [made.caption]


def test_chart_of_withheld_numbers_alone_is_a_line_of_words():
    """An axis from 0 to 1 without a mark stood there."""
    empty = chart(
        figure=bars(["Sep", "Oct"], {"Voices": [Count.of(3), Count.of(0)]}),
        rows=[("Sep", Count.of(3)), ("Oct", Count.of(0))],
    )
    with translation.override("en"):
        page = page_of(empty)
        assert "too small to be shown, so there is nothing to draw" in page
        assert "<svg" not in page
        assert 'chart=contributors.svg"' not in page
        nothing = chart(figure=bars([], {}), rows=[])
        assert "Nothing has been measured here yet" in page_of(nothing)
        unmeasured = chart(figure=lines(["Sep", "Oct"], {"Visits": [None, None]}), rows=[])
        assert "Nothing has been measured here yet" in page_of(unmeasured)
    with pytest.raises(Http404):
        answer(empty, "contributors.svg")


def test_one_sentence_says_what_hidden_cells_and_gaps_are():
    counts = [Count.of(3), Count.of(None), Count.of(118)]
    months = ["2026-01", "2026-02", "2026-03"]
    both = chart(figure=lines(months, {"a": counts}), rows=list(zip(months, counts, strict=True)))
    with translation.override("en"):
        assert both.notes == [
            "“not shown”: fewer than five persons, or a number from which so few would follow; "
            "a gap: not measured, or not on all days"
        ]
        assert chart().notes == []
