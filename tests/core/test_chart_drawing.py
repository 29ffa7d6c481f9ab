"""Charts as the server draws them: geometry, signs, gaps, and labels that mean harm."""

import json
import re
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from xml.etree.ElementTree import Element, fromstring

import pytest
from django.utils import translation

from core.charts import Chart, bars, flat_bars, intervals, lines
from core.charts.drawing import ChartDrawing, draw
from core.charts.files import COLUMNS, OVERRUN, lines_of, picture
from core.charts.reading import read
from core.charts.svg import CLASSES, LOOKS, PAPER, written
from core.disclosure import Count

STATIC = Path(__file__).resolve().parents[2] / "static" / "css"
MONTHS = ["2026-01", "2026-02", "2026-03", "2026-04"]
HOSTILE = '</title></svg><script>alert("1")</script>\x00\x0b\ud800 & “<b>”'


def drawing_of(figure: dict, label: str = "label") -> ChartDrawing:
    return draw(figure, read(figure), label)


def drawn(figure: dict) -> Element:
    """The drawing as whoever reads the page gets it: written, and parsed again."""
    return fromstring(written(drawing_of(figure).root))


def of_class(root: Element, name: str) -> list[Element]:
    return [one for one in root.iter() if name in one.get("class", "").split()]


def texts(root: Element, name: str) -> list[str]:
    return [one.text for one in of_class(root, name)]


def number(text: str) -> float:
    return float(text.removesuffix("%"))


# --- over time ------------------------------------------------------------------------------------
def test_bars_stand_on_zero_in_places_of_equal_width():
    root = drawn(bars(MONTHS, {"a": [25, 100, 0, 50]}, last=True))
    rects = [*of_class(root, "other"), *of_class(root, "ours")]
    bottoms = {number(one.get("y")) + number(one.get("height")) for one in rects}
    assert len(bottoms) == 1
    heights = [number(one.get("height")) for one in rects]
    assert heights == [55, 220, 0, 110]
    lefts = [number(one.get("x")) for one in rects]
    assert [round(after - before, 1) for before, after in zip(lefts, lefts[1:], strict=False)] == [
        25,
        25,
        25,
    ]
    # The newest one is ours, and carries its number.
    assert texts(root, "value") == ["50"]
    assert len(of_class(root, "ours")) == 1


def test_withheld_bar_is_a_sign_and_unmeasured_one_is_nothing():
    counts = [Count.of(3), Count.of(None), Count.of(0), Count.of(40)]
    with translation.override("en"):
        root = drawn(bars(MONTHS, {"Voices": counts}))
    assert texts(root, "sign") == ["not shown"]
    # A zero is a bar of no height; where nothing was measured there is none.
    assert [number(one.get("height")) for one in of_class(root, "other")] == [0, 220]
    assert [one.findtext("title") for one in of_class(root, "mark")] == [
        "January 2026: Voices not shown",
        "February 2026: Voices not measured",
        "March 2026: Voices 0",
        "April 2026: Voices 40",
    ]


def test_row_of_signs_alone_has_no_second_word_over_them():
    counts = [Count.of(3), Count.of(None), Count.of(2)]
    with translation.override("en"):
        root = drawn(bars(MONTHS[:3], {"Voices": counts}))
    assert texts(root, "sign") == ["not shown", "not shown"]


def test_estimate_is_printed_as_its_page_prints_it():
    root = drawn(intervals(["a"], [0.6], [(-2.26, 4.41)], texts=["+0.6 (−2.3 to +4.4)"]))
    assert texts(root, "value") == ["+0.6 (−2.3 to +4.4)"]


def test_line_is_broken_where_a_value_is_missing_and_never_joined():
    counts = [Count.of(10), Count.of(None), Count.of(20), Count.of(40)]
    root = drawn(lines(MONTHS, {"Visits": counts}))
    (curve,) = of_class(root, "curve")
    assert curve.get("d") == "M125.0 165.0M625.0 110.0L875.0 0.0"
    assert [number(one.get("cx")) for one in of_class(root, "other")] == [12.5, 62.5, 87.5]


