import json
import re
from datetime import date
from urllib.parse import unquote

import pytest
from core.chart_layout import figure
from core.curves import intervals, lines
from django.template.loader import render_to_string
from django.utils import translation

from core.charts import Chart, bars, flat_bars
from core.disclosure import Count


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


def test_several_series_take_palette_colours_in_order_and_show_a_legend():
    drawn = bars(["Oct"], {"a": [1], "b": [2], "c": [3]}, stacked=True)
    assert [trace["marker"]["color"] for trace in drawn["data"]] == [
        "--chart-1",
        "--chart-2",
        "--chart-3",
    ]
    assert (drawn["layout"]["barmode"], drawn["layout"]["showlegend"]) == ("stack", True)


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
    assert (dots["x"], dots["y"]) == ([0.5], ["a"])
    assert dots["error_x"]["array"] == [0.25]
    assert dots["error_x"]["arrayminus"] == [0.3]
    assert drawn["layout"]["yaxis"]["categoryarray"] == ["a", "b"]
    # From the first above to the last below, with room for the one that is unknown.
    assert drawn["layout"]["yaxis"]["range"] == [1.5, -0.5]
    assert drawn["layout"]["shapes"][0]["x0"] == 0


def test_changes_are_laid_over_the_common_layout():
    drawn = bars(["Oct"], {"a": [1]}, yaxis={"title": {"text": "persons"}}, height=200)
    assert drawn["layout"]["yaxis"]["title"] == {"text": "persons"}
    assert drawn["layout"]["yaxis"]["rangemode"] == "tozero"
    assert drawn["layout"]["height"] == 200


def test_figure_refuses_what_plotly_does_not_know():
    with pytest.raises(ValueError, match="colour"):
        figure({"type": "bar", "x": [1], "y": [1], "marker": {"colour": "--chart-1"}})


def test_table_twin_prints_missing_numbers_and_finds_number_columns():
    given = chart(columns=["Group", "n", "Rate"], rows=[("a", 1284, 0.5), ("b", None, None)])
    with translation.override("en"):
        assert given.cells == [["a", "1,284", "0.5"], ["b", "not measured", "not measured"]]
    assert given.numeric == {1, 2}


def test_csv_is_readable_by_a_spreadsheet_and_runs_no_formula():
    text = chart(columns=["Name", "n"], rows=[("=cmd()", 1), ("春分，立蛋", -2)]).csv
    assert text == "\ufeffName,n\r\n'=cmd(),1\r\n春分，立蛋,-2\r\n"
    assert unquote(chart().csv_url).endswith("Month,Contributors\r\nSep,90\r\nOct,118\r\n")


def test_rendered_chart_holds_figure_caption_n_date_and_table():
    with translation.override("en"):
        html = render_to_string(
            "_chart.html", {"chart": chart(n=3, as_of=date(2026, 11, 1), note="made for a test")}
        )
    block = html.split('id="figure-contributors" type="application/json">')[1].split("</script>")[0]
    assert json.loads(block)["data"][0]["y"] == [90, 118]
    assert "Distinct persons · as of 1 Nov 2026 · made for a test" in html
    assert re.search(r'<th scope="row">Oct</th>\s*<td class="n">118</td>', html)
    assert 'download="contributors.csv"' in html


def test_facts_below_a_chart_are_caption_n_date_and_notes():
    with translation.override("en"):
        made = chart(n=1284, as_of=date(2026, 11, 1), note="made for a test")
        assert made.facts == [made.caption, "n=1,284", "as of 1 Nov 2026", "made for a test"]
        # A number of persons that may not be told is left out.
        assert chart(n=3).facts == [made.caption]


def test_figure_block_cannot_close_its_script_element():
    hostile = bars(["</script><b>"], {"a": [1]})
    html = render_to_string("_chart.html", {"chart": chart(figure=hostile)})
    assert "</script><b>" not in html


def test_chart_of_withheld_numbers_alone_is_a_line_of_words():
    """An axis from 0 to 1 without a mark stood there."""
    empty = chart(
        figure=bars(["Sep", "Oct"], {"Voices": [None, 0]}, hidden=[True, False]),
        rows=[("Sep", Count.of(3)), ("Oct", Count.of(0))],
    )
    with translation.override("en"):
        page = render_to_string("_chart.html", {"chart": empty})
    assert "there is nothing to draw" in page
    assert "data-figure" not in page
    some = chart(rows=[("Sep", Count.of(3)), ("Oct", Count.of(118))])
    assert "data-figure" in render_to_string("_chart.html", {"chart": some})
