"""What may be said of a number of persons: the type, its states, and the doors it leaves by."""

import copy
import json
import pickle
from dataclasses import asdict, dataclass

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context, Template
from django.utils import translation
from rest_framework import serializers
from rest_framework.utils.encoders import JSONEncoder

from core.api import CountField, CountStateField
from core.charts import Chart, bars, heights
from core.disclosure import (
    Count,
    Missing,
)
from core.exporting import csv_lines, defused
from core.templatetags import huixiang

WITHHELD = Count.without(Missing.WITHHELD)
NOT_MEASURED = Count.without(Missing.NOT_MEASURED)
CANNOT_SAY = Count.without(Missing.CANNOT_SAY)
SMALL = (1, 2, 3, 4)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


# --- the four states ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("n", "printed", "state"),
    [
        (0, "0", "shown"),
        (1, "not shown", "withheld"),
        (4, "not shown", "withheld"),
        (5, "5", "shown"),
        (3912, "3,912", "shown"),
        (None, "not measured", "not_measured"),
    ],
)
def test_protected_count_prints_and_serialises_the_same(n, printed, state):
    count = Count.of(n)
    assert (str(count), f"{count}", count.state) == (printed, printed, state)
    number = n if state == "shown" else None
    assert count.as_json() == {"value": number, "state": state}


def test_four_states_are_four_values():
    states = [Count.of(0), WITHHELD, NOT_MEASURED, CANNOT_SAY]
    assert len({str(count) for count in states}) == 4
    assert len({count.state for count in states}) == 4
    assert len(set(states)) == 4
    assert [count.is_shown for count in states] == [True, False, False, False]
    assert [count.is_known for count in states] == [True, True, False, False]
    assert [count.is_withheld for count in states] == [False, True, False, False]
    assert [count.is_zero for count in states] == [True, False, False, False]


def test_words_follow_the_language_of_the_reader_of_the_page():
    counts = [WITHHELD, NOT_MEASURED, CANNOT_SAY]
    with translation.override("zh-hans"):
        assert [str(count) for count in counts] == ["未显示", "未测", "无法判断"]
    assert [str(count) for count in counts] == ["not shown", "not measured", "cannot say"]


def test_figures_that_are_no_counts_use_the_same_words():
    for filtered in (huixiang.number, huixiang.percent, huixiang.money):
        assert filtered(Missing.CANNOT_SAY) == "cannot say"
        assert filtered(None) == "not measured"
    assert huixiang.duration(Missing.WITHHELD) == "not shown"
    assert huixiang.missing(Missing.CANNOT_SAY) == "cannot say"


def test_template_prints_a_count_without_a_filter():
    source = "{{ few }}|{{ many }}|{% if few.is_shown %}x{% endif %}"
    page = Template(source).render(Context({"few": Count.of(3), "many": Count.of(1284)}))
    assert page == "not shown|1,284|"


# --- nothing gives a number away ------------------------------------------------------------------
@dataclass(frozen=True)
class Holder:
    count: Count


@pytest.mark.parametrize("n", SMALL)
def test_withheld_count_does_not_hold_its_number(n):
    count = Count.of(n)
    told = [
        str(count),
        repr(count),
        f"{count}",
        f"{count:>12}",
        "%s" % count,  # noqa: UP031 - gettext texts are filled this way
        repr(asdict(Holder(count))),
        json.dumps(count.as_json()),
        str(count.as_cell()),
        str(defused(count)),
        *csv_lines([[count]]),
    ]
    assert not [text for text in told if str(n) in text]
    assert [getattr(count, name) for name in Count.__slots__] == [None, Missing.WITHHELD, None]
    assert pickle.dumps(count) == pickle.dumps(Count.of(5 - n))


@pytest.mark.parametrize("count", [Count.of(3), Count.of(7), Count.exact(3), NOT_MEASURED])
def test_count_is_no_number(count):
    refused = [
        lambda: int(count),
        lambda: float(count),
        lambda: bool(count),
        lambda: count + 1,
        lambda: sum([count, count]),
        lambda: count < 5,
        lambda: count == 3,
        lambda: count != 7,
        lambda: 3 in [count],
        lambda: max([count, Count.of(9)]),
        lambda: list(count),
        lambda: range(10)[count],
        lambda: "%d" % count,  # noqa: UP031 - this is what must fail
        lambda: json.dumps(count),
        lambda: json.dumps(count, cls=DjangoJSONEncoder),
        lambda: json.dumps(count, cls=JSONEncoder),
    ]
    for attempt in refused:
        with pytest.raises(TypeError):
            attempt()
    with pytest.raises(ValueError, match="format"):
        format(count, ",d")