def test_rows_have_scales_of_their_own_and_one_axis_below_them_all():
    with translation.override("zh-hans"):
        root = drawn(lines(MONTHS, {"到馆": [40_000, 0, 0, 60_000], "投稿": [0, 3, 5, 6]}))
    assert texts(root, "name") == ["到馆", "投稿"]
    numbers = [one.text for one in of_class(root, "tick") if one.get("text-anchor") == "end"]
    assert numbers == ["0", "2万", "4万", "6万", "0", "2", "4", "6"]
    months = [one.text for one in of_class(root, "tick") if one.get("text-anchor") == "middle"]
    assert months == ["1月", "2026", "2月", "3月", "4月"]


def test_row_of_which_nothing_is_known_says_so_and_has_no_scale():
    nothing = [Count.of(None)] * 4
    with translation.override("en"):
        root = drawn(lines(MONTHS, {"Visits": [1, 2, 3, 4], "Loans": nothing}))
    assert texts(root, "sign") == ["not measured"]
    numbers = [one.text for one in of_class(root, "tick") if one.get("text-anchor") == "end"]
    assert numbers == ["0", "2", "4"]


def test_days_stand_by_their_distance_and_a_phone_keeps_the_first_and_the_last():
    days = ["2026-01-01", "2026-01-02", "2026-02-20", "2026-04-11"]
    with translation.override("en"):
        root = drawn(lines(days, {"Members": [12, 30, 28, 44]}, xaxis={"type": "date"}))
    places = [number(one.get("cx")) for one in of_class(root, "other")]
    assert places == [1, 1.98, 50, 99]
    assert [(one.text, one.get("class")) for one in of_class(root, "tick")[-3:]] == [
        ("1 Jan 2026", "tick"),
        ("20 Feb 2026", "tick some"),
        ("11 Apr 2026", "tick"),
    ]


def test_one_point_stands_in_the_middle():
    root = drawn(lines(["2026-11-24"], {"Members": [2622]}, xaxis={"type": "date"}))
    assert [one.get("cx") for one in of_class(root, "other")] == ["50%"]
    (hit,) = of_class(root, "hit")
    assert (hit.get("x"), hit.get("width")) == ("0%", "100%")


def test_negative_bars_hang_below_the_base():
    root = drawn(bars(MONTHS[:2], {"a": [-50, 100]}))
    below, above = of_class(root, "other")
    (base,) = of_class(root, "base")
    assert below.get("y") == base.get("y1")
    assert number(above.get("y")) + number(above.get("height")) == number(base.get("y1"))


def test_long_history_is_a_line_without_a_mark_for_each_day():
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 10) for day in range(1, 29)]
    root = drawn(lines(days, {"a": list(range(len(days)))}, xaxis={"type": "date"}))
    assert of_class(root, "mark") == []
    assert of_class(root, "curve")[0].get("d").count("L") == len(days) - 1


# --- rows of things -------------------------------------------------------------------------------
def test_flat_bars_begin_at_zero_and_say_their_number():
    counts = [Count.of(40), Count.of(80), Count.of(3), Count.of(None)]
    with translation.override("en"):
        root = drawn(flat_bars(["a", "b", "c", "d"], counts))
    assert [(one.get("x"), one.get("width")) for one in of_class(root, "other")] == [
        ("0%", "50%"),
        ("0%", "100%"),
    ]
    assert texts(root, "value") == ["40", "80"]
    assert texts(root, "sign") == ["not shown", "not measured"]


def test_short_labels_stand_before_their_bars_and_long_ones_above():
    # Spaces of no width, which tell labels apart that read alike, take no room.
    short = drawing_of(flat_bars(["是", "否" + "\u200b" * 20], [1, 2]))
    assert (short.look, short.before, short.behind) == ("gutter-s behind", 36, 76)
    assert {one.get("text-anchor") for one in of_class(short.root, "name")} == {"end"}
    long = drawing_of(flat_bars(["是", "一个说得很长的答案"], [1, 2]))
    assert (long.look, long.before) == ("behind", 0)
    assert [one.get("y") for one in of_class(long.root, "name")] == ["14", "62"]
    assert long.height > short.height


