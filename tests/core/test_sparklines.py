"""Small columns beside a number: geometry, gaps, and what is said of them."""

import re

import pytest
from django.test import RequestFactory
from django.utils.translation import override
from django_cotton import render_component

from core.sparklines import HEIGHT, LEAST, STEP, sparkline


def test_highest_fills_the_drawing_and_the_smallest_is_seen():
    drawn = sparkline([("a", 1000), ("b", 1), ("c", 500)])
    assert drawn.width == 3 * STEP
    assert [(one.y, one.height) for one in drawn.columns] == [
        (0, HEIGHT),
        (HEIGHT - LEAST, LEAST),
        (HEIGHT / 2, HEIGHT / 2),
    ]
    places = [one.x // STEP for one in drawn.columns]
    assert places == [0, 1, 2]


def test_zero_is_no_column_and_what_is_not_measured_is_a_gap():
    with override("en"):
        drawn = sparkline([("Jan", 20), ("Feb", None), ("Mar", 0)], "Visits")
    assert len(drawn.columns) == 1
    assert drawn.gaps == [STEP]
    assert drawn.said == "Visits: Jan: 20, Feb: not measured, Mar: 0"


def test_few_are_dots_one_above_the_other():
    drawn = sparkline([("Jan", 3), ("Feb", 0), ("Mar", 1)])
    assert drawn.columns == []
    assert [(dot.x, dot.y) for dot in drawn.dots] == [
        (STEP / 2, HEIGHT - 5),
        (STEP / 2, HEIGHT - 15),
        (STEP / 2, HEIGHT - 25),
        (2.5 * STEP, HEIGHT - 5),
    ]
    assert sparkline([("Jan", 0.5)]).dots == []


@pytest.mark.parametrize("points", [[], [("a", None)], [("a", 0), ("b", 0)]])
def test_nothing_to_draw_is_no_fault(points):
    drawn = sparkline(points)
    assert (drawn.columns, drawn.dots) == ([], [])


def test_value_below_zero_is_refused():
    with pytest.raises(ValueError, match="downwards"):
        sparkline([("a", -1)])


def test_drawing_is_escaped_and_has_no_style_of_its_own():
    label = '"><script>alert(1)</script>'
    points = [(label, 30), ("b", None)]
    request = RequestFactory().get("/")
    html = render_component(request, "sparkline", {"label": label, "points": points})
    assert "<script" not in html
    assert "style=" not in html
    assert len(re.findall(r'<rect class="column"', html)) == 1
    assert len(re.findall(r'<rect class="gap"', html)) == 1
