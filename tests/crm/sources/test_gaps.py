"""A gap on the page of what is recorded: which file is missing, who is asked, and the ways out."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from analytics.loop.inputs import window_of
from analytics.loop.inputs.recorded import outcomes_recorded
from core.days import months_up_to
from crm.collections.models import ListedCollection
from crm.eresources.models import UsageReport
from crm.readers.models import Activity, Reader
from crm.registers.models import SpecialDays
from crm.sources import actions as verbs
from crm.sources.board import board_on
from crm.sources.coverage import Records, covered
from crm.sources.days import Recorded, Told, weigh
from crm.sources.gaps import gap_asked, newest_gaps, resting_on_gap
from crm.sources.models import CoveredSpan
from crm.sources.months import end_of_month
from crm.sources.recording import record_days
from crm.sources.states import LOST
from crm.staff.models import AuditEvent
from tests.analytics import building as make
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db

VISIT, LOAN = Activity.Kind.VISIT, Activity.Kind.LOAN
DAY = timedelta(days=1)


@pytest.fixture
def months() -> list[date]:
    """First days of the last four months, the running one among them."""
    return months_up_to(timezone.localdate(), 4)


@pytest.fixture
def gate(months):
    """Told of the oldest of them and of the running one; of both between, nothing."""
    made = verbs.add_source(name="Gate", kinds=[VISIT], by=None, rhythm="monthly")
    record_days(made, [None], months[0], end_of_month(months[0]))
    record_days(made, [None], months[3], end_of_month(months[3]))
    return made


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    return client


def test_a_month_in_between_is_a_file_that_did_not_come_though_a_later_one_did(gate, months, desk):
    """In 0.1 nothing of the kind was known; a gap before the last file was drawn and not asked
    for.
    """
    board = board_on(timezone.localdate())
    (line,) = board.lines
    assert line.gaps == [(months[1], end_of_month(months[2]))]
    assert board.late == 1
    html = desk.get(reverse("crm:coverage")).content.decode()
    assert "did not come" in html
    assert "One file has not come" in html
    gap = gap_asked(board, {})
    assert (gap.month, gap.first, gap.last) == (months[2], months[2], end_of_month(months[2]))


def test_who_is_asked_stands_beside_the_file(gate, desk):
    sent = {
        "name": "Gate",
        "rhythm": "monthly",
        "due_after": 5,
        "until": "",
        "contact": "Door desk",
    }
    desk.post(reverse("crm:source-edit", args=[gate.pk]), sent)
    assert "Ask Door desk." in desk.get(reverse("crm:coverage")).content.decode()


def test_days_that_nobody_recorded_are_asked_for_no_more_and_stay_unknown(gate, months, desk):
    first, last = months[1], end_of_month(months[2])
    sent = {"source": gate.pk, "first": first, "last": last, "campus": "", "reason": "in repair"}
    desk.post(reverse("crm:lost-add"), sent | {"last": months[0]})
    assert not CoveredSpan.objects.filter(state="lost").exists()

    desk.post(reverse("crm:lost-add"), sent)
    board = board_on(timezone.localdate())
    assert board.late == 0
    assert board.lines[0].cell_of(months[1]).only == LOST
    # To every figure they are as unknown as before.
    assert covered(VISIT, first, last).is_none
    html = desk.get(reverse("crm:coverage"), {"source": gate.pk, "month": f"{first:%Y-%m}"})
    assert "Nobody recorded what is missing: in repair" in html.content.decode()

    # A file that comes all the same is believed; and what was said can be taken back.
    record_days(gate, [None], first, end_of_month(first))
    assert covered(VISIT, first, end_of_month(first)).is_whole
    lost = CoveredSpan.objects.get(state="lost")
    desk.post(reverse("crm:lost-drop", args=[lost.pk]))
    assert board_on(timezone.localdate()).late == 1
    actions = AuditEvent.objects.filter(action__startswith="lost.").values_list("action", flat=True)
    assert sorted(actions) == ["lost.drop", "lost.note"]


def test_an_address_that_names_nothing_shows_the_newest_gap(gate, months):
    board = board_on(timezone.localdate())
    for asked in ({"source": "x"}, {"source": "999"}, {"source": f"{gate.pk}", "month": "2026-13"}):
        assert gap_asked(board, asked).month == months[2]
    assert [gap.month for gap in newest_gaps(board)] == [months[2], months[1]]
    record_days(gate, [None], months[0], end_of_month(months[3]))
    assert gap_asked(board_on(timezone.localdate()), {}) is None


def test_a_gate_that_was_put_up_between_two_months_makes_them_no_pair(months):
    gate, main, east = (
        verbs.add_source(name="Gate", kinds=[VISIT], by=None, rhythm="monthly"),
        *two_campuses(),
    )
    one, other = ((month, end_of_month(month)) for month in months[:2])
    record_days(gate, [main], one[0], other[1])
    records = Records(one[0], other[1])
    assert records.have_one_breadth([VISIT, LOAN], one, other)
    record_days(gate, [east], *other)
    records = Records(one[0], other[1])
    assert covered(VISIT, *one).is_whole
    assert not records.have_one_breadth([VISIT], one, other)
    # A kind that was told of in one of them alone makes them no pair either.
    loans = verbs.add_source(name="ILS", kinds=[LOAN], by=None, rhythm="monthly")
    record_days(loans, [None], *other)
    assert not Records(one[0], other[1]).have_one_breadth([LOAN], one, other)
    # What is told of the whole library is told of each place.
    record_days(gate, [None], *one)
    assert Records(one[0], other[1]).have_one_breadth([VISIT], one, other)


def two_campuses() -> tuple[int, int]:
    return CampusFactory().pk, CampusFactory().pk


def test_what_was_told_of_the_whole_library_was_told_of_a_place_that_no_file_named():
    days = date(2026, 3, 1), date(2026, 3, 31)
    told = [Told(1, None, *days), Told(1, 10, *days)]
    assert weigh(*days, told, place=99).is_whole
    assert weigh(*days, told[1:], place=99).state == Recorded.NONE


@pytest.mark.parametrize("said", [{"kinds": [VISIT], "named": False}, {"kinds": []}])
def test_no_figure_of_readers_rests_on_a_gate_that_knows_nobody(months, said):
    """A gate that keeps no names, and a counter: visits rest on them, and nothing of any reader."""
    gate = verbs.add_source(name="Gate", by=None, rhythm="monthly", **said)
    if not gate.kinds:
        gate.measures = ["visits"]
        gate.save()
    for month in (months[0], months[3]):
        record_days(gate, [None], month, end_of_month(month))
    gap = gap_asked(board_on(timezone.localdate()), {})
    assert gap.source == gate
    with translation.override("en"):
        resting = resting_on_gap(gap, UserFactory(role="manager"))
        touched = [one.name for one in resting if one.touched]
    assert touched == ["Complaints per 1,000 visits"]


def test_figures_of_readers_rest_on_a_gate_that_knows_them(gate):
    gap = gap_asked(board_on(timezone.localdate()), {})
    with translation.override("en"):
        resting = resting_on_gap(gap, UserFactory(role="manager"))
        touched = {one.name for one in resting if one.touched}
    assert touched >= {"Active readers", "Chart of what readers did", "Complaints per 1,000 visits"}


def test_no_effect_is_measured_of_readers_of_whose_campus_nothing_is_told():
    campaign = make.campaign()
    people = make.deliver(make.content(campaign), 4)
    main, east = two_campuses()
    gate = verbs.add_source(name="Gate", kinds=[VISIT], by=None, rhythm="monthly")
    record_days(gate, [main], date(2026, 1, 1), date(2026, 12, 31))
    window = window_of(campaign, make.AFTER)
    assert outcomes_recorded(campaign, window)
    Reader.objects.filter(pk=people[0].pk).update(campus=east)
    assert not outcomes_recorded(campaign, window)
    loans = verbs.add_source(name="ILS", kinds=[LOAN], by=None, rhythm="monthly")
    record_days(loans, [None], date(2026, 1, 1), date(2026, 12, 31))
    assert outcomes_recorded(campaign, window)


def test_staff_of_one_campus_note_what_is_theirs(client):
    own, other = CampusFactory(), CampusFactory()
    client.force_login(UserFactory(role="librarian", campus=own))
    gate = verbs.add_source(name="Gate", kinds=["visit"], by=None, rhythm="monthly")
    record_days(gate, [own.pk, other.pk], date(2026, 9, 1), date(2026, 9, 30))
    days = {"source": gate.pk, "first": "2026-10-01", "last": "2026-10-02", "reason": "x"}
    for campus, status in (("", 400), (other.pk, 400), (own.pk, 302)):
        sent = days | {"campus": campus}
        assert client.post(reverse("crm:lost-add"), sent).status_code == status
        assert client.post(reverse("crm:closed-add"), sent).status_code == status
    assert CoveredSpan.objects.get(state="lost").campus == own
    assert SpecialDays.objects.get().campus == own
    lost = verbs.note_lost(
        source=gate, first=days["first"], last=days["last"], by=UserFactory(role="librarian")
    )
    client.post(reverse("crm:lost-drop", args=[lost.pk]))
    assert CoveredSpan.objects.filter(pk=lost.pk).exists()
    # A source that told of another campus, too, is theirs to change no more than that campus is.
    edit = reverse("crm:source-edit", args=[gate.pk])
    changed = {"name": "Y", "rhythm": "daily", "due_after": 2}
    assert client.post(edit, changed).status_code == 400
    CoveredSpan.objects.exclude(campus=own).delete()
    assert client.post(edit, changed).status_code == 302


def test_what_is_the_whole_librarys_is_taken_back_by_staff_of_all_or_who_brought_it(client):
    own = UserFactory(role="librarian", campus=CampusFactory())
    of_all = UserFactory(role="librarian")
    month = {"first": date(2026, 1, 1), "last": date(2026, 1, 31)}
    for number, (by, model) in enumerate(
        [(of_all, UsageReport), (own, UsageReport), (of_all, ListedCollection)]
    ):
        if model is UsageReport:
            UsageReport.objects.create(report="PR", sha256=str(number), taken_by=by, **month)
        else:
            ListedCollection.objects.create(name="x", items=200, digests=b"", made_by=by)
    client.force_login(own)
    for report in UsageReport.objects.all():
        client.post(reverse("crm:usage-drop", args=[report.pk]))
    client.post(reverse("crm:collection-drop", args=[ListedCollection.objects.get().pk]))
    assert UsageReport.objects.get().taken_by == of_all
    assert ListedCollection.objects.count() == 1
