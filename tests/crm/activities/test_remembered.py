"""What was said of a file holds for the next one with the same columns."""

import pytest

from crm.activities import actions as verbs
from crm.activities.options import ActivityOptions
from crm.imports.actions import run_import
from crm.imports.tasks import import_file
from crm.sources.models import DataSource
from tests.crm.activities.building import imported, readers, uploaded
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

KOHA = """issue_id,borrowernumber,itemnumber,issuedate,branchcode,timestamp
7,A1,991,2026-10-01 09:00:00,EAST,2026-11-01
8,A2,992,2026-10-02 09:00:00,WEST,2026-11-01
"""


def test_the_next_file_of_the_same_columns_is_mapped_as_the_last_that_came_in():
    readers("A1", "A2", source="koha")
    readers("B1", source="library")
    batch = uploaded(KOHA)
    mapping = {"number": "borrowernumber", "at": "issuedate", "campus": "branchcode"}
    verbs.map_activities(
        batch=batch,
        system="koha",
        mapping=mapping,
        options=ActivityOptions(date_order="dmy"),
        by=UserFactory(role="librarian"),
        new_source="Koha",
    )
    job = run_import(batch=batch, by=None)
    import_file(job.pk)
    batch.refresh_from_db()
    assert batch.created == 2
    assert DataSource.objects.get(name="Koha").kinds == ["loan"]
    later = uploaded(KOHA.replace("2026-10", "2026-11"))
    said = ActivityOptions.from_json(later.options)
    assert (later.source, later.mapping, said.date_order) == ("koha", mapping, "dmy")
    assert said.never == ("itemnumber",)
    # With other columns nothing is taken over.
    other = uploaded("cardnumber,issuedate\nB1,2026-10-01\n")
    assert other.mapping == {"number": "cardnumber", "at": "issuedate"}
    assert ActivityOptions.from_json(other.options).date_order == ""


def test_numbers_are_of_the_system_that_was_said_and_of_no_other_that_readers_have():
    readers("A1", source="学号系统")
    assert uploaded("cardnumber,issuedate\nA1,2026-10-01\n", system="").source == ""
    batch = imported("cardnumber,issuedate\nA1,2026-10-01\n", system="学号系统")
    assert batch.created == 1
    # With the same columns it is taken over, with others it is asked again.
    again = uploaded("cardnumber,issuedate\nA1,2026-11-01\n", system="")
    other = uploaded("cardnumber,issuedate,branchcode\nA1,2026-11-01,EAST\n", system="")
    assert (again.source, other.source) == ("学号系统", "")
