"""Why a reader is in a segment: each condition of its rule with the reader's own value."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from crm.collections.models import ListedCollection, ListedLoan
from crm.readers.models import FoldedMonth, MonthCount
from crm.rfc.models import Score
from crm.segments.grounds import memberships_of
from crm.segments.refresh import refresh_all_segments
from crm.standings.models import Standing
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return factories.ReaderFactory(
        kind="teacher",
        stage="",
        campus=factories.CampusFactory(code="east", name_en="East"),
        cohort=2024,
        registered_on=date(2024, 9, 1),
        traits={"major": "history", "is_new": True},
        consents=["email:events"],
    )


def why(reader, rule) -> dict[str, str]:
    """{condition: value} of one segment with this rule."""
    segment = factories.SegmentFactory(rule=rule)
    segment.members.create(reader=reader, since=timezone.now())
    with translation.override("en"):
        found = {one.segment.pk: one for one in memberships_of(reader)}
    return {ground.rule: ground.value for ground in found[segment.pk].grounds}


@pytest.mark.parametrize(
    ("condition", "said", "value"),
    [
        ({"test": "kind", "in": ["teacher"]}, "Teacher", "Teacher"),
        ({"test": "campus", "in": ["east"]}, "Campus East", "East"),
        ({"test": "college", "in": ["law"]}, "College law", "not measured"),
        ({"test": "cohort", "from": 2020}, "Entered in 2020 or later", "2024"),
        ({"test": "registered", "from": "2024-01-01"}, "Registered since 2024-01-01", "1 Sep 2024"),
        (
            {"test": "seen", "cmp": "before", "days": 30},
            "Not seen in the last 30 days, by the file of readers",
            "not measured",
        ),
        (
            {"test": "trait", "name": "major", "cmp": "eq", "value": "history"},
            "“major” is history",
            "history",
        ),
        ({"test": "trait", "name": "is_new", "cmp": "exists"}, "“is_new” is known", "yes"),
        (
            {"test": "consent", "channel": "email", "is": "allowed", "purpose": "events"},
            "Allows E-mail for: Events and calls",
            "yes",
        ),
        (
            {"test": "consent", "channel": "sms", "is": "reachable"},
            "Can be reached by Text message",
            "no",
        ),
    ],
)
def test_condition_stands_beside_the_reader_s_value(reader, condition, said, value):
    found = why(reader, condition)
    assert list(found.values()) == [value]
    assert list(found) == [said]


def test_activities_are_counted_as_the_refresh_counts_them(reader):
    """Single rows, folded months and counts of months together: with one condition more than the
    number the reader would not be a member.
    """
    now = timezone.now()
    month = timezone.localdate().replace(day=1, year=now.year - 2)
    for _n in range(3):
        factories.ActivityFactory(reader=reader, kind="loan")
    begins = timezone.make_aware(datetime(month.year, month.month, 1))
    FoldedMonth.objects.create(
        reader=reader, kind="loan", month=month, n=4, first=begins, last=begins
    )
    MonthCount.objects.create(
        reader=reader, kind="loan", month=month, begins=begins, ends=begins, n=6, import_run=1
    )
    factories.ActivityFactory(kind="loan")

    loans = {"test": "activity", "kind": "loan", "cmp": "ge", "n": 9}
    assert list(why(reader, loans).values()) == ["9 times"]
    exact = factories.SegmentFactory(rule=loans)
    above = factories.SegmentFactory(rule={**loans, "n": 10})
    refresh_all_segments()
    assert exact.members.filter(reader=reader).exists()
    assert not above.members.filter(reader=reader).exists()


def test_days_of_a_condition_narrow_its_number(reader):
    factories.ActivityFactory(reader=reader, kind="visit")
    factories.ActivityFactory(reader=reader, kind="visit", at=timezone.now() - timedelta(days=40))
    lately = {"test": "activity", "kind": "any", "cmp": "ge", "n": 1, "days": 7}
    ever = {"test": "activity", "kind": "any", "cmp": "ge", "n": 1}
    assert list(why(reader, {"op": "and", "of": [lately, ever]}).values()) == ["1 time", "2 times"]


def test_lists_scores_studies_and_other_segments(reader):
    made = ListedCollection.objects.create(name="Poems", items=200, made_by=factories.UserFactory())
    ListedLoan.objects.create(
        collection=made, reader=reader, day=date(2026, 1, 1), source="t", ref="1", import_run=1
    )
    Score.objects.create(
        reader=reader,
        last_on=date(2026, 1, 1),
        times=3,
        contributions=0,
        recency=5,
        frequency=2,
        contribution=1,
    )
    Standing.objects.create(
        reader=reader, kind="master", starts_on=date(2024, 9, 1), then="alumnus", source="t"
    )
    other = factories.SegmentFactory(name="Others")
    rule = {
        "op": "and",
        "of": [
            {"test": "borrowed", "list": made.pk},
            {"test": "rfc", "recency": [4, 5], "frequency": [2]},
            {"test": "enters", "from": 2024},
            {"test": "segment", "id": other.pk},
        ],
    }
    assert list(why(reader, rule).values()) == ["yes", "Recency 5, Frequency 2", "2024", "no"]


def test_sentence_stands_above_where_conditions_do_not_all_hold(reader):
    young = {"test": "cohort", "from": 2026}
    teacher = {"test": "kind", "in": ["teacher"]}
    either = factories.SegmentFactory(rule={"op": "or", "of": [young, teacher]})
    both = factories.SegmentFactory(rule={"op": "and", "of": [teacher, teacher]})
    everybody = factories.SegmentFactory()
    for segment in (either, both, everybody):
        segment.members.create(reader=reader, since=timezone.now())
    with translation.override("en"):
        found = {one.segment: one for one in memberships_of(reader)}
    assert found[either].rule == "Entered in 2026 or later, or teacher"
    assert [ground.value for ground in found[either].grounds] == ["2024", "Teacher"]
    assert found[both].rule == ""
    assert len(found[both].grounds) == 1
    assert (found[everybody].rule, found[everybody].grounds) == ("All current readers", [])


def test_who_was_put_in_by_hand_is_told_with_the_reason(reader):
    segment = factories.SegmentFactory()
    segment.members.create(reader=reader, since=timezone.now())
    by = factories.UserFactory(role="librarian", display_name="Lin")
    segment.pins.create(reader=reader, include=True, reason="wrote “Ginkgo”", by=by)
    with translation.override("en"):
        (found,) = memberships_of(reader)
    assert found.by_hand == "By hand, by Lin: wrote “Ginkgo”"


def test_rule_of_another_version_breaks_no_page(reader):
    segment = factories.SegmentFactory(rule={"test": "horoscope"})
    segment.members.create(reader=reader, since=timezone.now())
    (found,) = memberships_of(reader)
    assert found.grounds == []


def test_many_segments_and_activities_need_no_more_queries(reader):
    loans = {"test": "activity", "kind": "loan", "cmp": "ge", "n": 1}
    mail = {"test": "consent", "channel": "email", "is": "allowed"}
    asked = []
    for more in (1, 20):
        for n in range(more):
            rule = {"op": "and", "of": [{**loans, "n": n + 1}, mail]}
            factories.SegmentFactory(rule=rule).members.create(reader=reader, since=timezone.now())
            factories.ActivityFactory(reader=reader)
        with CaptureQueriesContext(connection) as queries:
            memberships_of(reader)
        asked.append(len(queries))
    assert asked[0] == asked[1]
