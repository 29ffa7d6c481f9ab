"""Small drawings beside words: of a chart, and of values in a row."""

from xml.etree.ElementTree import Element, fromstring

import pytest
from django.utils import translation

from core.charts import Chart, bars, small_svg
from core.charts.small import HEIGHT, LEAST
from core.disclosure import Count
from tests.core.test_chart_drawing import HOSTILE, MONTHS, number, of_class, texts


def small(points: list, name: str = "Visits") -> Element:
    """The small drawing of values in a row, in English."""
    with translation.override("en"):
        return fromstring(small_svg(points, name))


def test_small_drawing_of_a_chart_has_marks_and_no_numbers():
    figure = bars(MONTHS, {"a": [10, 20, 30, 40]}, last=True)
    rows = [[month, n] for month, n in zip(MONTHS, (10, 20, 30, 40), strict=True)]
    chart = Chart(id="x", figure=figure, caption="A", columns=["Month", "a"], rows=rows)
    root = fromstring(chart.small_svg)
    assert len(of_class(root, "mark")) == 4
    assert len(of_class(root, "ours")) == 1
    assert of_class(root, "tick") == of_class(root, "value") == []


def test_small_drawing_shows_the_smallest_value():
    root = small([("a", 1000), ("b", 1), ("c", 500)])
    highest, least, half = of_class(root, "other")
    assert number(highest.get("height")) == HEIGHT
    assert (number(least.get("y")), number(least.get("height"))) == (HEIGHT - LEAST, LEAST)
    assert number(half.get("height")) == HEIGHT / 2


def test_small_drawing_tells_a_zero_from_what_was_not_measured():
    root = small([("Jan", 20), ("Feb", None), ("Mar", 0)])
    (gap,) = of_class(root, "gap")
    assert gap.get("x") == "33.33%"
    assert [title.text for title in root.iter("title")] == [
        "Jan: Visits 20",
        "Feb: Visits not measured",
        "Mar: Visits 0",
    ]
    assert root.get("aria-label") == "Visits"


def test_hidden_number_has_its_sign_and_no_gap_in_a_small_drawing():
    counts = [Count.of(40), Count.of(3), Count.of(None), Count.of(60)]
    with translation.override("en"):
        figure = bars(MONTHS, {"a": counts})
        rows = [[month, n] for month, n in zip(MONTHS, counts, strict=True)]
        chart = Chart(id="x", figure=figure, caption="A", columns=["Month", "a"], rows=rows)
        root = fromstring(chart.small_svg)
    assert texts(root, "sign") == ["not shown"]
    assert [gap.get("x") for gap in of_class(root, "gap")] == ["50%"]


def test_few_are_dots_one_above_the_other():
    root = small([("Jan", 3), ("Feb", 0), ("Mar", 1)])
    dots = [(dot.get("cx"), number(dot.get("cy"))) for dot in root.iter("circle")]
    assert dots == [
        ("16.67%", HEIGHT - 5),
        ("16.67%", HEIGHT - 16),
        ("16.67%", HEIGHT - 27),
        ("83.33%", HEIGHT - 5),
    ]
    assert list(small([("Jan", 0.5)]).iter("circle")) == []


@pytest.mark.parametrize("points", [[], [("a", None)], [("a", 0), ("b", 0)]])
def test_small_drawing_of_nothing_is_no_fault(points):
    assert of_class(small(points), "other") == []


def test_small_drawing_is_escaped_and_has_no_style_of_its_own():
    html = small_svg([(HOSTILE, 30)], HOSTILE)
    assert "<script" not in html
    assert "style=" not in html
