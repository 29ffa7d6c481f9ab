"""What a rule means.

Every test against a small world, and random trees against a plain reading in Python.
"""

import re
from datetime import UTC, date, datetime
from itertools import product

import pytest
from django.db import connection
from django.utils.timezone import localdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.readers.models import ADDRESS_FIELDS, ContactChannel, Reader
from crm.rfc.models import USUAL_RECENCY
from crm.segments.compile import compile_rule
from crm.segments.models import SegmentPin
from crm.segments.refresh import count_readers
from crm.segments.rule import check_rule
from crm.segments.words import explain_rule
from tests.crm.segments.building import NOW, activity, days_ago, selected
from tests.factories import (
    ReaderFactory,
    SegmentFactory,
)

EVENTS_BY_MAIL = {
    "test": "consent",
    "channel": "email",
    "is": "reachable",
    "purpose": "events",
}


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
        (EVENTS_BY_MAIL, "ann cai"),
        (EVENTS_BY_MAIL | {"purpose": "research"}, ""),
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
CONDITIONS = st.one_of(
    st.builds(
        lambda kinds: {"test": "kind", "in": kinds},
        st.lists(st.sampled_from(Reader.Kind.values), min_size=1, max_size=3),
    ),
    st.builds(
        lambda codes: {"test": "campus", "in": codes},
        st.lists(st.sampled_from(["gulou", "xianlin"]), min_size=1),
    ),
    st.builds(
        lambda low, years: {"test": "cohort", "from": low, "to": low + years},
        st.integers(2020, 2025),
        st.integers(0, 3),
    ),
    st.builds(
        lambda day: {"test": "registered", "from": day.isoformat()},
        st.dates(date(2020, 1, 1), date(2026, 6, 1)),
    ),
    st.builds(
        lambda states: {"test": "state", "in": states},
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
        lambda brackets: {"test": "rfc", "recency": brackets},
        st.lists(st.integers(1, 5), min_size=1, max_size=3),
    ),
    st.builds(
        lambda cmp, rank: {"test": "trait", "name": "rank", "cmp": cmp, "value": rank},
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
    CONDITIONS,
    lambda parts: st.builds(
        lambda op, of: {"op": op, "of": of[:1] if op == "not" else of},
        st.sampled_from(["and", "or", "not"]),
        st.lists(parts, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


def recency(reader, times) -> int | None:
    """Nobody who left is measured, and nobody of whom nothing is recorded."""
    if reader.state != "active" or not times:
        return None
    days = (localdate(NOW) - localdate(max(at for _kind, at in times))).days
    return 5 - sum(days > edge for edge in USUAL_RECENCY)


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
        case "rfc":
            return recency(reader, times) in node["recency"]
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
            allowed = reader.allows(node["channel"])
            return allowed and (
                node["is"] == "allowed" or (address != "" and reader.state == "active")
            )


def asks_state(node) -> bool:
    return node.get("test") == "state" or any(asks_state(part) for part in node.get("of", []))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES)
def test_compiled_rule_agrees_with_its_plain_reading(small_world, tree):
    check_rule(tree)
    expected = set()
    for reader in Reader.objects.prefetch_related("activities", "campus"):
        times = [(done.kind, done.at) for done in reader.activities.all()]
        is_meant = asks_state(tree) or reader.state == "active"
        if is_meant and holds(tree, reader, times):
            expected.add(reader.name)

    assert set(selected(tree).split()) == expected


@pytest.mark.parametrize(
    ("value", "printed"),
    [(4, "4"), (4.0, "4"), (12345.5, "12,345.5"), (123_456_789_012, "123,456,789,012")],
)
def test_a_trait_s_number_is_said_whole_and_without_needless_zeros(value, printed):
    rule = {"test": "trait", "name": "rank", "cmp": "ge", "value": value}
    assert explain_rule(rule) == f"“rank” ≥ {printed}"


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES)
def test_every_rule_can_be_said_in_words(db, tree):
    words = explain_rule(tree)

    assert words
    assert "%(" not in words
