"""Two records of one person become one and two again, and nothing is lost on the way."""

import re
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from campaigns.sending.models import Delivery
from core.refusals import Refused
from crm.imports.keys import keys_to
from crm.merges import actions
from crm.merges.functions import JOIN
from crm.merges.models import JoinedRecord, MergedRow
from crm.merges.moving import function_sql, moved_holds, only_ones
from crm.privacy.models import Departure
from crm.readers.actions import set_consent, update_reader
from crm.readers.bearers import numbered
from crm.readers.models import Activity, FoldedMonth, FoldedRef, Look, Reader, Suppression
from crm.readers.models.activity import key_of
from crm.staff.models import AuditEvent
from feedback.surveys.models import Response
from tests import factories
from tests.crm.merges.pairs import everything, pair, rows_of
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


def test_the_functions_in_the_database_are_those_the_registry_asks_for():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc, prosecdef, proconfig FROM pg_proc"
            " WHERE proname IN ('huixiang_join_readers', 'huixiang_part_readers')"
        )
        found = cursor.fetchall()
    assert len(found) == 2
    for source, is_definer, config in found:
        assert source.strip() in function_sql()
        assert is_definer
        assert config == ["search_path=pg_catalog, public, pg_temp"]


def test_joining_and_taking_apart_restores_every_row(librarian):
    """Of every table that leads to a reader, whatever it is that only one of the two may have."""
    kept, gone = pair(librarian)
    filled = rows_of(gone.pk)
    expected = {f"{hold.model}.{hold.field}" for hold in moved_holds()}
    expected -= {"crm.Departure.reader", "crm.Score.reader", "crm.JoinedRecord.kept"}
    assert expected <= filled.keys() | {"crm.NotTwins.one", "crm.NotTwins.other"}
    before = everything()

    merge = actions.merge(kept=kept, gone=gone, by=librarian)
    assert not Reader.objects.filter(pk=gone.pk).exists()
    assert rows_of(gone.pk) == {}
    assert everything() != before

    again = actions.part(merge=merge, by=librarian)
    assert again.pk == gone.pk
    assert everything() == before
    assert not MergedRow.objects.exists()
    merge.refresh_from_db()
    assert (merge.taken_apart_by, merge.gone, merge.before) == (librarian, {}, {})
    # What was joined stays known, in numbers and names of columns alone.
    assert merge.history["rows"]["crm.Activity.reader"] == 2
    assert merge.history["chosen"] == ["cohort", "wechat"]
    trail = AuditEvent.objects.filter(object_id=str(kept.pk), detail__reader=gone.pk)
    assert {"reader.merge", "reader.part"} <= set(trail.values_list("action", flat=True))


def test_the_kept_record_has_what_both_had(librarian):
    kept, gone = pair(librarian)
    ours, theirs = rows_of(kept.pk), rows_of(gone.pk)
    actions.merge(kept=kept, gone=gone, by=librarian)
    kept.refresh_from_db()
    found = rows_of(kept.pk)

    for name in ("crm.Activity", "crm.Letter", "feedback.Voice", "crm.Correction"):
        key = f"{name}.reader"
        assert found[key] == ours[key] + theirs[key]
    assert found["feedback.Submission.author"] == 2
    # Files find the kept record by each of the numbers.
    for system, number in (("library", "K1"), ("student", "S1"), ("staff", f"T{gone.pk}")):
        assert numbered(system, [number]) == {kept.pk}
    # What the kept one did not say comes of the other; what both say stays as the kept one said.
    assert (kept.cohort, kept.wechat, kept.traits) == (2021, "oid-lei", {"a": 1, "b": 3})
    assert kept.email == "lei@example.com"
    assert kept.former_addresses.filter(address="lei2@example.com").exists()
    march = FoldedMonth.objects.get(reader=kept, kind="visit", month=date(2026, 3, 1))
    assert march.n == 6
    assert march.first < march.last
    # Who looked at either is told to the one person, and so is what the trail says.
    assert Look.objects.at(kept).filter(readers=[gone.pk]).exists()


def test_a_letter_that_both_were_to_get_goes_once_and_stays_in_the_figures(librarian):
    kept, gone = pair(librarian)
    (double,) = Delivery.objects.filter(reader=gone, content__in=kept.deliveries.values("content"))
    answers = Response.objects.count()
    actions.merge(kept=kept, gone=gone, by=librarian)
    double.refresh_from_db()
    assert (double.reader, double.state, double.reason) == (None, "skipped", "same_mailbox")
    assert Response.objects.count() == answers
    assert Response.objects.filter(reader=kept).count() == 1


