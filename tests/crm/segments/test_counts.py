"""Counts for those who may not open the readers: the noise of their keys, and what it hides."""

import json
import random
import re
from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.disclosure import Count, RoundedCount, about
from core.disclosure.about import KEYS, MOST_NOISE, noise_of
from crm.readers.models import Reader
from crm.readers.scopes import CountedReaders, Sizes, stored_sizes
from crm.segments.figures import history_chart
from crm.segments.models import Segment
from crm.segments.refresh import count_for, count_readers, refresh_segment
from tests.crm.segments.building import TEACHERS
from tests.factories import CampusFactory, ReaderFactory, SegmentFactory, UserFactory

STUDENTS = {"test": "kind", "in": ["master"]}


@pytest.fixture
def here(db):
    return CampusFactory(code="here")


@pytest.fixture
def there(db):
    return CampusFactory(code="there")


@pytest.fixture
def local(here):
    """Staff of one campus."""
    return UserFactory(role="librarian", campus=here)


def elsewhere(viewer, rule) -> int | None:
    return count_for(viewer, rule).told().elsewhere.public_number


def test_size_that_no_refresh_has_kept_by_campus_is_told_to_the_whole_library_alone():
    """As 0.1 stored it: one number, and nothing of the campuses."""
    assert stored_sizes("all", 40, {}).own == Count.of(40)
    assert stored_sizes("c1", 40, {}) == Sizes(Count.of(None))
    by_campus = {"c1": (30, 7), "c2": (10, 9)}
    assert stored_sizes("c1", 40, by_campus).own == Count.of(30)


