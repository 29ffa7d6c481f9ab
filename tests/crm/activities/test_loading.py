"""What a file of loans or visits leaves: who, what, when and where, and never which title."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from core.refusals import Refused
from core.terms import Over, still_needed
from crm.activities import actions as verbs
from crm.activities.models import AlsoIn
from crm.imports.actions import undo_import
from crm.imports.load import load, preview
from crm.imports.models import ImportBatch
from crm.imports.working import left_runnable
from crm.jobs.running import Cancelled
from crm.readers import folding
from crm.readers.models import Activity, FoldedMonth, FoldedRef, Reader
from crm.sources.coverage import covered
from crm.sources.days import Recorded
from crm.sources.models import CoveredSpan
from crm.staff.models import Campus
from tests.clock import figures_are_computed
from tests.crm.activities.building import (
    LOANS,
    counts,
    imported,
    readers,
    source_named,
    undone,
    uploaded,
)
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db

OCTOBER = (date(2026, 10, 1), date(2026, 10, 5))


def rows() -> list[tuple]:
    found = Activity.objects.order_by("at", "ref").values_list("reader__number", "kind", "at")
    return [(number, kind, timezone.localtime(at)) for number, kind, at in found]


def at(*parts) -> datetime:
    return timezone.make_aware(datetime(*parts))


def test_loans_come_in_without_their_titles_and_the_days_are_recorded():
    readers("A1", "A2")
    batch = imported(LOANS)
    assert counts(batch) == (3, 0, 2)
    assert rows() == [
        ("A1", "loan", at(2026, 10, 1, 9)),
        ("A1", "loan", at(2026, 10, 1, 9)),
        ("A2", "loan", at(2026, 10, 3, 14, 5)),
    ]
    marks = set(Activity.objects.values_list("source", "import_run"))
    assert marks == {(source_named().code, batch.pk)}
    young = Activity.objects.filter(at__gt=timezone.now() - timedelta(days=28))
    assert not young.filter(late=True).exists()
    assert Activity.objects.filter(late=True).count() == 3 - young.count()
    # The whole database knows no title: neither the refused rows, nor what was said of the columns.
    assert batch.options["never"] == ["题名", "ISBN"]
    refused = list(batch.refusals.values("raw", "reason"))
    kept = json.dumps([refused, batch.report, batch.mapping], ensure_ascii=False)
    assert "三体" not in kept
    assert "9787" not in kept
    reasons = list(batch.refusals.values_list("line", "reason"))
    assert reasons == [(5, "unknown-reader"), (6, "bad-date")]
    assert batch.refusals.get(line=5).raw == ["X9", "", "", "2026-10-05 10:00:00", "东馆"]
    # Nor is the file kept.
    assert not batch.file
    assert [campus.name_zh for campus in Campus.objects.all()] == ["东馆", "西馆"]


def test_a_refused_row_in_twenty_leaves_the_days_recorded_and_more_leave_them_in_part():
    readers("A1", "A2")
    imported(LOANS)
    assert covered("loan", *OCTOBER).state == Recorded.PART
    lines = "".join(f"A1,2026-10-{day:02d} 10:00\n" for day in range(1, 32) if day < 27)
    imported("读者证号,借出时间\n" + lines + "X9,2026-10-05\n")
    assert covered("loan", *OCTOBER).is_whole
    assert covered("loan", date(2026, 10, 27), date(2026, 10, 31)).is_none


def test_the_same_file_again_in_another_order_adds_nothing():
    readers("A1", "A2")
    imported(LOANS)
    head, *lines = LOANS.splitlines()
    again = imported("\n".join([head, *reversed(lines)]))
    assert counts(again) == (0, 3, 2)
    assert Activity.objects.count() == 3


@pytest.mark.parametrize("first", [0, 1])
def test_files_that_overlap_are_taken_back_in_any_order(first):
    readers("A1", "A2")
    head, *lines = LOANS.splitlines()
    batches = [imported("\n".join([head, *lines[:2]])), imported("\n".join([head, *lines[1:3]]))]
    # The second row of the first file is the same loan as the first of the second.
    assert [counts(batch) for batch in batches] == [(2, 0, 0), (1, 1, 0)]
    only_one = [2, 2]
    undone(batches[first])
    left = Activity.objects.filter(import_run=batches[1 - first].pk).count()
    assert left == Activity.objects.count() == only_one[first]
    assert CoveredSpan.objects.filter(import_run=batches[first].pk).count() == 0
    undone(batches[1 - first])
    assert (Activity.objects.count(), AlsoIn.objects.count()) == (0, 0)
    assert (CoveredSpan.objects.count(), Campus.objects.count()) == (0, 0)


def test_who_wants_nothing_kept_and_what_is_folded_leave_no_row():
    silent, loud = readers("A1", "A2")
    Reader.objects.filter(pk=silent.pk).update(analytics=False)
    batch = imported("读者证号,借出时间,流水号\nA1,2026-05-01,1\nA2,2026-05-02,2\n")
    assert counts(batch) == (1, 1, 0)
    assert Activity.objects.get().late
    Activity.objects.update(late=False)
    # Until the file cannot be taken back any more its rows stay single ones.
    assert at(2026, 5, 1) in [start for start, _end in still_needed()]
    ImportBatch.objects.update(merged_at=timezone.now() - timedelta(days=31))
    assert at(2026, 5, 1) not in [start for start, _end in still_needed()]
    figures_are_computed()
    folding.fold(Over(timezone.now() - timedelta(days=90)))
    assert (Activity.objects.count(), FoldedMonth.objects.get().n) == (0, 1)
    again = imported("读者证号,借出时间,流水号\nA1,2026-05-01,1\nA2,2026-05-02,2\n")
    assert counts(again) == (0, 2, 0)
    assert (Activity.objects.count(), FoldedRef.objects.count()) == (0, 1)
    with pytest.raises(Refused):
        undo_import(batch=batch, by=None)


def test_a_gate_counts_those_who_enter_and_the_silence_of_a_broken_one_is_no_zero():
    readers("A1")
    text = "happened_at,campus,gate,direction,person_no,person_type\n"
    for day in ("2026-03-01", "2026-03-02", "2026-06-01", "2026-06-30"):
        text += f"{day} 08:00:00,东馆,1,in,A1,student\n{day} 18:00:00,东馆,1,out,A1,student\n"
    batch = imported(text, "visits")
    assert counts(batch) == (4, 4, 0)
    assert {kind for _number, kind, _at in rows()} == {"visit"}
    spans = CoveredSpan.objects.values_list("first", "last").distinct()
    assert list(spans) == [
        (date(2026, 3, 1), date(2026, 3, 2)),
        (date(2026, 6, 1), date(2026, 6, 30)),
    ]


def test_renewals_are_told_from_loans_and_returns_are_not_counted():
    readers("A1")
    text = "loanid,cardnumber,type,date,title\n"
    text += (
        "7,A1,借,2026-10-01,a\n7,A1,续借,2026-10-09,a\n7,A1,还,2026-10-12,a\n7,A1,?,2026-10-12,a\n"
    )
    batch = imported(text)
    assert counts(batch) == (2, 1, 1)
    assert [(kind, at.day) for _number, kind, at in rows()] == [("loan", 1), ("renewal", 9)]
    loan, renewal = sorted(Activity.objects.values_list("ref", flat=True), key=len)
    assert renewal == f"{loan}:renewal"


def test_the_librarian_states_the_days_and_the_preview_names_them():
    readers("A1")
    text = "读者证号,借出时间\nA1,2026-10-04\n"
    batch = uploaded(text, first="2026-10-01", last="2026-10-31")
    found = preview(batch)
    assert (found.counts.created, found.sample[0].number) == (1, "A1")
    assert (found.told.first, found.told.last) == (date(2026, 10, 1), date(2026, 10, 31))
    assert Activity.objects.count() == CoveredSpan.objects.count() == 0
    imported(text, first="2026-10-01", last="2026-10-31")
    assert covered("loan", date(2026, 10, 1), date(2026, 10, 31)).is_whole


def test_staff_of_one_campus_bring_rows_of_theirs_alone():
    own, _other = CampusFactory(name_zh="东馆"), CampusFactory(name_zh="西馆")
    readers("A1", "A2")
    # Whom they may not open they bring nothing of.
    by = UserFactory(role="librarian", campus=own)
    assert counts(imported(LOANS, by=by)) == (0, 0, 5)
    Reader.objects.update(campus=own)
    batch = imported(LOANS, by=by)
    assert counts(batch) == (2, 0, 3)
    assert batch.refusals.get(line=4).reason == "other-place"
    assert set(Activity.objects.values_list("campus", flat=True)) == {own.pk}


def test_a_stopped_import_leaves_nothing_and_may_be_run_again():
    readers("A1", "A2")
    batch = uploaded(LOANS)
    batch.state = ImportBatch.State.RUNNING
    batch.save()

    def stop(_rows):
        raise Cancelled

    with pytest.raises(Cancelled), left_runnable(batch):
        load(batch, report=stop)
    batch.refresh_from_db()
    assert (batch.state, Activity.objects.count(), CoveredSpan.objects.count()) == (
        "uploaded",
        0,
        0,
    )
    assert Path(batch.file.path).exists()
    ImportBatch.objects.update(state=ImportBatch.State.RUNNING)
    assert counts(load(batch)) == (3, 0, 2)
    # A second worker that took over finds the work done.
    assert Activity.objects.count() == 3


def test_a_column_that_says_which_title_cannot_be_chosen():
    batch = uploaded(LOANS)
    with pytest.raises(Refused, match="题名"):
        verbs.map_activities(
            batch=batch,
            system="library",
            mapping=batch.mapping | {"ref": "题名"},
            options=verbs.ActivityOptions(data_source=source_named().pk),
            by=None,
        )