def test_capped_bar_is_broken_and_says_at_least():
    root = drawn(flat_bars(["ours", "theirs"], [100_000, 52_000], capped=[True, False]))
    assert texts(root, "value") == ["≥ 100,000", "52,000"]
    assert len(of_class(root, "break")) == 2


def test_huge_and_negative_flat_bars_stay_inside():
    root = drawn(flat_bars(["a", "b"], [-1e15, 1e15]))
    assert [(one.get("x"), one.get("width")) for one in of_class(root, "other")] == [
        ("0%", "50%"),
        ("50%", "50%"),
    ]
    everywhere = drawn(flat_bars(["a"], [0]))
    assert of_class(everywhere, "other")[0].get("width") == "0%"


def test_interval_reaches_from_its_low_to_its_high_end():
    with translation.override("en"):
        root = drawn(intervals(["a", "b"], [5, None], [(0, 10), None], reference=0))
    point = number(of_class(root, "other")[0].get("cx"))
    reach = of_class(root, "reach")[0]
    assert (number(reach.get("x1")) + number(reach.get("x2"))) / 2 == point == 50
    assert texts(root, "value") == ["5 (0–\u206010)"]
    assert texts(root, "sign") == ["not measured"]
    assert {number(one.get("x1")) for one in of_class(root, "reference")} == {3}


# --- numbers and labels that mean nothing ---------------------------------------------------------
#: A measure, the height of its bar beside one of 100 (None: no bar), and what its cell says.
MEASURES = [
    (Decimal("50.5"), 50.5, "50.5"),
    (5e-324, 0, "0"),
    (1e-320, 0, "0"),
    (1e308, None, None),
    (-1e308, None, None),
    (10**400, None, None),
    (float("nan"), None, "not measured"),
    (float("inf"), None, "not measured"),
    (Decimal("NaN"), None, "NaN"),
]


@pytest.mark.parametrize(("measure", "percent", "said"), MEASURES)
def test_measure_that_no_axis_can_hold_is_no_bar_and_no_fault(measure, percent, said):
    with translation.override("en"):
        given = [
            flat_bars(["a", "b"], [measure, 100]),
            bars(MONTHS[:2], {"a": [measure, 100]}),
            lines(MONTHS[:2], {"a": [measure, 100]}, from_zero=False),
        ]
        roots = list(map(drawn, given))
    widths = [one.get("width") for one in of_class(roots[0], "other")]
    expected = ["100%"] if percent is None else [f"{percent:g}%", "100%"]
    assert widths == expected
    # Alone, too: then it alone makes the scale.
    drawn(flat_bars(["a"], [measure]))
    drawn(bars(MONTHS[:1], {"a": [measure]}))
    for figure in given:
        # A browser reads no NaN and no Infinity.
        json.dumps(figure, allow_nan=False)
    if said is not None:
        assert of_class(roots[1], "mark")[0].findtext("title") == f"January 2026: a {said}"


@pytest.mark.parametrize(
    ("point", "bounds"),
    [
        (float("nan"), (0, 10)),
        (5, (float("nan"), 10)),
        (5, (0, float("inf"))),
        (5, (-(10**400), 10)),
        (5, None),
    ],
)
def test_interval_without_an_end_is_not_measured(point, bounds):
    with translation.override("en"):
        figure = intervals(["a", "b"], [point, 5], [bounds, (0, 10)], reference=float("nan"))
        root = drawn(figure)
    assert texts(root, "value") == ["5 (0–\u206010)"]
    assert texts(root, "sign") == ["not measured"]
    assert of_class(root, "mark")[0].findtext("title") == "a: not measured"
    json.dumps(figure, allow_nan=False)


def test_interval_of_decimals_is_drawn():
    root = drawn(intervals(["a"], [Decimal("5")], [(Decimal("0"), Decimal("10"))], reference=0))
    assert texts(root, "value") == ["5 (0–\u206010)"]


NO_MONTHS = ["2026-13", "2026-00", "0000-01", "٢٠٢٦-١٣", "２０２６-01", "2026-02-30", "2026-W01-1"]


