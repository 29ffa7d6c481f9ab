"""What is taken out of rows before anything is stored. No database."""

import pytest

from crm.activities.happenings import kind_in
from crm.activities.hiding import FileKey, emptying, hidden, host_of, nameless
from crm.activities.models import HIDDEN
from crm.activities.moments import moment_of
from crm.imports.fields import Refusal
from crm.imports.rows import BrokenRow


@pytest.mark.parametrize(
    ("cell", "host"),
    [
        ("https://www.sciencedirect.com:443/science/article/pii/S0?q=secret", "sciencedirect.com"),
        ("http://kns.cnki.net/kcms/detail?dbcode=CJFD&filename=秘密", "kns.cnki.net"),
        ("www.jstor.org/stable/1", "jstor.org"),
        ("user:word@db.example.org/x", "db.example.org"),
        ("db.example.com:443", "db.example.com"),
        ("中国知网", "中国知网"),
        (" Web of Science ", "web of science"),
        ("http://[broken/secret", ""),
        ("/secret/path", ""),
    ],
)
def test_of_an_address_its_host_alone_stays(cell, host):
    assert host_of(cell) == host


def test_a_key_holds_for_a_month_and_says_no_number():
    convert = moment_of()

    def keys_of_a_file() -> list[str]:
        step = nameless(0, lambda row: convert(row[1]), FileKey())
        rows = [
            ["A1", "2026-10-01 08:00"],
            [" Ａ1", "2026-10-31"],
            ["A1", "2026-11-01"],
            ["A2", "2026-10-01"],
            ["A1", "gestern"],
            ["", "2026-10-01"],
        ]
        for row in rows:
            step(row)
        return [row[0] for row in rows]

    keys = keys_of_a_file()
    assert keys[0] == keys[1]
    assert len(set(keys[1:4])) == 3
    # What is refused keeps nothing: it would be the same in every month.
    assert keys[4:] == ["", ""]
    assert all(key.startswith(HIDDEN) and "A1" not in key for key in keys[:4])
    # And the next file has other keys of the same numbers.
    assert not set(keys[:4]) & set(keys_of_a_file())


def test_of_a_broken_row_nothing_is_left():
    rows = [(2, ["a", "b"]), (3, BrokenRow("quotes", '"secret'))]
    assert list(hidden(iter(rows), [emptying([1])])) == [
        (2, ["a", ""]),
        (3, BrokenRow("quotes", "")),
    ]
    assert list(hidden(iter(rows), []))[1] == (3, BrokenRow("quotes", ""))


@pytest.mark.parametrize(
    ("field", "said", "kind"),
    [
        ("outcome", "已签到", "seat"),
        ("outcome", "失约", "violation"),
        ("outcome", "已取消", None),
        ("outcome", "", "seat"),
        ("action", "issue", "loan"),
        ("direction", "out", None),
        # As files of counts say it.
        ("direction", "进入", "visit"),
        ("direction", "Entrance", "visit"),
        ("direction", "离开", None),
        ("direction", "2", None),
    ],
)
def test_words_of_systems_say_what_happened(field, said, kind):
    assert kind_in(field, {}, "seat")(said) == kind


def test_a_word_that_nobody_knows_is_refused_unless_the_library_says_it():
    with pytest.raises(Refusal, match="unknown-action"):
        kind_in("outcome", {}, "seat")("☃")
    assert kind_in("outcome", {"☃": "violation"}, "seat")("☃") == "violation"
