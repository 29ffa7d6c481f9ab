"""Missing days that lie apart: each run is settled by itself, and recorded days are asked about."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.activities.models import NamelessVisit
from crm.readers.models import Activity
from crm.registers.models import SpecialDays
from crm.sources import actions as verbs
from crm.sources.board import board_on
from crm.sources.gaps import gap_asked
from crm.sources.models import CoveredSpan
from crm.sources.recording import record_days
from crm.sources.words import gap_title
from crm.staff.models import AuditEvent
from crm.tallies.models import Tally
from tests.factories import CampusFactory, ReaderFactory

pytestmark = pytest.mark.django_db

#: Days of October 2026 on which the file of the gate told nothing, the runs of them in order.
RUNS = [
    (date(2026, 10, 1), date(2026, 10, 1)),
    (date(2026, 10, 9), date(2026, 10, 10)),
    (date(2026, 10, 22), date(2026, 10, 22)),
    (date(2026, 10, 29), date(2026, 10, 29)),
]
WRITTEN = "2026-10-01/2026-10-01 2026-10-09/2026-10-10 2026-10-22/2026-10-22 2026-10-29/2026-10-29"


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def campus():
    return CampusFactory(name_zh="鼓楼校区", name_en="Drum Tower")


@pytest.fixture
def gate(campus):
    """Told of all days of October but those of RUNS, and of the end of September."""
    made = verbs.add_source(name="Gate", kinds=["visit"], by=None, rhythm="daily")
    for first, last in [(25, 30)]:
        record_days(made, [campus.pk], date(2026, 9, first), date(2026, 9, last))
    for first, last in [(2, 8), (11, 21), (23, 28), (30, 31)]:
        record_days(made, [campus.pk], date(2026, 10, first), date(2026, 10, last))
    return made


def gap_of(gate, campus):
    board = board_on(date(2026, 11, 20))
    asked = {"source": str(gate.pk), "place": str(campus.pk), "month": "2026-10"}
    return gap_asked(board, asked)


def visit(campus, day: date) -> Activity:
    """A visit at half past eleven in the evening of that day, in the library's own time."""
    at = timezone.make_aware(datetime(day.year, day.month, day.day, 23, 30))
    reader = ReaderFactory(campus=campus)
    return Activity.objects.create(
        reader=reader, kind="visit", at=at, campus=campus, source="gate", ref=f"{reader.pk}"
    )


def test_the_heading_tells_how_many_times_more_are_missing(gate, campus):
    """In 0.1 it named three of the four and said nothing of the last."""
    gap = gap_of(gate, campus)
    assert gap.open_runs == RUNS
    assert gap.runs_written == WRITTEN

    assert gap_title(gap).endswith("，另有 1 段没有记录")


def test_each_missing_run_is_closed_by_itself_and_the_days_between_stay_open(gate, campus, desk):
    """In 0.1 the button wrote one closure from the first to the last, 24 recorded days included."""
    page = desk.get(
        reverse("crm:coverage"), {"source": gate.pk, "place": campus.pk, "month": "2026-10"}
    ).content.decode()
    assert f'<input type="hidden" name="runs" value="{WRITTEN}">' in page
    assert "Note as closed: " in page

    sent = {"runs": WRITTEN, "campus": campus.pk, "reason": "power cut"}
    assert desk.post(reverse("crm:closed-add"), sent).status_code == 302

    closed = SpecialDays.objects.order_by("starts_on")
    assert [(row.starts_on, row.ends_on, row.campus, row.name) for row in closed] == [
        (first, last, campus, "power cut") for first, last in RUNS
    ]
    assert AuditEvent.objects.filter(action="register.add").count() == len(RUNS)
    # Days that go missing later are missed: they were not closed along.
    CoveredSpan.objects.filter(first=date(2026, 10, 11)).delete()
    assert gap_of(gate, campus).missing == [(date(2026, 10, 11), date(2026, 10, 21))]


