"""Who comes into which arm (A11, J1): once, by a keyed hash, the same in every content."""

from collections import Counter
from datetime import datetime
from hashlib import sha256

import pytest
from django.db import IntegrityError
from django.utils import timezone

from campaigns.experiments.models import Assignment, DrawnArm
from campaigns.sending import audience, draw
from campaigns.sending.actions import launch_content
from crm.merges.actions import merge
from crm.privacy.actions import erase
from tests import factories
from tests.campaigns.experiments.building import THREE, experiment, live

pytestmark = pytest.mark.django_db


def bits(campaign, reader, start: int) -> int:
    """The hash of a reader as independent code computes it."""
    digest = sha256(draw.holdout_key(campaign) + reader.pk.to_bytes(8, "big")).digest()
    return int.from_bytes(digest[start : start + 4], "big")


def expected_arm(campaign, reader) -> str:
    """The letter of the arm by the hash; empty for who is held out."""
    if bits(campaign, reader, 0) < campaign.holdout_percent * 2**32 // 100:
        return ""
    at = bits(campaign, reader, 4) * 100 / 2**32
    low = 0
    for code, _role, weight in THREE:
        low += weight
        if at < low:
            return code
    raise AssertionError(at)


def drawn(campaign) -> dict[int, str]:
    """{reader: letter of the arm, empty where held out}."""
    places = Assignment.objects.filter(experiment__campaign=campaign, reader__isnull=False)
    return {reader: code or "" for reader, code in places.values_list("reader", "arm__code")}


def test_a11_arms_are_drawn_by_the_keyed_hash_and_counted(librarian):
    readers = factories.ReaderFactory.create_batch(200)
    campaign = live(experiment(librarian))
    launch_content(content=factories.ContentFactory(campaign=campaign), by=librarian)
    expected = {reader.pk: expected_arm(campaign, reader) for reader in readers}
    assert drawn(campaign) == expected
    counted = {row.arm.code if row.arm else "": row.n for row in DrawnArm.objects.all()}
    assert counted == Counter(expected.values())
    assert set(counted) == {"", "A", "B", "C"}
    roles = set(Assignment.objects.values_list("arm__code", "role"))
    assert roles == {(None, "held_out"), ("A", "new"), ("B", "new"), ("C", "as_before")}


def test_a_place_keeps_identity_and_campus_of_the_moment(librarian):
    campus = factories.CampusFactory()
    reader = factories.ReaderFactory(kind="teacher", campus=campus)
    campaign = live(experiment(librarian, holdout=0))
    launch_content(content=factories.ContentFactory(campaign=campaign), by=librarian)
    type(reader).objects.filter(pk=reader.pk).update(kind="alumnus", campus=None)
    place = Assignment.objects.get()
    assert (place.identity, place.campus) == ("teacher", campus)


def test_b10_the_holdout_of_a_campaign_without_an_experiment_is_drawn_as_before(
    campaign, librarian
):
    readers = factories.ReaderFactory.create_batch(150)
    type(campaign).objects.filter(pk=campaign.pk).update(holdout_percent=30)
    campaign.refresh_from_db()
    content = factories.ContentFactory(campaign=campaign)
    launch_content(content=content, by=librarian)
    held = set(content.deliveries.filter(state="holdout").values_list("reader", flat=True))
    limit = 30 * 2**32 // 100
    assert held == {reader.pk for reader in readers if bits(campaign, reader, 0) < limit}
    assert not Assignment.objects.exists()


def test_a_content_of_one_arm_goes_to_it_alone_and_is_counted_so(librarian):
    factories.ReaderFactory.create_batch(120)
    made = experiment(librarian)
    campaign = live(made)
    arms = {arm.code: arm for arm in made.arms.all()}
    first = factories.ContentFactory(campaign=campaign, arm=arms["A"])
    audience.prepare(campaign)
    before = audience.count(first)
    launched = launch_content(content=first, by=librarian)
    other = factories.ContentFactory(campaign=campaign, arm=arms["B"])
    launch_content(content=other, by=librarian)

    places = drawn(campaign)
    for content, code in ((first, "A"), (other, "B")):
        mailed = set(content.deliveries.filter(state="pending").values_list("reader", flat=True))
        held = set(content.deliveries.filter(state="holdout").values_list("reader", flat=True))
        assert mailed == {reader for reader, arm in places.items() if arm == code}
        assert held == {reader for reader, arm in places.items() if arm == ""}
        assert content.deliveries.count() == len(mailed) + len(held)
    assert (before.mailed, before.held_out) == (launched.mailed, launched.held_out)
    assert before.other_arm == 120 - launched.mailed - launched.held_out


def test_every_content_finds_everybody_in_the_same_arm(librarian):
    factories.ReaderFactory.create_batch(60)
    campaign = live(experiment(librarian))
    launch_content(content=factories.ContentFactory(campaign=campaign), by=librarian)
    places = drawn(campaign)
    again = factories.ContentFactory(campaign=campaign)
    launch_content(content=again, by=librarian)
    assert drawn(campaign) == places
    held = set(again.deliveries.filter(state="holdout").values_list("reader", flat=True))
    assert held == {reader for reader, arm in places.items() if arm == ""}


