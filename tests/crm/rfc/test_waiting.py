"""Between an import and its night: who was not known to the last run is "not yet computed"."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crm.imports.models import ImportBatch
from crm.readers.models import MonthCount, Reader
from crm.rfc.figures import map_for
from crm.rfc.measuring import measure
from crm.rfc.models import ScoreRun
from crm.rfc.placing import brought_since, count_waiting, not_yet_computed, place_of
from crm.rfc.queries import last_run
from tests.crm.activities.building import imported as loans_in
from tests.crm.rfc.building import KINDS, NOW, does, reader
from tests.crm.rfc.test_map import client_of
from tests.factories import ActivityFactory, CampusFactory, ImportBatchFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def night():
    """One reader placed, two of whom nothing is recorded; the run of the night before."""
    north, south = CampusFactory(name_en="North"), CampusFactory(name_en="South")
    does(reader("known", campus=north), KINDS.VISIT, 1)
    reader("newcomer", campus=north)
    reader("quiet", campus=south)
    return measure(as_of=NOW)


def file_came(run: ScoreRun, takes="loans", **fields) -> ImportBatch:
    """An import that ended an hour after the run."""
    said = {"state": ImportBatch.State.DONE, "merged_at": run.computed_at + timedelta(hours=1)}
    return ImportBatchFactory(takes=takes, **(said | fields))


def month_of(reader: Reader, n: int) -> None:
    """What a file says of one month of the reader's loans."""
    MonthCount.objects.create(
        reader=reader,
        kind=KINDS.LOAN,
        month=date(2026, 4, 1),
        begins=timezone.make_aware(datetime(2026, 4, 1)),
        ends=timezone.make_aware(datetime(2026, 5, 1)),
        n=n,
        source="system",
        ref="m",
        import_run=1,
    )


def of(name: str):
    return place_of(Reader.objects.get(number=name), last_run())


def test_b5_who_came_by_a_file_since_the_run_is_not_yet_computed(night):
    assert (brought_since(night), count_waiting(night, None)) == (None, 0)
    does(Reader.objects.get(number="newcomer"), KINDS.LOAN, 30)
    file_came(night)
    viewer = UserFactory(role="librarian")
    told = map_for(viewer, night)
    assert (str(told.total), str(told.silent), str(told.waiting)) == ("1", "2", "1")

    with translation.override("en"):
        assert of("newcomer").said == not_yet_computed(night)
        assert of("quiet").said.startswith("Nothing is recorded (as of ")
        assert [bracket for _name, bracket, _words in of("known").brackets] == [5, 1, 1]
        page = client_of(viewer).get(reverse("crm:score-map")).content.decode()
        assert "What 1 of them did came in since." in page
        assert not_yet_computed(night) in page

    # The night places them, and nothing waits any more.
    measure(as_of=NOW + timedelta(hours=2))
    run = last_run()
    assert (count_waiting(run, None), str(map_for(viewer, run).silent)) == (0, "1")
    assert of("newcomer").brackets != []
    page = client_of(viewer).get(reverse("crm:score-map")).content.decode()
    assert "did came in since" not in page


def test_counts_of_months_wait_as_well(night):
    newcomer = Reader.objects.get(number="newcomer")
    month_of(newcomer, n=2)
    file_came(night, takes="reader-months")
    assert count_waiting(night, None) == 1
    assert count_waiting(night, newcomer.campus_id) == 1
    assert count_waiting(night, Reader.objects.get(number="quiet").campus_id) == 0


@pytest.mark.parametrize(
    "other",
    [
        {"takes": "patrons"},
        {"state": ImportBatch.State.UNDONE},
        {"merged_at": NOW - timedelta(hours=1)},
    ],
)
def test_other_files_leave_nobody_waiting(night, other):
    file_came(night, **other)
    assert brought_since(night) is None


def test_what_counts_for_nothing_and_who_is_not_placed_do_not_wait(night):
    does(Reader.objects.get(number="quiet"), KINDS.CLICK, 3)
    for name, fields in (("left", {"state": "left"}), ("off", {"analytics": False})):
        does(reader(name, **fields), KINDS.LOAN, 3)
    file_came(night)
    assert count_waiting(night, None) == 0
    with translation.override("en"):
        assert of("left").said == "Only current readers are placed."
        assert "switched analytics off" in of("off").said
        assert place_of(Reader.objects.get(number="left"), None).said == "Not measured yet."


def test_a_file_of_loans_that_comes_in_is_said_on_the_page_of_its_reader():
    """Through the door of files, without anything that a test wrote by itself."""
    borrower = reader("A1", source="library")
    measure(as_of=timezone.now() - timedelta(minutes=5))
    desk = client_of(UserFactory(role="librarian"))
    panel = reverse("crm:reader-score", args=[borrower.pk])
    assert "Nothing is recorded" in desk.get(panel).content.decode()
    desk.post(reverse("crm:reader-reason", args=[borrower.pk]), {"reason": "enquiry"})
    assert panel in desk.get(borrower.get_absolute_url()).content.decode()

    loans_in("读者证号,借出时间\nA1,2026-10-01 09:00\n")
    assert brought_since(last_run()) is not None
    with translation.override("en"):
        assert not_yet_computed(last_run()) in desk.get(panel).content.decode()
    measure()
    assert "As of " in desk.get(panel).content.decode()


def test_b5_who_gave_something_on_the_portal_since_the_run_waits_too(night):
    newcomer = Reader.objects.get(number="newcomer")
    at = night.computed_at + timedelta(minutes=1)
    ActivityFactory(reader=newcomer, kind="contribution", at=at)
    assert count_waiting(night, None) == 1


def test_a_month_of_which_a_file_says_none_is_nothing_to_compute(night):
    """The night would find nothing of it, this time and any other."""
    month_of(Reader.objects.get(number="newcomer"), n=0)
    file_came(night)
    assert count_waiting(night, None) == 0
    with translation.override("en"):
        assert of("newcomer").said.startswith("Nothing is recorded")
