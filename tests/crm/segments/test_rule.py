"""What a rule means.

Every test against a small world, and random trees against a plain reading in Python.
"""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.readers.models import ADDRESS_FIELDS, ContactChannel, Reader
from crm.segments.compile import compile_rule
from crm.segments.models import Segment, SegmentPin
from crm.segments.refresh import TooSlow, at_most, count_readers
from crm.segments.rule import MAX_DEPTH, MAX_NODES, RuleError, check_rule
from crm.segments.words import explain_rule
from tests.factories import (
    ActivityFactory,
    CampusFactory,
    CollegeFactory,
    ReaderFactory,
    SegmentFactory,
)

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


def days_ago(n: float) -> datetime:
    return NOW - timedelta(days=n)


@pytest.fixture
def small_world(db):
    """Five readers who differ in everything a rule can ask for."""
    gulou, xianlin = CampusFactory(code="gulou"), CampusFactory(code="xianlin")
    history = CollegeFactory(code="history")
    made = {
        "ann": {
            "kind": "undergraduate",
            "campus": gulou,
            "college": history,
            "cohort": 2024,
            "last_seen_on": NOW.date(),
        },
        "bob": {"kind": "master", "campus": xianlin, "cohort": 2022, "language": "en", "email": ""},
        "cai": {
            "kind": "teacher",
            "registered_on": date(2020, 9, 1),
            "traits": {"title": "Prof", "rank": 3},
        },
        "dan": {
            "kind": "alumnus",
            "consents": [],
            "traits": {"title": "x%s'; --", "rank": "12"},
            "phone": "1",
        },
        "eve": {
            "kind": "master",
            "state": "left",
            "last_seen_on": date(2026, 5, 2),
            "registered_on": date(2026, 1, 5),
        },
    }
    readers = {
        name: ReaderFactory(name=name, number=name, **fields) for name, fields in made.items()
    }
    for name, kind, age in [
        *[("ann", "loan", age) for age in (1, 10, 89)],
        *[("bob", "loan", age) for age in (5, 91, 400)],
        ("bob", "visit", 2),
        ("cai", "visit", 400),
        ("eve", "loan", 3),
    ]:
        ActivityFactory(reader=readers[name], kind=kind, at=days_ago(age))
    return readers


def selected(rule) -> str:
    """Names of the readers a rule selects, joined."""
    sql, params = compile_rule(rule, as_of=NOW)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        ids = [pk for (pk,) in cursor.fetchall()]
    assert len(ids) == len(set(ids))
    return " ".join(
        Reader.objects.filter(pk__in=ids).order_by("name").values_list("name", flat=True)
    )


def activity(cmp, n, *, kind="loan", **days):
    return {"test": "activity", "kind": kind, "cmp": cmp, "n": n, **days}


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ({}, "ann bob cai dan"),
        ({"test": "kind", "in": ["master", "teacher"]}, "bob cai"),
        ({"test": "campus", "in": ["gulou", "nowhere"]}, "ann"),
        ({"test": "college", "in": ["history"]}, "ann"),
        ({"test": "cohort", "from": 2023}, "ann"),
        ({"test": "cohort", "from": 2022, "to": 2022}, "bob"),
        ({"test": "language", "in": ["en"]}, "bob"),
        ({"test": "registered", "to": "2020-09-01"}, "cai"),
        ({"test": "state", "in": ["left"]}, "eve"),
        ({"test": "state", "in": ["left", "active"]}, "ann bob cai dan eve"),
        (activity("ge", 3, days=90), "ann"),
        (activity("ge", 3), "ann bob"),
        (activity("ge", 0, days=9), "ann bob cai dan"),
        (activity("le", 2, days=90), "bob cai dan"),
        (activity("le", 0, days=30), "cai dan"),
        (activity("le", 0), "cai dan"),
        (activity("ge", 2, kind="any", days=30), "ann bob"),
        ({"test": "seen", "cmp": "within", "days": 30}, "ann"),
        ({"test": "seen", "cmp": "before", "days": 30}, "bob cai dan"),
        ({"test": "trait", "name": "title", "cmp": "exists"}, "cai dan"),
        ({"test": "trait", "name": "title", "cmp": "eq", "value": "x%s'; --"}, "dan"),
        ({"test": "trait", "name": "rank", "cmp": "in", "value": ["3", "4"]}, "cai"),
        ({"test": "trait", "name": "rank", "cmp": "ge", "value": 4}, "dan"),
        ({"test": "trait", "name": "rank", "cmp": "le", "value": 12}, "cai dan"),
        ({"test": "trait", "name": "title", "cmp": "ge", "value": 0}, ""),
        ({"test": "consent", "channel": "email", "is": "allowed"}, "ann bob cai"),
        ({"test": "consent", "channel": "email", "is": "reachable"}, "ann cai"),
        ({"test": "consent", "channel": "sms", "is": "reachable"}, ""),
        ({"op": "not", "of": [{"test": "cohort", "from": 2023}]}, "bob cai dan"),
        (
            {"op": "or", "of": [{"test": "kind", "in": ["teacher"]}, activity("ge", 3)]},
            "ann bob cai",
        ),
        (
            {
                "op": "and",
                "of": [{"test": "kind", "in": ["master"]}, activity("ge", 1, kind="visit", days=7)],
            },
            "bob",
        ),
    ],
)
def test_rule_selects_what_it_says(small_world, rule, names):
    assert selected(rule) == names
    assert count_readers(rule, as_of=NOW) == len(names.split())