def test_label_that_the_calendar_does_not_have_is_a_label():
    with translation.override("en"):
        for figure in (
            bars(NO_MONTHS, {"a": [1] * len(NO_MONTHS)}),
            lines(NO_MONTHS, {"a": [1] * len(NO_MONTHS)}, xaxis={"type": "date"}),
        ):
            root = drawn(figure)
            said = [one.findtext("title") for one in of_class(root, "mark")]
            assert said == [f"{label}: a 1" for label in NO_MONTHS]
            below = [one.text for one in of_class(root, "tick") if one.get("text-anchor") != "end"]
            assert below == NO_MONTHS


# --- what is written ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "figure",
    [
        bars([HOSTILE, "b"], {HOSTILE: [1, 2]}),
        lines([HOSTILE, "b"], {HOSTILE: [1, 2], "b": [1, 2]}),
        flat_bars([HOSTILE], [5]),
        intervals([HOSTILE], [5], [(1, 9)]),
    ],
)
def test_hostile_labels_stay_labels(figure):
    text = written(drawing_of(figure, HOSTILE).root)
    assert "<script" not in text
    assert "<b>" not in text
    root = fromstring(text)
    assert {one.tag for one in root.iter()} <= {
        "svg", "g", "title", "rect", "text", "line", "path", "circle",
    }  # fmt: skip
    given = Chart(id="c", figure=figure, caption=HOSTILE, columns=[], rows=[], note=HOSTILE)
    fromstring(picture(given))


def test_page_takes_no_style_from_a_drawing():
    """The policy of the pages forbids it: a drawing has classes."""
    for figure in (bars(MONTHS, {"a": [1, 2, 3, 4]}), intervals(["a"], [5], [(1, 9)])):
        for one in drawn(figure).iter():
            assert not {"style", "fill", "stroke", "onclick"} & set(one.keys())


def test_file_has_the_colours_of_paper_and_needs_no_stylesheet():
    given = Chart(
        id="c", figure=bars(MONTHS, {"a": [1, 2, 3, 4]}), caption="读者" * 60, columns=[], rows=[]
    )
    text = picture(given)
    assert "var(" not in text
    assert 'fill="#2f6b5e"' in text
    root = fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{space}svg"
    # A long caption takes several lines, and the plot begins below them.
    lines_of_words = [number(one.get("y")) for one in root.findall(f"{space}text")]
    assert len(lines_of_words) == 3
    assert number(root.find(f"{space}svg").get("y")) > max(lines_of_words)
    # The page's own drawing is not painted by that.
    assert "fill=" not in given.svg


def test_words_of_a_file_break_between_words_and_a_long_one_where_the_line_ends():
    assert lines_of("") == []
    words = lines_of("readers " * 40)
    assert max(map(len, words)) <= COLUMNS + OVERRUN
    assert set(" ".join(words).split()) == {"readers"}
    assert max(map(len, lines_of("读者" * 100))) == COLUMNS / 2
    # Each character is looked at once, however long a word is.
    started = perf_counter()
    broken = lines_of("a" * 200_000)
    assert perf_counter() - started < 5
    assert "".join(broken) == "a" * 200_000
    assert max(map(len, broken)) == COLUMNS + OVERRUN


def test_colours_of_paper_are_those_of_the_light_theme():
    tokens = (STATIC / "tokens.css").read_text().split("@media")[0]
    light = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", tokens))
    assert {name: light[name] for name in PAPER} == PAPER


def test_every_class_of_a_drawing_has_its_colours_on_the_page():
    """Page and file look alike: the same token for the same class."""
    css = "".join(path.read_text() for path in sorted(STATIC.rglob("*.css")))
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", css)
    for name in {*LOOKS, *CLASSES.values()} - {"hit"}:
        own = [body for selector, body in rules if f".drawing .{name}" in selector]
        assert own, name
        for attribute, value in LOOKS[name].items():
            if value in PAPER:
                wanted = re.compile(rf"\b{attribute}:\s*var\(--{value}\)")
                assert any(wanted.search(body) for body in own), (name, attribute)
