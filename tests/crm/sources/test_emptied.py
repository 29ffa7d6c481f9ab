"""A source whose files were all taken back leaves the lists, and the next file brings it back."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from crm.activities.forms import ActivityMapForm, free_name
from crm.eresources.actions import bring_report, drop_report, take_report
from crm.eresources.tasks import read_usage
from crm.imports.actions import discard_upload
from crm.imports.describing import look_into
from crm.imports.models import ImportBatch
from crm.sources.actions import add_source
from crm.sources.board import board_on
from crm.sources.forms import ShownForm
from crm.sources.models import CoveredSpan, DataSource
from crm.tallies.forms import counting_sources
from crm.tallies.lists import TallyFilter
from crm.tallies.models import Tally
from tests.crm.activities import building as activities
from tests.crm.eresources.reports import JSON_51
from tests.crm.tallies import building as counts

pytestmark = pytest.mark.django_db
COUNTS = "日期,进馆人次\n2026-10-01,214\n2026-10-02,198\n"


def is_in_lists(source: DataSource) -> bool:
    """Whether the page of what is recorded names it, and whether it may be chosen there."""
    board = board_on(timezone.localdate())
    named = source in [*board.silent, *(line.source for line in board.lines)]
    assert named == (source in ShownForm().fields["only"].queryset)
    return named


@pytest.fixture
def ils() -> DataSource:
    activities.readers("A1", "A2")
    return activities.source_named("自助借还机")


def test_a_source_leaves_with_the_last_of_its_files_and_not_before(ils, client, librarian):
    one = activities.imported(activities.LOANS, source=ils)
    of_september = activities.LOANS.replace("-10-", "-09-")
    two = activities.imported(of_september, source=ils, name="九月.csv")
    activities.undone(one)
    assert is_in_lists(ils)
    activities.undone(two)
    ils.refresh_from_db()
    assert ils.emptied_at
    assert not is_in_lists(ils)

    client.force_login(librarian)
    assert ils.name not in client.get(reverse("crm:coverage")).content.decode()
    # Its history stays where all imports are.
    assert "九月.csv" in client.get(reverse("crm:import-list")).content.decode()


def test_a_source_without_a_file_so_far_stays(ils):
    assert is_in_lists(ils)
    batch = activities.uploaded(activities.LOANS, source=ils)
    discard_upload(batch=batch, by=None)
    assert is_in_lists(ils)


def test_an_import_that_still_stands_keeps_its_source(ils):
    one = activities.imported(activities.LOANS, source=ils)
    waiting = activities.uploaded(activities.LOANS, source=ils)
    activities.undone(one)
    assert is_in_lists(ils)
    assert ImportBatch.objects.get(pk=waiting.pk).is_open


def test_rows_that_no_import_brought_keep_their_source(ils):
    (reader,) = activities.readers("A9")
    reader.activities.create(kind="loan", at=timezone.now(), source=ils.code, ref="1")
    activities.undone(activities.imported(activities.LOANS, source=ils))
    assert is_in_lists(ils)


def test_days_that_somebody_said_nobody_recorded_keep_their_source(ils):
    batch = activities.imported(activities.LOANS, source=ils)
    day = date(2026, 9, 1)
    CoveredSpan.objects.create(source=ils, first=day, last=day, state="lost")
    activities.undone(batch)
    assert is_in_lists(ils)


def test_the_next_file_brings_it_back(ils):
    activities.undone(activities.imported(activities.LOANS, source=ils))
    assert not is_in_lists(ils)
    activities.imported(activities.LOANS, source=ils)
    ils.refresh_from_db()
    assert ils.emptied_at is None
    assert is_in_lists(ils)


def test_it_is_offered_for_no_new_file_but_stays_chosen_for_one_that_named_it(ils):
    activities.undone(activities.imported(activities.LOANS, source=ils))
    other = add_source(name="another", kinds=["loan"], by=None)
    for chosen, offered in ((other, {other}), (ils, {other, ils})):
        batch = activities.uploaded(activities.LOANS, source=chosen)
        header, sample = look_into(batch)
        form = ActivityMapForm(batch=batch, header=header, sample=sample)
        assert set(form.fields["data_source"].queryset) == offered


def test_its_name_is_free_again():
    activities.readers("A1", "A2")
    kind = activities.uploaded(activities.LOANS).kind
    named = add_source(name=free_name(kind), kinds=["loan"], by=None)
    assert free_name(kind) != named.name
    activities.undone(activities.imported(activities.LOANS, source=named))
    assert free_name(kind) == named.name


def test_a_counter_leaves_with_its_last_file():
    door = add_source(name="Door", kinds=[], by=None)
    batch = counts.imported(COUNTS, source=door)
    door.measures = ["visits"]
    door.save()
    assert door in counting_sources()
    counts.undone(batch)
    assert not is_in_lists(door)
    assert door not in counting_sources()
    narrowed = TallyFilter(queryset=Tally.objects.all()).form
    assert door not in narrowed.fields["source"].queryset
    # A file that had named it before can still be read.
    assert door in counting_sources(door.pk)
    counts.imported(COUNTS, source=door)
    assert is_in_lists(door)


def usage_taken(by):
    file = SimpleUploadedFile("PR_P1.json", json.dumps(JSON_51).encode())
    brought = bring_report(file=file, by=by)
    read_usage(brought.job_id)
    return take_report(report=brought, by=by)


def test_a_provider_leaves_with_its_last_report(librarian):
    report = usage_taken(librarian)
    provider = report.source
    assert is_in_lists(provider)
    drop_report(report=report, by=librarian)
    assert not is_in_lists(provider)
    # It is known by its name, so that the next report is the same provider's.
    assert usage_taken(librarian).source == provider
    assert is_in_lists(provider)