def test_nested_segment_brings_its_rule_and_pins(small_world):
    inner = SegmentFactory(rule={"test": "kind", "in": ["master"]})
    SegmentPin.objects.create(
        segment=inner, reader=small_world["cai"], include=True, reason="asked"
    )
    SegmentPin.objects.create(
        segment=inner, reader=small_world["bob"], include=False, reason="asked"
    )
    outer = {"op": "and", "of": [{"test": "segment", "id": inner.pk}, activity("le", 0)]}

    assert selected({"test": "segment", "id": inner.pk}) == "cai"
    assert selected(outer) == "cai"
    assert selected({"op": "not", "of": [{"test": "segment", "id": inner.pk}]}) == "ann bob dan"


def test_rule_reads_the_readers_once_and_the_same_activities_once(small_world):
    sql, _params = compile_rule(
        {"op": "or", "of": [activity("ge", 3), activity("le", 2), activity("ge", 3)]}
    )

    assert (sql.count("crm_reader"), sql.count("crm_activity"), sql.count(";")) == (1, 1, 0)


@pytest.mark.parametrize("channel", ContactChannel.values)
def test_reachable_is_the_same_in_a_rule_and_in_a_query(db, channel):
    """Every mixture of address, consent and state, asked both ways."""
    field = ADDRESS_FIELDS[channel]
    for address, consents, state in product(["", "x"], [[], [channel]], Reader.State.values):
        ReaderFactory(**{field: address}, consents=consents, state=state)

    sql, params = compile_rule({"test": "consent", "channel": channel, "is": "reachable"})
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        by_rule = {pk for (pk,) in cursor.fetchall()}

    assert by_rule == set(Reader.objects.reachable(channel).values_list("pk", flat=True))
    assert len(by_rule) == 1


