"""Rules that are refused, and typed text that stays text."""

import pytest
from django.db import connection

from crm.readers.models import Reader
from crm.segments.compile import compile_rule
from crm.segments.models import Segment
from crm.segments.refresh import TooSlow, at_most, count_readers
from crm.segments.rule import MAX_DEPTH, MAX_NODES, RuleError, check_rule
from tests.crm.segments.building import activity, selected
from tests.factories import (
    SegmentFactory,
)

LOANS = activity("ge", 1)


def faults(rule) -> list[str]:
    with pytest.raises(RuleError) as raised:
        check_rule(rule)
    return [fault.path for fault in raised.value.faults]


@pytest.mark.parametrize(
    ("rule", "paths"),
    [
        ([], [""]),
        (None, [""]),
        ({"of": []}, [""]),
        ({"op": "xor", "of": [LOANS]}, ["op"]),
        ({"op": "and", "of": []}, ["of"]),
        ({"op": "and", "of": {}}, ["of"]),
        ({"op": "not", "of": [LOANS, LOANS]}, ["of"]),
        ({"op": "and", "of": [LOANS], "sql": "1"}, ["sql"]),
        ({"op": "and", "of": [LOANS, {"test": "email"}]}, ["of.1.test"]),
        ({"test": ["kind"]}, ["test"]),
        ({"test": "kind"}, ["in"]),
        ({"test": "kind", "in": []}, ["in"]),
        ({"test": "kind", "in": ["wizard"]}, ["in"]),
        ({"test": "kind", "in": "master"}, ["in"]),
        ({"test": "kind", "in": ["master"], "or": "1=1"}, ["or"]),
        ({"test": "campus", "in": ["x') OR 1=1 --"]}, ["in"]),
        ({"test": "cohort"}, [""]),
        ({"test": "cohort", "from": 2025, "to": 2024}, ["to"]),
        ({"test": "cohort", "from": "2025", "to": 2024}, ["from"]),
        ({"test": "cohort", "from": True}, ["from"]),
        ({"test": "registered", "from": "2026-13-01"}, ["from"]),
        ({"test": "registered", "from": "20260101"}, ["from"]),
        (activity("gt", 1), ["cmp"]),
        (activity("ge", -1), ["n"]),
        (activity("ge", 1.5), ["n"]),
        (activity("ge", 1, kind="loan' OR '1'='1"), ["kind"]),
        (activity("ge", 1, days=0), ["days"]),
        ({"test": "seen", "cmp": "within", "days": 10**9}, ["days"]),
        ({"test": "registered", "from": "20260901xx"}, ["from"]),
        ({"test": "registered", "from": "2026-W36-2"}, ["from"]),
        ({"test": "registered", "from": 20260901}, ["from"]),
        ({"test": "trait", "name": "a\0b", "cmp": "exists"}, ["name"]),
        ({"test": "trait", "name": "a", "cmp": "eq", "value": "\ud800"}, ["value"]),
        ({"test": "trait", "name": "a", "cmp": "eq", "value": "caf\ufffd"}, ["value"]),
        ({"test": "trait", "name": "a", "cmp": "eq"}, ["value"]),
        ({"test": "trait", "name": "a", "cmp": "eq", "value": {"$gt": ""}}, ["value"]),
        ({"test": "trait", "name": "a", "cmp": "ge", "value": float("nan")}, ["value"]),
        ({"test": "trait", "name": "a", "cmp": "exists", "value": 1}, ["value"]),
        ({"test": "trait", "name": "a", "cmp": []}, ["cmp"]),
        ({"test": "consent", "channel": "fax", "is": "allowed"}, ["channel"]),
        ({"test": "segment", "id": "1; DROP TABLE crm_reader"}, ["id"]),
        ({"test": "segment", "id": True}, ["id"]),
        (
            {"op": "or", "of": [{"test": "kind", "in": ["x"]}, {"op": "and", "of": [1]}]},
            ["of.0.in", "of.1.of.0"],
        ),
    ],
)
def test_malformed_rule_is_refused_with_its_place(rule, paths):
    assert faults(rule) == paths


def test_rule_too_deep_is_refused():
    rule = LOANS
    for _level in range(MAX_DEPTH):
        rule = {"op": "not", "of": [rule]}

    assert faults(rule) == [".".join(["of.0"] * MAX_DEPTH)]


def test_rule_with_too_many_conditions_is_refused():
    half = {"op": "and", "of": [LOANS] * (MAX_NODES // 2)}

    assert faults({"op": "or", "of": [half, half]}) == [""]


def test_deeply_nested_garbage_is_refused_without_recursion():
    rule = LOANS
    for _level in range(5000):
        rule = {"op": "not", "of": [rule]}

    assert len(faults(rule)) == 1


@pytest.mark.parametrize(
    "text", ["'", "';--", "%s", "%(x)s", "\\", "{}", "$$", "\u202e", "😀", "a" * 200]
)
def test_what_is_typed_travels_as_parameter_only(small_world, text):
    rule = {
        "op": "or",
        "of": [{"test": "trait", "name": text, "cmp": cmp, "value": text} for cmp in ("eq",)],
    }
    Reader.objects.filter(name="ann").update(traits={text: text})

    sql, params = compile_rule(rule)

    assert selected(rule) == "ann"
    assert params == [text, text]
    assert sql == compile_rule({"op": "or", "of": [rule["of"][0] | {"name": "x", "value": "y"}]})[0]


def test_nested_segment_that_is_gone_is_named(db):
    with pytest.raises(RuleError) as raised:
        count_readers({"op": "and", "of": [LOANS, {"test": "segment", "id": 4711}]})

    assert [fault.path for fault in raised.value.faults] == ["of.1.id"]


def test_cycle_written_by_hand_does_not_hang(db):
    one = SegmentFactory()
    Segment.objects.filter(pk=one.pk).update(rule={"test": "segment", "id": one.pk})

    with pytest.raises(RuleError):
        count_readers({"test": "segment", "id": one.pk})


def test_nesting_that_unfolds_without_end_is_refused(db):
    pk = SegmentFactory(rule=LOANS).pk
    for _level in range(8):
        pk = SegmentFactory(rule={"op": "or", "of": [{"test": "segment", "id": pk}] * 3}).pk

    with pytest.raises(RuleError, match="(?i)unfolded|展开"):
        count_readers({"test": "segment", "id": pk})


def test_slow_count_is_stopped_and_leaves_the_connection_usable(small_world):
    with pytest.raises(TooSlow), at_most(50), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")

    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
    assert count_readers({}) == 4
