"""A file of counts from its bytes to numbers that hold, and back."""

from datetime import date

import pytest

from crm.imports.actions import run_import
from crm.imports.load import load
from crm.imports.models import ImportBatch
from crm.imports.tasks import import_file
from crm.imports.working import left_runnable
from crm.jobs.models import Job
from crm.jobs.running import Cancelled
from crm.readers.models import Activity
from crm.sources.board import board_on
from crm.sources.coverage import covered
from crm.sources.models import CoveredSpan
from crm.staff.models import AuditEvent, Campus
from crm.tallies import actions as verbs
from crm.tallies.models import Tally
from tests import factories
from tests.crm.tallies.building import counter, counts, imported, undone, uploaded

pytestmark = pytest.mark.django_db
JANUARY = "分馆,月份,人次\n东馆,2026-01,100\n东馆,2026-02,X\n西馆,2026-01,80\n"
MENDED = "分馆,月份,人次\n东馆,2026-01,120\n东馆,2026-02,90\n"


def held():
    """{(campus, month): number} of what holds."""
    rows = Tally.objects.in_force().select_related("campus")
    return {(str(one.campus or ""), one.first.month): one.value for one in rows}


def spans():
    found = CoveredSpan.objects.select_related("campus").order_by("campus__name_zh", "first")
    return [(str(one.campus), str(one.first), str(one.last), one.state) for one in found]


def test_the_same_file_again_changes_nothing_and_files_go_in_any_order():
    first = imported(JANUARY)
    assert counts(first) == (3, 0, 0, 0)
    assert first.report["places"] == ["东馆", "西馆"]
    assert held() == {("东馆", 1): 100, ("东馆", 2): None, ("西馆", 1): 80}
    again = imported(JANUARY)
    assert counts(again) == (0, 0, 3, 0)
    mended = imported(MENDED)
    assert counts(mended) == (0, 2, 0, 0)
    assert held()["东馆", 1] == 120

    # The first may go: the second says the same, and the third holds.
    undone(first)
    assert held() == {("东馆", 1): 120, ("东馆", 2): 90, ("西馆", 1): 80}
    undone(mended)
    assert held() == {("东馆", 1): 100, ("东馆", 2): None, ("西馆", 1): 80}
    assert undone(again).state == "undone"
    assert not held()
    assert not CoveredSpan.objects.exists()
    assert not Campus.objects.exists()


def test_a_month_is_recorded_as_one_and_makes_nothing_of_any_reader_recorded():
    imported(JANUARY)
    assert spans() == [
        ("东馆", "2026-01-01", "2026-01-31", "full"),
        ("西馆", "2026-01-01", "2026-01-31", "full"),
    ]
    span = CoveredSpan.objects.first()
    assert (span.apart, Activity.objects.count()) == (False, 0)
    # Who came is not known by how many came.
    assert covered(Activity.Kind.VISIT, span.first, span.last).is_none


def test_days_stand_one_by_one_and_days_without_an_event_are_no_gap():
    imported("日期,人次\n2026-03-02,5\n2026-03-03,\n2026-03-04,7\n2026-03-05,7\n", name="门.csv")
    assert spans() == [
        ("None", "2026-03-02", "2026-03-02", "full"),
        ("None", "2026-03-04", "2026-03-05", "full"),
    ]
    CoveredSpan.objects.all().delete()
    events = "活动日期,参加人数\n2026-03-02,5\n2026-03-09,12\n2026-03-09,3\n"
    imported(events, source=counter("活动登记"))
    assert spans() == [("None", "2026-03-02", "2026-03-09", "full")]
    one = Tally.objects.get(measure="attendance", first="2026-03-09")
    assert (one.value, one.rows) == (15, 2)
    assert Tally.objects.get(measure="events", first="2026-03-09").value == 2


def test_what_somebody_corrected_holds_beside_every_file(librarian):
    imported(JANUARY)
    unknown = Tally.objects.get(value__isnull=True)
    verbs.correct_tally(tally=unknown, value=77, note="补抄纸质登记", by=librarian)
    assert held()["东馆", 2] == 77
    assert ("东馆", "2026-02-01", "2026-02-28", "full") in spans()
    imported(MENDED)
    assert held()["东馆", 2] == 77
    corrected = Tally.objects.get(by_hand=True)
    verbs.release_tally(tally=corrected, by=librarian)
    assert held()["东馆", 2] == 90
    actions = AuditEvent.objects.values_list("action", flat=True)
    assert {"count.correct", "count.release", "import.done"} <= set(actions)


def test_a_killed_worker_loses_and_doubles_nothing():
    batch = uploaded(JANUARY)
    job = run_import(batch=batch, by=None)
    # It died after it had begun: the sweep starts the job anew.
    ImportBatch.objects.filter(pk=batch.pk).update(state="running")
    Job.objects.filter(pk=job.pk).update(state="running")
    import_file(job.pk)
    Job.objects.filter(pk=job.pk).update(state="queued")
    import_file(job.pk)
    assert Tally.objects.count() == 3


def test_staff_of_one_campus_bring_what_was_counted_there():
    own = Campus.objects.create(code="east", name_zh="东馆")
    by = factories.UserFactory(role="librarian", campus=own)
    batch = imported(JANUARY, by=by)
    assert counts(batch) == (2, 0, 0, 1)
    assert batch.refusals.get().reason == "other-place"
    assert Campus.objects.count() == 1
    alone = imported("日期,人次\n2026-03-02,5\n", by=by, source=counter("东馆门"))
    assert Tally.objects.get(batch=alone).campus == own


def test_a_stopped_import_leaves_nothing_and_may_be_run_again():
    batch = uploaded(JANUARY)
    ImportBatch.objects.update(state="running")
    batch.refresh_from_db()

    def stop(_rows):
        raise Cancelled

    with pytest.raises(Cancelled), left_runnable(batch):
        load(batch, report=stop)
    batch.refresh_from_db()
    assert (batch.state, Tally.objects.count()) == ("uploaded", 0)
    ImportBatch.objects.update(state="running")
    assert counts(load(batch)) == (3, 0, 0, 0)


def test_events_tell_nothing_of_the_gate_beside_them_nor_of_another_place():
    gate = "日期,人次,分馆\n" + "".join(
        f"2026-03-{day:02},9,东馆\n" for day in range(1, 32) if not 12 <= day <= 21
    )
    imported(gate, name="门.csv")
    events = "活动日期,参加人数,分馆\n2026-03-02,5,东馆\n2026-03-30,12,东馆\n2026-03-09,3,西馆\n"
    imported(events, name="活动.csv")
    told = {}
    for span in CoveredSpan.objects.select_related("campus").order_by("first"):
        for measure in span.tells:
            days = (span.first.day, span.last.day)
            told.setdefault((str(span.campus), measure), []).append(days)
    assert told["东馆", "visits"] == [(1, 11), (22, 31)]
    assert told["东馆", "events"] == told["东馆", "attendance"] == [(2, 30)]
    assert told["西馆", "events"] == [(9, 9)]
    # The gap of the gate is on the board though the list of events tells of these days.
    (east,) = [line for line in board_on(date(2026, 3, 31)).lines if str(line.place) == "东馆"]
    assert east.gaps == [(date(2026, 3, 12), date(2026, 3, 21))]
    # There is something of them, so they are there in part; the last day, after the last event, is
    # as the gate told it.
    assert (east.cells[-1].missing, east.cells[-1].part) == (0, 10)