# --- random trees ---------------------------------------------------------------------------------
DAYS = st.sampled_from([1, 4, 30, 90, 365, 500])
LEAVES = st.one_of(
    st.builds(
        lambda v: {"test": "kind", "in": v},
        st.lists(st.sampled_from(Reader.Kind.values), min_size=1, max_size=3),
    ),
    st.builds(
        lambda v: {"test": "campus", "in": v},
        st.lists(st.sampled_from(["gulou", "xianlin"]), min_size=1),
    ),
    st.builds(
        lambda low, n: {"test": "cohort", "from": low, "to": low + n},
        st.integers(2020, 2025),
        st.integers(0, 3),
    ),
    st.builds(
        lambda v: {"test": "registered", "from": v.isoformat()},
        st.dates(date(2020, 1, 1), date(2026, 6, 1)),
    ),
    st.builds(
        lambda v: {"test": "state", "in": v},
        st.lists(st.sampled_from(["active", "left"]), min_size=1),
    ),
    st.builds(
        lambda kind, cmp, n, days: activity(cmp, n, kind=kind, **({"days": days} if days else {})),
        st.sampled_from(["loan", "visit", "any"]),
        st.sampled_from(["ge", "le"]),
        st.integers(0, 4),
        st.none() | DAYS,
    ),
    st.builds(
        lambda cmp, days: {"test": "seen", "cmp": cmp, "days": days},
        st.sampled_from(["within", "before"]),
        DAYS,
    ),
    st.builds(
        lambda cmp, n: {"test": "trait", "name": "rank", "cmp": cmp, "value": n},
        st.sampled_from(["ge", "le"]),
        st.integers(0, 20),
    ),
    st.builds(
        lambda name: {"test": "trait", "name": name, "cmp": "exists"},
        st.sampled_from(["rank", "title", "no"]),
    ),
    st.builds(
        lambda channel, how: {"test": "consent", "channel": channel, "is": how},
        st.sampled_from(["email", "sms"]),
        st.sampled_from(["allowed", "reachable"]),
    ),
)
TREES = st.recursive(
    LEAVES,
    lambda parts: st.builds(
        lambda op, of: {"op": op, "of": of[:1] if op == "not" else of},
        st.sampled_from(["and", "or", "not"]),
        st.lists(parts, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


def holds(node, reader, times) -> bool:
    """The plain reading of a rule for one reader; ``times`` are (kind, at) of what they did."""
    if "op" in node:
        parts = [holds(part, reader, times) for part in node["of"]]
        return {"and": all(parts), "or": any(parts), "not": not parts[0]}[node["op"]]
    match node["test"]:
        case "kind" | "state" as name:
            return getattr(reader, name) in node["in"]
        case "campus":
            return reader.campus is not None and reader.campus.code in node["in"]
        case "cohort":
            return reader.cohort is not None and node["from"] <= reader.cohort <= node["to"]
        case "registered":
            return (
                reader.registered_on is not None
                and reader.registered_on.isoformat() >= node["from"]
            )
        case "activity":
            since = days_ago(node["days"]) if "days" in node else datetime.min.replace(tzinfo=UTC)
            n = sum(1 for kind, at in times if node["kind"] in {"any", kind} and since < at <= NOW)
            return n >= node["n"] if node["cmp"] == "ge" else n <= node["n"]
        case "seen":
            recent = (
                reader.last_seen_on is not None
                and (NOW.date() - reader.last_seen_on).days <= node["days"]
            )
            return recent == (node["cmp"] == "within")
        case "trait":
            value = reader.traits.get(node["name"])
            if node["cmp"] == "exists":
                return value is not None
            number = re.fullmatch(r"-?\d+", str(value)) and int(value)
            return number is not None and (
                number >= node["value"] if node["cmp"] == "ge" else number <= node["value"]
            )
        case "consent":
            address = reader.email if node["channel"] == "email" else reader.phone
            allowed = node["channel"] in reader.consents
            return allowed and (
                node["is"] == "allowed" or (address != "" and reader.state == "active")
            )


def asks_state(node) -> bool:
    return node.get("test") == "state" or any(asks_state(part) for part in node.get("of", []))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=TREES)
def test_compiled_rule_agrees_with_its_plain_reading(small_world, tree):
    check_rule(tree)
    done = {
        r: [(a.kind, a.at) for a in r.activities.all()]
        for r in Reader.objects.prefetch_related("activities", "campus")
    }
    expected = {
        r.name
        for r, times in done.items()
        if (asks_state(tree) or r.state == "active") and holds(tree, r, times)
    }

    assert set(selected(tree).split()) == expected


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=TREES)
def test_every_rule_can_be_said_in_words(db, tree):
    words = explain_rule(tree)

    assert words
    assert "%(" not in words


# --- what is refused ------------------------------------------------------------------------------
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
    assert params == [text, [text]]
    assert sql == compile_rule({"op": "or", "of": [rule["of"][0] | {"name": "x", "value": "y"}]})[0]


def test_nested_segment_that_is_gone_is_named(db):
    with pytest.raises(RuleError) as raised:
        count_readers({"op": "and", "of": [LOANS, {"test": "segment", "id": 4711}]})

    assert [fault.path for fault in raised.value.faults] == ["of.1.id"]


def test_circle_written_by_hand_does_not_hang(db):
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