# --- the noise ------------------------------------------------------------------------------------
def test_noise_is_from_minus_two_to_two_each_as_often():
    drawn = Counter(noise_of(key) for key in range(KEYS))
    assert drawn == dict.fromkeys(range(-MOST_NOISE, MOST_NOISE + 1), KEYS // 5)


def test_told_is_a_ten_never_below_twenty_and_at_most_seven_off():
    told = {(n, keys): about(n, keys) for n in range(200) for keys in range(5)}
    assert {number % 10 for number in told.values() if number} == {0}
    assert min(number for number in told.values() if number) == 20
    assert max(abs(number - n) for (n, _keys), number in told.items() if number) == 7
    # Nobody and sixteen look alike: a rule about one person has no answer.
    assert {told[n, keys] for n in range(13) for keys in range(5)} == {None}


def test_noise_is_right_on_average():
    off = [about(n, keys) - n for n in range(100, 200) for keys in range(5)]
    assert abs(sum(off) / len(off)) <= 0.5


def test_every_reader_has_a_key_drawn_by_the_database(here):
    Reader.objects.bulk_create(
        Reader(number=f"B{n}", kind="master", campus=here) for n in range(200)
    )
    keys = list(Reader.objects.values_list("count_key", flat=True))
    assert len(set(keys)) > 150
    assert all(0 <= key < KEYS for key in keys)


# --- one set, one count ---------------------------------------------------------------------------
def test_one_set_of_readers_has_one_count_however_the_rule_is_written(local, there):
    ReaderFactory.create_batch(23, kind="teacher", campus=there)
    ReaderFactory.create_batch(9, kind="master", campus=there)
    segment = SegmentFactory(rule=TEACHERS)
    refresh_segment(segment)
    kinds = [kind for kind in Reader.Kind.values if kind != "teacher"]
    rules = [
        TEACHERS,
        {"op": "not", "of": [{"test": "kind", "in": kinds}]},
        {"op": "or", "of": [TEACHERS, {"op": "and", "of": [TEACHERS, STUDENTS]}]},
        {"test": "segment", "id": segment.pk},
    ]

    told = {elsewhere(local, rule) for rule in rules for _again in range(3)}

    assert len(told) == 1
    stored = Segment.objects.visible_to(local).get()
    assert {stored.elsewhere.public_number} == told


def test_own_readers_are_counted_exactly_and_others_about(local, here, there):
    ReaderFactory.create_batch(8, kind="teacher", campus=here)
    ReaderFactory.create_batch(40, kind="teacher", campus=there)
    ReaderFactory.create_batch(3, kind="teacher", campus=None)

    sizes = count_for(local, TEACHERS).told()

    assert sizes.own == Count.of(8)
    assert abs(sizes.elsewhere.public_number - 43) <= 7
    assert count_for(UserFactory(role="librarian"), TEACHERS).told().own == Count.of(51)


def test_who_may_open_nobody_is_told_about_how_many(there):
    found = CountedReaders("none", 0, others=57, keys_of_others=4)
    assert found.told().own.is_withheld
    assert found.told().elsewhere == RoundedCount.told(60)


def test_count_and_noise_are_one_statement(local, there):
    ReaderFactory.create_batch(30, kind="teacher", campus=there)
    with CaptureQueriesContext(
        connection,
    ) as whole:
        count_readers(TEACHERS)
    with CaptureQueriesContext(connection) as limited:
        count_for(local, TEACHERS)
    assert len(limited) == len(whole)


# --- attacks --------------------------------------------------------------------------------------
def guesses_right(differs_if_in: list[bool]) -> float:
    """How often who compares two counts is right about one person.

    Half of the time the person is not meant by either rule; then the counts are the same. Who sees
    two different counts says "in", who sees the same says "out".
    """
    return 0.5 + 0.5 * sum(differs_if_in) / len(differs_if_in)


#: Two counts differ for one person more: 9 of 50 ways to draw two noises and a last digit.
DIFFER = 9 / 50


def test_two_rules_that_differ_by_one_reader_are_told_apart_no_more_often_than_the_noise_allows():
    """Fault 55. Many pairs: some readers, and the same with one more."""
    draw = random.Random(6)
    pairs = []
    for _pair in range(20_000):
        n, keys = draw.randrange(40, 4000), draw.randrange(10**6)
        pairs.append(about(n, keys) != about(n + 1, keys + draw.randrange(KEYS)))
    assert guesses_right(pairs) <= 0.5 + DIFFER / 2 + 0.01


def test_the_difference_of_two_counts_is_no_estimate_of_one_reader():
    """It is a ten or nothing, and as often too small as it is right."""
    draw = random.Random(7)
    differences = Counter()
    for _pair in range(20_000):
        n, keys = draw.randrange(40, 4000), draw.randrange(10**6)
        differences[about(n + 1, keys + draw.randrange(KEYS)) - about(n, keys)] += 1
    assert set(differences) == {-10, 0, 10}
    assert differences[0] > 0.8 * 20_000


def test_pairs_of_rules_on_the_real_page(local, there):
    """Fault 55. With every reader of another campus left out in turn by a rule of its own."""
    years = range(1950, 2010)
    for year in years:
        ReaderFactory(kind="teacher", campus=there, cohort=year)
    client = Client()
    client.force_login(local)

    def counted(rule) -> int | None:
        body = {"rule": rule}
        url = reverse("api:segment-count")
        return client.post(url, body, content_type="application/json").json()["elsewhere"]

    whole = counted(TEACHERS)
    differs = []
    for year in years:
        but_one = {"op": "not", "of": [{"test": "cohort", "from": year, "to": year}]}
        differs.append(counted({"op": "and", "of": [TEACHERS, but_one]}) != whole)
    # One count against sixty others: they share its place between two tens.
    assert guesses_right(differs) <= 0.5 + 0.6 / 2
    assert (
        counted({"op": "and", "of": [TEACHERS, {"test": "cohort", "from": 1999, "to": 1999}]})
        is None
    )
    assert counted({"test": "kind", "in": ["alumnus"]}) is None


def test_own_list_taken_off_what_is_told_leaves_no_few(local, here, there):
    """Fault 56. Seven teachers, five of them in the own list."""
    for campus, n in ((here, 5), (there, 2)):
        ReaderFactory.create_batch(n, kind="teacher", campus=campus)
    segment = SegmentFactory(rule=TEACHERS)
    refresh_segment(segment)
    client = Client()
    client.force_login(local)

    said = []
    for url in (
        reverse("crm:segment-list"),
        segment.get_absolute_url(),
        reverse("api:segment-list"),
        reverse("api:segment-detail", args=[segment.pk]),
        reverse("campaigns:campaign-list"),
    ):
        said.append(client.get(url).content.decode())
    counted = client.post(
        reverse("api:segment-count"), {"rule": TEACHERS}, content_type="application/json"
    ).json()
    refreshed = client.post(reverse("api:segment-refresh", args=[segment.pk])).json()

    assert (counted["n"], counted["elsewhere"]) == (5, None)
    assert (refreshed["size"], refreshed["entered"], refreshed["left"]) == (5, None, None)
    assert re.search(r'class="n"[^>]*>5</td>', said[0])
    assert not re.search(r'class="n"[^>]*>7</td>', said[0] + said[1])
    assert json.loads(said[2])["results"][0]["size"] == json.loads(said[3])["size"] == 5


def test_members_elsewhere_are_in_no_table_and_no_history_of_a_campus(local, here, there):
    """Fault 56."""
    ReaderFactory.create_batch(12, kind="teacher", campus=here)
    ReaderFactory.create_batch(30, kind="master", campus=there)
    segment = SegmentFactory()
    refresh_segment(segment)
    client = Client()
    client.force_login(local)

    composition = client.get(segment.get_absolute_url()).context["composition"]
    chart = history_chart(segment, here.pk)

    assert composition.size == Count.of(12)
    assert [cell.count for cell in composition.kinds] == [Count.of(12)]
    assert [cell.label for cell in composition.campuses] == [str(here)]
    assert [(row[1], row[2]) for row in chart.rows] == [(Count.of(12), Count.of(12))]


def test_list_of_a_campus_is_sorted_by_its_own_readers(local, here, there):
    """Fault 56. The order of the whole library's sizes would tell of readers elsewhere."""
    ReaderFactory.create_batch(6, kind="teacher", campus=here)
    ReaderFactory.create_batch(9, kind="master", campus=here)
    ReaderFactory.create_batch(20, kind="teacher", campus=there)
    for name, rule in (("teachers", TEACHERS), ("masters", STUDENTS)):
        refresh_segment(SegmentFactory(name=name, rule=rule))
    client = Client()
    client.force_login(local)

    page = client.get(reverse("crm:segment-list"), {"sort": "size"}).context["page"]

    assert [segment.name for segment in page] == ["teachers", "masters"]