def test_count_does_not_change():
    count = Count.of(3)
    with pytest.raises(AttributeError):
        count._exact = 3
    with pytest.raises(AttributeError):
        count.note = "three"
    with pytest.raises(AttributeError):
        del count._public


@pytest.mark.parametrize("n", [*SMALL, -1])
def test_no_count_is_made_with_a_small_public_number(n):
    with pytest.raises(ValueError, match="public"):
        Count(public=n, missing=None)


def test_count_has_either_a_number_or_a_reason():
    with pytest.raises(ValueError, match="either"):
        Count(public=None, missing=None)
    with pytest.raises(ValueError, match="either"):
        Count(public=7, missing=Missing.WITHHELD)


# --- the viewer who may open each of these readers ------------------------------------------------
@pytest.mark.parametrize("n", SMALL)
def test_exact_count_prints_on_the_page_and_leaves_by_no_other_door(n):
    count = Count.exact(n)

    assert (str(count), count.is_shown, count.is_withheld) == (str(n), True, False)
    assert count.as_json() == {"value": None, "state": "withheld"}
    assert (count.public_number, count.as_cell(), defused(count)) == (None, *["not shown"] * 2)
    assert str(count.protected()) == "not shown"
    assert str(n) not in repr(count)
    assert count == Count.exact(5 - n) == WITHHELD
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(count)


def test_exact_count_in_a_chart_is_protected():
    rows = [("Sep", Count.exact(3)), ("Oct", Count.exact(118))]
    values = heights(count for _month, count in rows)
    chart = Chart(
        id="c",
        figure=bars(["Sep", "Oct"], {"a": values}),
        caption="",
        columns=["Month", "Readers"],
        rows=rows,
        n=Count.exact(4),
    )

    assert chart.figure["data"][0]["y"] == [None, 118]
    assert chart.cells == [["Sep", "not shown"], ["Oct", "118"]]
    assert chart.csv == "\ufeffMonth,Readers\r\nSep,not shown\r\nOct,118\r\n"
    assert str(chart.n) == "not shown"
    assert chart.numeric == {1}


def test_chart_takes_no_plain_number_of_persons():
    with pytest.raises(TypeError, match="takes a Count"):
        heights([Count.of(7), 3])


def test_cached_count_comes_back_equal():
    for count in (Count.of(7), WITHHELD, NOT_MEASURED):
        assert pickle.loads(pickle.dumps(count)) == count


def test_plural_is_one_or_two():
    counts = (Count.of(0), Count.exact(1), Count.exact(3), Count.of(9), WITHHELD)
    assert [count.plural for count in counts] == [2, 1, 2, 2, 2]


def test_part_is_withheld_where_the_rest_is_small():
    parts = [Count.part_of(n, 30) for n in (0, 3, 5, 25, 26, 27, 30)]
    assert [part.public_number for part in parts] == [0, None, 5, 25, None, None, 30]
    assert Count.part_of(0, 3) == WITHHELD


# --- serializers and files ------------------------------------------------------------------------
class Sizes(serializers.Serializer):
    size = CountField()
    size_state = CountStateField(source="size")


@pytest.mark.parametrize(
    ("count", "answer"),
    [
        (Count.of(30), {"size": 30, "size_state": "shown"}),
        (Count.of(0), {"size": 0, "size_state": "shown"}),
        (Count.of(3), {"size": None, "size_state": "withheld"}),
        (Count.exact(3), {"size": None, "size_state": "withheld"}),
        (NOT_MEASURED, {"size": None, "size_state": "not_measured"}),
        (CANNOT_SAY, {"size": None, "size_state": "cannot_say"}),
    ],
)
def test_api_answers_a_count_by_number_and_state(count, answer):
    assert Sizes({"size": count}).data == answer


@pytest.mark.parametrize("value", [3, 30, None, "3"])
def test_api_field_accepts_nothing_but_a_count(value):
    with pytest.raises(TypeError, match="must be a Count"):
        Sizes({"size": value}).data  # noqa: B018 - reading it serialises


def test_spreadsheet_gets_numbers_it_can_add_and_the_sign_otherwise():
    line = list(csv_lines([[Count.of(1284), Count.of(2), NOT_MEASURED, Count.of(0)]]))[1]
    assert line == "1284,not shown,not measured,0\r\n"


def test_withheld_counts_stand_together_below_all_that_are_told():
    numbers = [0, 1, 2, 3, 4, 5, 6]
    assert [Count.of(n).place for n in numbers] == [0, -1, -1, -1, -1, 5, 6]
    assert [Count.exact(n).place for n in numbers] == [0, -1, -1, -1, -1, 5, 6]
    assert Count.part_of(20, 23).place == Count.of(2).place