def test_who_joins_later_is_drawn_by_their_own_launch_and_counted_apart(librarian):
    factories.ReaderFactory.create_batch(40)
    campaign = live(experiment(librarian))
    launch_content(content=factories.ContentFactory(campaign=campaign), by=librarian)
    places, counted = drawn(campaign), sum(DrawnArm.objects.values_list("n", flat=True))
    late = factories.ReaderFactory.create_batch(30)
    launch_content(content=factories.ContentFactory(campaign=campaign), by=librarian)
    assert {reader: drawn(campaign)[reader] for reader in places} == places
    assert drawn(campaign).keys() - places.keys() == {reader.pk for reader in late}
    assert counted == 40
    assert sum(DrawnArm.objects.values_list("n", flat=True)) == 70
    first, last = DrawnArm.objects.earliest("at").at, DrawnArm.objects.latest("at").at
    assert sum(DrawnArm.objects.filter(at=first).values_list("n", flat=True)) == 40
    assert sum(DrawnArm.objects.filter(at=last).values_list("n", flat=True)) == 30
    assert set(Assignment.objects.filter(reader__in=late).values_list("at", flat=True)) == {last}


def test_who_was_drawn_stays_in_the_arm_even_if_the_hash_would_say_otherwise(librarian, settings):
    """A library may change its key; who is in an arm stays there."""
    factories.ReaderFactory.create_batch(60)
    campaign = live(experiment(librarian, holdout=50))
    launch_content(content=factories.ContentFactory(campaign=campaign), by=librarian)
    places = drawn(campaign)
    settings.PRIVACY_KEY = "another key of the same length, of 32"
    again = factories.ContentFactory(campaign=campaign)
    launch_content(content=again, by=librarian)
    held = set(again.deliveries.filter(state="holdout").values_list("reader", flat=True))
    assert held == {reader for reader, arm in places.items() if arm == ""}
    assert drawn(campaign) == places


def test_who_is_left_out_before_the_draw_has_no_place(librarian):
    kept = factories.ReaderFactory(email="one@example.org")
    factories.ReaderFactory(email="ONE@example.org")
    factories.ReaderFactory(consents=[])
    campaign = live(experiment(librarian, holdout=0))
    launch_content(content=factories.ContentFactory(campaign=campaign), by=librarian)
    assert drawn(campaign).keys() == {kept.pk}


def test_an_arm_with_an_hour_of_its_own_waits_for_it(librarian):
    factories.ReaderFactory.create_batch(60)
    made = experiment(librarian, holdout=0)
    made.arms.filter(code="B").update(send_hour=20)
    campaign = live(made)
    content = factories.ContentFactory(campaign=campaign)
    due = timezone.make_aware(datetime(2026, 11, 30, 10))
    launch_content(content=content, by=librarian, due_at=due)
    at_hours = set()
    for reader, due_at in content.deliveries.values_list("reader", "due_at"):
        at_hours.add((drawn(campaign)[reader] == "B", timezone.localtime(due_at).hour))
    assert at_hours == {(False, 10), (True, 20)}


def test_an_erased_reader_leaves_the_place_and_what_they_did_by_then(librarian):
    reader = factories.ReaderFactory()
    campaign = live(experiment(librarian, holdout=0, window_days=10))
    launch_content(content=factories.ContentFactory(campaign=campaign), by=librarian)
    at = Assignment.objects.get().at
    day = timezone.timedelta(days=1)
    for moment in (at - day, at + day, at + 2 * day, at + 11 * day):
        factories.ActivityFactory(reader=reader, kind="visit", at=moment)
    factories.ActivityFactory(reader=reader, kind="loan", at=at + day)
    before = Assignment.objects.get()
    erase(reader=reader, reason="asked-desk", by=librarian)
    place = Assignment.objects.get()
    assert place.reader is None
    assert place.outcome_so_far == 2
    assert (place.arm, place.role, place.identity) == (before.arm, before.role, before.identity)
    assert sum(DrawnArm.objects.values_list("n", flat=True)) == 1


@pytest.mark.parametrize(("came_before", "left"), [(True, None), (False, 1)])
def test_of_a_first_visit_nothing_is_left_where_there_had_been_one(librarian, came_before, left):
    reader = factories.ReaderFactory()
    made = experiment(
        librarian,
        holdout=0,
        outcome="first_visit",
        first_since=timezone.localdate() - timezone.timedelta(days=365),
        adjusts=False,
    )
    campaign = live(made)
    launch_content(content=factories.ContentFactory(campaign=campaign), by=librarian)
    at, day = Assignment.objects.get().at, timezone.timedelta(days=1)
    factories.ActivityFactory(reader=reader, kind="visit", at=at + day)
    if came_before:
        factories.ActivityFactory(reader=reader, kind="visit", at=at - day)
    erase(reader=reader, reason="asked-desk", by=librarian)
    assert Assignment.objects.get().outcome_so_far == left


def test_two_records_of_one_person_keep_the_place_of_the_kept_one(librarian):
    kept, gone = factories.ReaderFactory(), factories.ReaderFactory()
    alone = factories.ReaderFactory()
    campaign = live(experiment(librarian))
    launch_content(content=factories.ContentFactory(campaign=campaign), by=librarian)
    places = drawn(campaign)
    newcomer = factories.ReaderFactory()
    merge(kept=kept, gone=gone, by=librarian)
    merge(kept=newcomer, gone=alone, by=librarian)
    assert drawn(campaign) == {kept.pk: places[kept.pk], newcomer.pk: places[alone.pk]}
    # The other row stays without a person, as a loss of its arm.
    assert Assignment.objects.filter(reader__isnull=True).count() == 1


def test_what_was_drawn_is_never_altered(librarian):
    factories.ReaderFactory()
    campaign = live(experiment(librarian, holdout=0))
    launch_content(content=factories.ContentFactory(campaign=campaign), by=librarian)
    with pytest.raises(Exception, match="permission denied|Cannot update"):
        DrawnArm.objects.update(n=100)


def test_a_reader_has_one_place_in_an_experiment(librarian):
    place = factories.AssignmentFactory()
    with pytest.raises(IntegrityError):
        factories.AssignmentFactory(experiment=place.experiment, reader=place.reader)
