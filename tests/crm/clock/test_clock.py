"""Every kind of data goes when its term is over, once, and nothing before."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pghistory
import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone
from pghistory.models import Context

from core.refusals import Refused
from core.terms import Over, registered, term
from crm.activities.models import NamelessVisit
from crm.clock import actions, nightly
from crm.clock.models import ChosenTerm, Night
from crm.clock.terms_in_force import days_of_all
from crm.collections.models import ListedLoan
from crm.imports.actions import undo_import
from crm.imports.models import ImportBatch
from crm.readers.models import Activity, FoldedMonth
from crm.staff.models import AuditEvent
from crm.subscribers.models import Subscriber
from tests import clock, factories
from tests.owner import as_owner

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def due() -> dict[str, int]:
    """{code: rows over their term tonight}."""
    found = {}
    for one in registered():
        night = Night(before=nightly.start_of(TODAY(), nightly.days_of(one)))
        found[one.code] = one.due(night.over)
    return found


def test_night_removes_what_is_over_its_term_of_every_kind_and_nothing_younger():
    clock.fill()
    over = due()
    assert {code for code, n in over.items() if n == 0} == set()

    assert nightly.run_night(night=TODAY())

    assert set(due().values()) == {0}
    removed = dict(Night.objects.values_list("code", "removed"))
    assert removed == over
    # Of each kind the young row is there still.
    assert Activity.objects.count() == 1
    assert FoldedMonth.objects.count() == 1
    assert AuditEvent.objects.filter(action="sign-in").count() == 1
    for model in (ListedLoan, NamelessVisit, Subscriber):
        assert model.objects.count() == 1


def test_night_run_again_changes_nothing_and_the_next_one_begins_anew():
    clock.fill()
    nightly.run_night(night=TODAY())
    first = list(Night.objects.values())
    trail = AuditEvent.objects.count()

    nightly.run_night(night=TODAY())
    assert list(Night.objects.values()) == first
    assert AuditEvent.objects.count() == trail

    nightly.run_night(night=TODAY() + timedelta(days=1))
    assert Night.objects.count() == 2 * len(registered())


def test_night_that_is_stopped_goes_on_where_it_was():
    clock.fill()
    over = due()
    rounds = 1
    # No time at all: one batch, and it says that it is not finished.
    while not nightly.run_night(night=TODAY(), seconds=-1):
        rounds += 1
        assert rounds < 100
    assert rounds == len(registered()) + 1
    assert dict(Night.objects.values_list("code", "removed")) == over


def test_night_goes_on_by_the_term_that_it_began_with():
    clock.fill()
    assert not nightly.run_night(night=TODAY(), seconds=-1)
    begun = Night.objects.get()
    longer = term(begun.code)
    actions.set_term(term=longer, days=longer.most, by=factories.UserFactory(role="manager"))

    nightly.run_night(night=TODAY())
    assert Night.objects.get(code=begun.code).before == begun.before


def test_trail_says_once_how_much_went_of_each_kind_that_no_owner_function_removes():
    ours = [one.code for one in registered() if not one.by_owner]
    clock.fill()
    nightly.run_night(night=TODAY())
    removed = Night.objects.filter(code__in=ours).values_list("code", "removed")
    events = AuditEvent.objects.filter(action="retention.remove", detail__kind__in=ours)
    said = [(event.detail["kind"], event.detail["rows"]) for event in events]
    assert sorted(said) == sorted(removed)


def test_kind_that_fails_does_not_hold_up_the_others(monkeypatch, caplog):
    clock.fill()
    with connection.cursor() as cursor:
        # Somebody took the right to call the function of looks: their kind cannot be removed.
        cursor.execute(
            "SELECT test_as_owner('REVOKE ALL ON FUNCTION"
            " huixiang_forget_looks(timestamptz, integer) FROM portal')"
        )
    nightly.run_night(night=TODAY())
    assert "retention of looks stopped" in caplog.text
    assert Night.objects.get(code="voice-contacts").removed == 1
    assert Night.objects.get(code="looks").ended_at is None


def test_nothing_is_folded_before_its_day_is_counted():
    """No daily figures so far: the rows stay, whatever their term."""
    reader = factories.ReaderFactory()
    at = timezone.now() - timedelta(days=300)
    Activity.objects.log([(reader.pk, "visit", at, "gate", "1")])
    nightly.run_night(night=TODAY())
    assert Activity.objects.count() == 1


# --- the terms ------------------------------------------------------------------------------------
@pytest.mark.parametrize("one", registered(), ids=lambda one: one.code)
def test_term_outside_of_its_bounds_is_refused(one):
    by = factories.UserFactory(role="manager")
    for days in (one.least - 1, one.most + 1):
        with pytest.raises(Refused):
            actions.set_term(term=one, days=days, by=by)
    assert not ChosenTerm.objects.exists()


def test_term_is_written_down_with_who_changed_it():
    by = factories.UserFactory(role="manager")
    actions.set_term(term=term("activities"), days=120, by=by)
    said = AuditEvent.objects.get(action="retention.set")
    assert (said.user, said.detail) == (by, {"kind": "activities", "before": 90, "days": 120})
    assert nightly.days_of(term("activities")) == 120


def test_choice_of_when_the_bounds_were_wider_counts_as_the_nearest_of_today():
    one = term("corrections")
    for chosen, holds in ((one.least - 1, one.least), (one.most + 1, one.most)):
        ChosenTerm.objects.update_or_create(code=one.code, defaults={"days": chosen})
        assert nightly.days_of(one) == holds
        assert days_of_all((one,)) == {one.code: holds}


def test_term_ends_at_midnight_of_the_library():
    """In Shanghai the first of March begins at four in the afternoon of UTC."""
    assert nightly.start_of(date(2026, 3, 2), 1) == datetime(2026, 2, 28, 16, tzinfo=UTC)


def test_audit_below_180_days_is_refused_by_the_table_and_by_the_function():
    """Whoever writes past the form is stopped by the database."""
    with pytest.raises(IntegrityError), transaction.atomic():
        ChosenTerm.objects.create(code="audit", days=90)
    over = Over(timezone.now() - timedelta(days=100))
    with pytest.raises(Exception, match="180 days at least"), transaction.atomic():
        term("audit").remove(over)
    with pytest.raises(ProgrammingError), transaction.atomic():
        AuditEvent.objects.all()._raw_delete("default")


def test_audit_trail_says_that_it_was_shortened_and_keeps_its_other_rows():
    clock.fill()
    nightly.run_night(night=TODAY())
    said = AuditEvent.objects.get(action="retention.remove", detail__kind="audit")
    assert said.detail["rows"] == 1
    with pytest.raises(Exception, match="Cannot delete|permission denied"), transaction.atomic():
        said.delete()


# --- files ----------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_uploaded_file_is_deleted_from_the_disk_and_its_import_cannot_be_taken_back():
    clock.files(timezone.now() - clock.LONG_AGO)
    batch = ImportBatch.objects.get()
    path = Path(settings.MEDIA_ROOT) / batch.file.name
    assert path.exists()

    nightly.run_night(night=TODAY())

    assert not path.exists()
    batch.refresh_from_db()
    assert (batch.file.name, batch.state) == ("", "done")
    with pytest.raises(Refused, match="不再保留"):
        undo_import(batch=batch, by=factories.UserFactory(role="librarian"))


# --- contexts of changes --------------------------------------------------------------------------
@pytest.mark.parametrize("event", ["SegmentNameDescriptionRuleVersionEvent", "CampaignEvent"])
def test_context_goes_with_the_last_change_that_it_explains(event):
    app = "crm" if event.startswith("Segment") else "campaigns"
    with pghistory.context(user=1, url="/desk/"):
        clock.what_readers_did(timezone.now())
    rows = apps.get_model(app, event).objects.order_by("pgh_id")
    assert {row.pgh_context.metadata["url"] for row in rows} == {"/desk/"}
    young = Context.objects.create(metadata={"url": "/young/"})
    old = Context.objects.create(metadata={"url": "/orphan/"})
    with as_owner():
        Context.objects.exclude(pk=young.pk).update(created_at=timezone.now() - clock.LONG_AGO)
    code = "segment-rules" if app == "crm" else "plan-history"

    remove = term(code).remove
    over = Over(timezone.now() - timedelta(days=400))
    remove(over)
    left = set(Context.objects.values_list("metadata__url", flat=True))
    # What still explains a change stays, however old it is.
    assert left == {"/desk/", "/young/"}

    everything = [apps.get_model(label) for label in clock.TIMES if label != "crm.AuditEvent"]
    with as_owner():
        for model in everything:
            model.objects.update(pgh_created_at=timezone.now() - clock.LONG_AGO)
    for one in ("segment-rules", "plan-history"):
        term(one).remove(over)
    assert old.metadata not in Context.objects.values_list("metadata", flat=True)
    assert set(Context.objects.values_list("metadata__url", flat=True)) == {"/young/"}
