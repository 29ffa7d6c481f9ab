"""Files of uploads that a killed process left behind."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from crm.imports.models import ImportBatch
from crm.imports.stray import drop_stray_files
from tests.crm.activities.building import LOANS, readers
from tests.crm.activities.building import imported as imported_loans
from tests.crm.imports.building import batch_of

pytestmark = pytest.mark.django_db
TABLE = "number,kind\nS1,student\n"


def two_hours_later():
    return time_machine.travel(timezone.now() + timedelta(hours=2), tick=True)


def kept_files() -> list[Path]:
    return sorted((Path(settings.MEDIA_ROOT) / "imports").rglob("*.table"))


def left_behind() -> Path:
    """A file whose row nobody wrote: the process was killed between the two."""
    batch = batch_of(TABLE)
    path = Path(batch.file.path)
    ImportBatch.objects.filter(pk=batch.pk).update(file="")
    return path


def test_a_file_that_no_row_names_is_removed_an_hour_later():
    path = left_behind()
    with two_hours_later():
        assert drop_stray_files() == 1
        assert drop_stray_files() == 0
    assert not path.exists()


def test_a_file_that_waits_for_its_import_stays():
    batch = batch_of(TABLE)
    with two_hours_later():
        assert drop_stray_files() == 0
    assert kept_files() == [Path(batch.file.path)]


def test_a_file_whose_row_may_be_on_its_way_stays():
    path = left_behind()
    assert drop_stray_files() == 0
    assert path.exists()


def test_a_name_that_an_old_file_has_just_got_stays():
    """Its time of writing is that of the first name."""
    path = left_behind()
    os.utime(path, (0, 0))
    assert drop_stray_files() == 0
    assert path.exists()


def test_titles_of_an_import_that_was_killed_before_it_could_remove_them_are_gone():
    """A test's transaction is never committed, so what is to follow the commit does not come."""
    readers("A1", "A2")
    loans = imported_loans(LOANS)
    assert loans.file == ""
    assert len(kept_files()) == 1
    with two_hours_later():
        assert drop_stray_files() == 1
    assert kept_files() == []
