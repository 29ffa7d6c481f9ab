"""A time of day as files of many systems write it, without a database."""

import pytest

from crm.imports.clocks import Clock, clock_of, clock_within, is_written_as_clock

TIMES = {
    "9:05": Clock(9, 5),
    "0:05": Clock(0, 5),
    "９：０５": Clock(9, 5),
    "12:05 AM": Clock(0, 5),
    "12:05AM": Clock(0, 5),
    "12:05 PM": Clock(12, 5),
    "0:05 PM": Clock(12, 5),
    "15:05 PM": Clock(15, 5),
    "3:05 p.m.": Clock(15, 5),
    "3:05 p. m.": Clock(15, 5),
    "3:05\u202fPM": Clock(15, 5),
    "PM 3:05": Clock(15, 5),
    "12:05:00:000AM": Clock(0, 5),
    "03.04.05.000000 PM": Clock(15, 4, 5),
    "上午12:05": Clock(0, 5),
    "下午 3:05": Clock(15, 5),
    "下午3点半": Clock(15, 30),
    "凌晨12:05": Clock(0, 5),
    "中午11:50": Clock(11, 50),
    "中午12:05": Clock(12, 5),
    "中午1:05": Clock(13, 5),
    "晚上8:30": Clock(20, 30),
    "15时20分30秒": Clock(15, 20, 30),
    "15時20分": Clock(15, 20),
    "15点整": Clock(15),
    "午後3:05": Clock(15, 5),
    "오후 3:05:00": Clock(15, 5),
    "오후 3시 5분": Clock(15, 5),
    "15h05": Clock(15, 5),
    "15 h 05": Clock(15, 5),
    "15:05 Uhr": Clock(15, 5),
    "15.05": Clock(15, 5),
    "1504": Clock(15, 4),
    "150405": Clock(15, 4, 5),
    "10:05:00.123456": Clock(10, 5),
    "24:00": Clock(24),
    "24:00:00": Clock(24),
    "3 PM": Clock(15),
}
#: A spreadsheet's quarter of a day, a number alone, and what is no time or of no certain day.
NO_TIMES = ["0.25", "9", "", "noon", "24:01", "25:00", "9:60", "9:05:61", "晚上12:00", "晚上1:00"]


def test_times_in_the_writings_of_many_systems():
    assert {text: clock_of(text) for text in TIMES} == TIMES


@pytest.mark.parametrize("text", [*NO_TIMES, "9:05" + "x" * 10_000])
def test_what_is_no_time_is_none(text):
    with pytest.raises(ValueError):
        clock_of(text)


def test_a_time_is_found_beside_its_day():
    assert clock_within("3/5/2026 12:05 AM") == Clock(0, 5)
    assert clock_within("2026/3/5 下午3:05") == Clock(15, 5)
    assert clock_within("5.3.2026 15:04") == Clock(15, 4)
    assert clock_within("20260305150400") == Clock(15, 4)
    for text in ("2026-03-05", "5.3.2026", "", "2026-03-05 25:00"):
        assert clock_within(text) is None


def test_digits_alone_may_be_any_number_and_make_no_column_of_times():
    assert is_written_as_clock("9:05")
    assert is_written_as_clock("下午3:05")
    assert not is_written_as_clock("1504")
    assert not is_written_as_clock("2026-03-05 9:05")
