"""When and what a cell says, without a database."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from core.kinds import kind_named
from crm.activities.moments import MomentTexts, moment_of, moment_of_two
from crm.activities.never import never_read
from crm.imports.copying import copy_text
from crm.imports.fields import Refusal
from crm.imports.items import is_isbn
from crm.sources.periods import Stretch, stretches


def test_moments_in_the_writings_of_many_systems():
    wanted = datetime(2026, 3, 5, 15, 4)
    for text in (
        "2026-03-05 15:04",
        "2026-03-05T15:04:00",
        "2026/3/5 15:04:00",
        "2026.3.5 下午3:04",
        "2026年3月5日 15时04分",
        "20260305150400",
        "2026-03-05 3:04 PM",
        "2026-03-05 15:04:00.000",
        "202603051504",
        "2026/3/5 15.04",
        "2026/3/5下午3:04",
        "2026. 3. 5. 오후 3:04:00",
        "2026년 3월 5일 15:04",
        "2026/03/05 午後 3:04",
        "05-MAR-26 03.04.00.000000 PM",
        "Mar  5 2026  3:04PM",
        "2026年3月5日 15時04分",
    ):
        assert moment_of()(text) == wanted, text
    assert moment_of("dmy")("05/03/2026 15:04") == wanted
    assert moment_of("mdy")("3/5/2026 3:04 PM") == wanted
    assert moment_of("mdy")("3/5/2026 12:04 AM") == datetime(2026, 3, 5, 0, 4)
    assert moment_of()("2026-03-05") == datetime(2026, 3, 5)
    zone = timezone.get_default_timezone_name()
    if zone == "Asia/Shanghai":
        assert moment_of()("2026-03-05T07:04:00Z") == wanted
    assert moment_of_two()(("2026-03-05", "15:04")) == wanted
    assert moment_of_two()(("2026-03-05", "")) == datetime(2026, 3, 5)


def test_what_is_no_moment_is_refused_with_its_reason():
    for text, reason in (
        ("", "missing-date"),
        ("昨天", "bad-date"),
        ("2026-02-30", "bad-date"),
        ("2026-02-30 10:00", "bad-date"),
        ("1926-02-03", "bad-date"),
        ("2199-01-01", "future-date"),
        ("03/04/2026", "ambiguous-date"),
        ("2026-03-05 25:00", "bad-time"),
        ("2026/3/5 24:05", "bad-time"),
        # Nobody knows which of two days begins there.
        ("2026/3/5 晚上12:05", "bad-time"),
        ("2026/3/5 25:00", "bad-time"),
        ("2026/3/5 noon", "bad-time"),
        ("0001-01-01T00:00:00+14:00", "bad-date"),
        ("9999-12-31T23:59:59-12:00", "bad-date"),
    ):
        with pytest.raises(Refusal) as refusal:
            moment_of()(text)
        assert refusal.value.reason == reason, text


def test_a_day_that_was_read_once_says_the_same_of_all_its_times():
    """The commonest writing is read in two halves, each other one whole: to the same end."""
    order = "dmy+543"
    texts = MomentTexts(moment_of(order))
    for text in (
        "2569-03-05 15:04:00",
        "2569-03-05 23:59:59",
        "2569-03-05 24:00:00",
        "2569-03-05 00:00:00",
        "2569-03-05 15:04",
        "2569-03-05T15:04:00",
        "2569-03-05 15:04:00.5",
        "2569-03-05",
        "05/03/2569 15:04:00",
    ):
        assert texts[text] == copy_text(moment_of(order)(text)), text
    assert texts.days == {"2569-03-05": "2026-03-05"}


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-05 24:00:01",
        "2026-03-05 15:60:00",
        "2026-03-05 15:04:60",
        "2026-02-30 10:00:00",
        "1926-02-03 10:00:00",
        "2199-01-01 10:00:00",
        "2026-03-05 15:04:00x",
        "２０２６-03-05 15:04:00x",
    ],
)
def test_what_is_no_moment_is_none_by_halves_either(text):
    texts = MomentTexts(moment_of())
    # The day itself is known by now.
    assert texts["2026-03-05 15:04:00"] == "2026-03-05 15:04:00"
    with pytest.raises(Refusal) as whole:
        moment_of()(text)
    with pytest.raises(Refusal) as halves:
        texts[text]
    assert halves.value.reason == whole.value.reason
    assert text not in texts


def test_a_day_ends_at_the_midnight_of_the_next():
    wanted = datetime(2026, 3, 6)
    for text in ("2026-03-05 24:00", "2026-03-05T24:00:00", "2026/3/5 24:00", "20260305240000"):
        assert moment_of()(text) == wanted, text
    assert moment_of_two()(("2026-03-05", "24:00")) == wanted


def test_columns_of_titles_are_known_by_name_and_by_what_stands_in_them():
    header = ["patron_barcode", "Title", "item_barcode", "ISBN-13", "什么", "号", "date", "条码"]
    sample = [["1", "", "", "", "《活着》", "978-7-5063-6543-7", "2026-01-01", ""]]
    found = never_read(header, sample, kind_named("loans"))
    assert found == ["Title", "item_barcode", "ISBN-13", "什么", "号", "条码"]
    assert never_read(header, sample, kind_named("attendance")) == []
    # What a reader borrowed is a title all the same, and no word for a reader's number is one.
    header = ["读者所借题名", "user_borrowed_title", "学生借阅书名", "读者条码", "person_barcode"]
    found = never_read(header, [["x"] * len(header)], kind_named("loans"))
    assert found == header[:3]
    assert is_isbn("9787506365437")
    assert not is_isbn("9787506365438")


def test_a_file_covers_its_days_but_no_silence_and_no_slip_of_a_year():
    days = [(date(2026, 1, day), 500) for day in range(1, 6)]
    assert stretches(days) == [Stretch(date(2026, 1, 1), date(2026, 1, 5), 2500)]
    assert stretches([(date(2006, 1, 3), 1), *days]) == stretches(days)
    later = [(date(2026, 3, 1), 900)]
    assert [one.first for one in stretches(days + later)] == [date(2026, 1, 1), date(2026, 3, 1)]
    assert stretches([]) == []