# --- what is allowed ------------------------------------------------------------------------------
def test_a_no_of_either_holds_for_one_address(librarian):
    kept = factories.ReaderFactory(email="one@example.com", consents=["email"])
    gone = factories.ReaderFactory(email="One@Example.com", consents=[], name="")
    for purpose in ("events", "surveys"):
        set_consent(
            reader=gone,
            channel="email",
            purpose=purpose,
            granted=False,
            source="portal",
            by=None,
        )
    merge = actions.merge(kept=kept, gone=gone, by=librarian)
    kept.refresh_from_db()
    assert kept.consents == ["email:notices"]
    last = kept.consent_events.filter(channel="email", purpose="events").first()
    assert (last.granted, last.source) == (False, "merge")
    actions.part(merge=merge, by=librarian)
    kept.refresh_from_db()
    assert kept.consents == ["email:events", "email:notices", "email:surveys"]
    assert not kept.consent_events.exists()


def test_a_yes_goes_with_its_address(librarian):
    kept = factories.ReaderFactory(email="one@example.com", consents=["email:events"])
    gone = factories.ReaderFactory(email="two@example.com", consents=["email:surveys"])
    actions.merge(kept=kept, gone=gone, by=librarian, taken={"email"})
    kept.refresh_from_db()
    assert (kept.email, kept.consents) == ("two@example.com", ["email:surveys"])
    ended = kept.consent_events.get(purpose="events")
    assert (ended.granted, ended.source) == (False, "address")


def test_a_suppressed_address_stops_the_kept_one_too(librarian):
    kept = factories.ReaderFactory(email="one@example.com", consents=["email:events"])
    gone = factories.ReaderFactory(email="two@example.com", consents=[], name="")
    set_consent(
        reader=gone, channel="email", purpose="events", granted=False, source="portal", by=None
    )
    merge = actions.merge(kept=kept, gone=gone, by=librarian)
    kept.refresh_from_db()
    assert kept.consents == []
    listed = Suppression.objects.of_address("email", "one@example.com")
    assert list(listed.values_list("purpose", flat=True)) == ["events"]
    actions.part(merge=merge, by=librarian)
    assert not Suppression.objects.of_address("email", "one@example.com").exists()
    assert Suppression.objects.of_address("email", "two@example.com").exists()


def test_objection_and_stop_of_either_hold(librarian):
    until = timezone.now() + timedelta(days=5)
    kept = factories.ReaderFactory(stop_reason="illness", stop_until=until)
    gone = factories.ReaderFactory(analytics=False, stop_reason="deceased")
    actions.merge(kept=kept, gone=gone, by=librarian)
    kept.refresh_from_db()
    assert (kept.analytics, kept.stop_reason, kept.stop_until) == (False, "deceased", None)


# --- written in between ---------------------------------------------------------------------------
def test_what_was_written_in_between_stays_with_the_kept_record(librarian):
    """Rows and values; a no that was said in between holds for both."""
    kept = factories.ReaderFactory(email="one@example.com", phone="", consents=["email"])
    gone = factories.ReaderFactory(email="one@example.com", phone="13800000001", cohort=2021)
    merge = actions.merge(kept=kept, gone=gone, by=librarian)
    kept.refresh_from_db()
    update_reader(reader=kept, by=librarian, name="新名")
    since = factories.ActivityFactory(reader=kept)
    set_consent(
        reader=kept, channel="email", purpose="events", granted=False, source="portal", by=None
    )
    actions.part(merge=merge, by=librarian)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.name, kept.cohort, kept.phone) == ("新名", None, "")
    assert gone.name != "新名"
    assert Activity.objects.get(pk=since.pk).reader == kept
    assert kept.consents == gone.consents == ["email:notices", "email:surveys"]
    assert Suppression.objects.of_address("email", "one@example.com").exists()


def test_rows_that_were_folded_in_between_are_told_apart(librarian):
    """A folded month is a number: whose rows are in it is known by the keys that were noted."""
    kept, gone = factories.ReaderFactory(), factories.ReaderFactory()
    at = timezone.now().replace(day=15)
    month = timezone.localdate(at).replace(day=1)
    theirs = [factories.ActivityFactory(reader=gone, kind="visit", at=at) for _one in range(2)]
    ours = factories.ActivityFactory(reader=kept, kind="visit", at=at)
    merge = actions.merge(kept=kept, gone=gone, by=librarian)

    folded = [*theirs, ours]
    Activity.objects.filter(pk__in=[row.pk for row in folded]).delete()
    FoldedRef.objects.bulk_create(FoldedRef(key=key_of(row.source, row.ref)) for row in folded)
    FoldedMonth.objects.create(reader=kept, kind="visit", month=month, n=3, first=at, last=at)

    actions.part(merge=merge, by=librarian)
    assert FoldedMonth.objects.get(reader=kept).n == 1
    assert FoldedMonth.objects.get(reader=gone).n == 2


