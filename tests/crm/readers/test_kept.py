"""Who looked, and who must not be written to, are not taken back by SQL."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.utils import timezone

from core.addresses import address_digests
from crm.readers.actions import set_consent
from crm.readers.looks import look_at_one
from crm.readers.models import Activity, FoldedMonth, Look, Purpose, Suppression
from crm.staff.models import AuditEvent
from tests import factories
from tests.clock import figures_are_computed
from tests.house.test_grants import rows
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


def refused(statement: str, *arguments, fault=DatabaseError) -> None:
    with pytest.raises(fault), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, arguments)


# --- looks ----------------------------------------------------------------------------------------
def test_a_look_is_not_taken_back(librarian):
    look_at_one(factories.ReaderFactory(), by=librarian, reason="enquiry")
    refused("DELETE FROM crm_look", fault=ProgrammingError)
    refused("UPDATE crm_look SET user_id = NULL", fault=ProgrammingError)
    refused("SELECT huixiang_forget_looks(now(), 10)")
    refused("SELECT huixiang_forget_looks(now() - interval '178 days', 10)")
    refused("SELECT huixiang_forget_looks(NULL, 10)")
    assert Look.objects.count() == 1


def test_a_look_past_its_term_goes_and_the_trail_says_so(librarian):
    look = look_at_one(factories.ReaderFactory(), by=librarian, reason="enquiry")
    with as_owner():
        Look.objects.filter(pk=look.pk).update(at=timezone.now() - timedelta(days=181))
    assert rows("SELECT huixiang_forget_looks(now() - interval '180 days', 10)") == [(1,)]
    told = AuditEvent.objects.get(action="retention.remove")
    assert (told.detail["kind"], told.detail["rows"]) == ("looks", 1)


# --- refused addresses ----------------------------------------------------------------------------
@pytest.fixture
def reader():
    return factories.ReaderFactory(email="left@example.org", user=factories.UserFactory())


def say(reader, granted: bool, purpose="events", source="portal", by=None):
    written = set_consent(
        reader=reader, channel="email", purpose=purpose, granted=granted, source=source, by=by
    )
    return written[0] if written else None


def release(event, reader) -> int:
    digests = sorted(address_digests(reader.email))
    ((released,),) = rows("SELECT huixiang_release_address(%s, %s)", event, digests)
    return released


def test_a_refusal_is_not_removed_and_not_softened(reader):
    say(reader, granted=True)
    early = say(reader, granted=True, purpose="surveys").pk
    no = say(reader, granted=False, purpose="surveys").pk
    refused("DELETE FROM crm_suppression", fault=ProgrammingError)
    refused("UPDATE crm_suppression SET digest = digest", fault=ProgrammingError)
    refused("UPDATE crm_suppression SET reason = 'x'")
    digests = sorted(address_digests(reader.email))
    for said in (no, None, 0):
        refused("SELECT huixiang_release_address(%s, %s)", said, digests)
    refused("SELECT huixiang_release_address(%s, NULL)", early)
    # A yes of before the refusal.
    assert release(early, reader) == 0
    assert Suppression.objects.count() == 1


def test_a_newer_yes_releases_also_where_it_was_the_last_word(reader):
    say(reader, granted=True)
    twin = factories.ReaderFactory(email=reader.email)
    say(twin, granted=False)
    assert Suppression.objects.exists()
    assert say(reader, granted=True) is not None
    assert not Suppression.objects.exists()
    told = AuditEvent.objects.get(action="address.release")
    assert told.object_id == str(reader.pk)
    assert told.detail == {"channel": "email", "purpose": "events", "source": "portal"}


def test_row_that_stopped_everything_leaves_every_other_purpose_stopped(reader):
    digest = sorted(address_digests(reader.email))[0]
    Suppression.objects.create(channel="email", digest=digest, reason="unsubscribed")
    say(reader, granted=True)
    left = set(Suppression.objects.values_list("purpose", flat=True))
    assert left == set(Purpose.values) - {"events"}


def test_erased_address_is_released_by_its_owner_alone(reader):
    digest = sorted(address_digests(reader.email))[0]
    Suppression.objects.create(channel="email", digest=digest, reason="erased")
    event = say(reader, granted=True, source="staff")
    assert release(event.pk, reader) == 0
    say(reader, granted=False)
    say(reader, granted=True, by=reader.user)
    assert not Suppression.objects.filter(purpose__in=["", "events"]).exists()


# --- the fold -------------------------------------------------------------------------------------
FOLD = "SELECT huixiang_fold_activities(%s, %s, %s, %s)"


@pytest.mark.parametrize("missing", range(4))
def test_nothing_is_folded_where_an_argument_is_missing(missing):
    arguments = [timezone.now() - timedelta(days=100), [], [], 10]
    arguments[missing] = None
    refused(FOLD, *arguments)


def test_times_that_are_kept_have_both_ends_and_a_batch_is_bounded():
    until = timezone.now() - timedelta(days=100)
    refused(FOLD, until, [None], [until], 10)
    refused(FOLD, until, [until], [], 10)
    refused(FOLD, until, [], [], 1_000_000)


def test_zone_of_the_months_is_the_library_s():
    assert rows("SELECT huixiang_library_zone()") == [(settings.TIME_ZONE,)]


def test_rows_that_somebody_still_counts_stay_whatever_the_caller_says():
    """No daily figures were ever computed."""
    until = timezone.now() - timedelta(days=100)
    reader = factories.ReaderFactory()
    Activity.objects.log([(reader.pk, "visit", until - timedelta(days=9), "gate", "1")])
    assert rows(FOLD, until, [], [], 10) == [(0,)]
    figures_are_computed()
    Activity.objects.update(late=False)
    campaign = factories.CampaignFactory()
    content = factories.ContentFactory(campaign=campaign)
    type(content).objects.filter(pk=content.pk).update(
        launched_at=until - timedelta(days=20), launched_by=factories.UserFactory(), state="sent"
    )
    assert rows(FOLD, until, [], [], 10) == [(0,)]
    factories.EvaluationFactory(campaign=campaign, as_of=timezone.now())
    type(campaign).objects.filter(pk=campaign.pk).update(
        ends_on=timezone.localdate() - timedelta(days=50)
    )
    assert rows(FOLD, until, [], [], 10) == [(1,)]
    assert FoldedMonth.objects.count() == 1