def test_each_missing_run_is_noted_as_recorded_by_nobody_by_itself(gate, campus, desk):
    sent = {"runs": WRITTEN, "campus": campus.pk, "source": gate.pk, "reason": "broken lens"}
    assert desk.post(reverse("crm:lost-add"), sent).status_code == 302

    lost = CoveredSpan.objects.filter(state="lost").order_by("first")
    assert list(lost.values_list("first", "last")) == RUNS
    page = desk.get(
        reverse("crm:coverage"), {"source": gate.pk, "place": campus.pk, "month": "2026-10"}
    ).content.decode()
    # Why is said once, and each run can be asked for again by itself.
    assert "Nobody recorded what is missing: broken lens" in page
    assert page.count("broken lens") == 1
    assert page.count("may come after all") == len(RUNS)


def test_days_on_which_somebody_came_are_closed_only_when_it_is_said_twice(gate, campus, desk):
    visit(campus, date(2026, 10, 9))
    visit(campus, date(2026, 10, 10))
    visit(CampusFactory(), date(2026, 10, 22))
    sent = {"runs": WRITTEN, "campus": campus.pk, "reason": "power cut"}

    answer = desk.post(reverse("crm:closed-add"), sent)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "On 2 of these days something is recorded" in page
    assert 'name="sure"' in page
    assert f'value="{WRITTEN}"' in page
    assert "power cut" in page
    assert not SpecialDays.objects.exists()
    assert desk.post(reverse("crm:closed-add"), sent | {"sure": "on"}).status_code == 302
    assert SpecialDays.objects.count() == len(RUNS)


def test_days_that_cannot_be_read_close_nothing(campus, desk):
    for runs in ("2026-10-01", "2026-10-09/2026-10-01", "x/y", "2026-10-01/2026-10-02/3"):
        sent = {"runs": runs, "campus": campus.pk, "reason": "x"}
        assert desk.post(reverse("crm:closed-add"), sent).status_code == 400
    assert not SpecialDays.objects.exists()


def closing(campus, first: str, last: str, **more) -> dict:
    """What the form of the register of closed days sends."""
    days = {"starts_on": first, "ends_on": last, "kind": "closed", "name": "holiday"}
    return days | {"campus": campus.pk, "weekday": ""} | more


def test_the_register_asks_about_recorded_days_too(gate, campus, desk):
    visit(campus, date(2026, 10, 9))
    Tally.objects.create(
        source=gate,
        campus=campus,
        first=date(2026, 10, 12),
        last=date(2026, 10, 12),
        measure="visits",
        value=214,
    )
    # Counted, and nobody came: that is no reason to ask.
    Tally.objects.create(
        source=gate,
        campus=campus,
        first=date(2026, 10, 13),
        last=date(2026, 10, 13),
        measure="visits",
        value=0,
    )
    # A gate that keeps no names saw somebody there, and somebody else on the 11th elsewhere.
    door = verbs.add_source(name="Door", kinds=["visit"], by=None, named=False)
    for place, day in ((campus, 14), (campus, 14), (CampusFactory(), 11)):
        NamelessVisit.objects.create(
            source=door, campus=place, day=date(2026, 10, day), visitor=uuid4(), import_run=1
        )
    register = reverse("crm:register-list", args=["days"])
    sent = closing(campus, "2026-10-08", "2026-10-14")

    answer = desk.post(register, sent)
    assert answer.status_code == 400
    assert "On 3 of these days something is recorded" in answer.content.decode()
    assert not SpecialDays.objects.exists()

    # On Mondays alone only the 12th is meant; an open holiday closes nothing.
    mondays = desk.post(register, sent | {"weekday": "0"}).content.decode()
    assert "On 1 of these days something is recorded" in mondays
    assert desk.post(register, sent | {"kind": "holiday"}).status_code == 302
    assert desk.post(register, sent | {"sure": "on"}).status_code == 302
    assert SpecialDays.objects.filter(kind="closed").count() == 1


def test_pasted_closed_days_are_asked_about_too(gate, campus, desk):
    visit(campus, date(2026, 10, 9))
    paste = reverse("crm:register-paste", args=["days"])
    lines = {"lines": f"2026-10-08\t2026-10-10\tholiday\t{campus.code}"}

    assert desk.post(paste, lines).status_code == 400
    assert not SpecialDays.objects.exists()
    assert desk.post(paste, lines | {"sure": "on"}).status_code == 302
    assert SpecialDays.objects.count() == 1