# --- several --------------------------------------------------------------------------------------
def test_a_chain_restores(librarian):
    first, second = pair(librarian)
    third = factories.ReaderFactory()
    before = everything()
    older = actions.merge(kept=first, gone=second, by=librarian)
    newer = actions.merge(kept=third, gone=first, by=librarian)
    assert third.keys() == [third.pk, second.pk, first.pk]
    actions.part(merge=newer, by=librarian)
    actions.part(merge=older, by=librarian)
    assert everything() == before
    with pytest.raises(Refused):
        actions.part(merge=older, by=librarian)


def test_an_older_joining_is_taken_apart_as_if_it_had_never_been(librarian):
    """Of a record that three went into: the rows of one go back, the others stay joined."""
    kept, first = pair(librarian)
    second = factories.ReaderFactory(cohort=2019, phone="13900001111", wechat="oid-2")
    factories.ActivityFactory(reader=second)
    with transaction.atomic():
        # What the first one alone would have said, the second one says.
        actions.merge(kept=kept, gone=second, by=librarian, taken={"cohort", "wechat"})
        expected = without_moments(everything())
        transaction.set_rollback(True)
    older = actions.merge(kept=kept, gone=first, by=librarian, taken={"wechat"})
    actions.merge(kept=kept, gone=second, by=librarian, taken={"cohort"})
    again = actions.part(merge=older, by=librarian)
    assert again.pk == first.pk
    assert without_moments(everything()) == expected
    kept.refresh_from_db()
    assert (kept.cohort, kept.keys()) == (2019, [kept.pk, second.pk])


def test_an_older_joining_that_would_part_who_is_leaving_is_refused_in_words(librarian):
    kept, first, second = factories.ReaderFactory.create_batch(3)
    older = actions.merge(kept=kept, gone=first, by=librarian)
    actions.merge(kept=kept, gone=second, by=librarian)
    Departure.objects.create(reader=kept, due_at=timezone.now())
    with translation.override("en"), pytest.raises(Refused, match="could not be joined again"):
        actions.part(merge=older, by=librarian)
    assert kept.keys() == [kept.pk, first.pk, second.pk]


def without_moments(tables: dict[str, list[str]]) -> dict[str, list[str]]:
    """What a second joining writes anew bears another key and another moment."""
    written = ("crm_formeraddress", "crm_identity", "crm_suppression", "crm_consentevent")
    found = {name: rows for name, rows in tables.items() if name not in written}
    strip = partial(re.sub, r', "(updated_at|created_at|at|pgh_id|id)": ("[^"]*"|[0-9]+)', "")
    return {name: sorted(map(strip, rows)) for name, rows in found.items()}


# --- refused --------------------------------------------------------------------------------------
def test_two_accounts_are_two_people(librarian):
    kept = factories.ReaderFactory(user=factories.UserFactory())
    gone = factories.ReaderFactory(user=factories.UserFactory())
    with pytest.raises(Refused):
        actions.merge(kept=kept, gone=gone, by=librarian)
    with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute(
            f"SELECT {JOIN}(%s, %s, NULL, 'desk', '{{}}', '[]', '[]')", [kept.pk, gone.pk]
        )
    assert not JoinedRecord.objects.exists()


def test_an_account_that_shows_nothing_gets_no_record_at_the_desk(librarian):
    """Whoever signs up under another's name must not get that record by looking alike."""
    record = factories.ReaderFactory(source="student", number="S7", email="held@example.com")
    user = factories.UserFactory(email="held@example.com")
    own = factories.ReaderFactory(source="portal", number="u7", user=user, name=record.name)
    with pytest.raises(Refused):
        actions.merge(kept=record, gone=own, by=librarian)
    user.emailaddress_set.create(email="Held@example.com", verified=True, primary=True)
    actions.merge(kept=record, gone=own, by=librarian)
    record.refresh_from_db()
    assert record.user == user


def test_whoever_asked_to_be_erased_is_joined_with_nobody(librarian):
    kept, gone = factories.ReaderFactory(), factories.ReaderFactory()
    Departure.objects.create(reader=gone, due_at=timezone.now())
    with pytest.raises(Refused):
        actions.merge(kept=kept, gone=gone, by=librarian)


def test_application_only_reads_what_was_joined(librarian):
    kept, gone = factories.ReaderFactory(), factories.ReaderFactory()
    actions.merge(kept=kept, gone=gone, by=librarian)
    with pytest.raises(DatabaseError), transaction.atomic():
        JoinedRecord.objects.create(kept=kept, kept_key=kept.pk, gone_key=1, why="desk")
    with pytest.raises(DatabaseError), transaction.atomic():
        MergedRow.objects.all().delete()
    with as_owner():
        assert MergedRow.objects.all().delete()


def test_rows_that_are_set_aside_have_nothing_hanging_on_them():
    """They are removed for a while: what names them would be in the way."""
    wrong = []
    for hold in moved_holds():
        if hold.erase == "delete" and (hold.aside or only_ones(hold)):
            wrong += list(keys_to(hold.model_class()))
    assert wrong == []
