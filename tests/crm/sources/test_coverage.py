"""The question that consumers ask, and the page that answers it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.readers.models import Activity
from crm.registers.models import SpecialDays
from crm.sources import actions as verbs
from crm.sources.coverage import Records, covered, kinds_recorded
from crm.sources.days import Recorded
from crm.sources.models import DataSource
from crm.sources.months import end_of_month, months_up_to
from crm.sources.recording import forget_days, record_days
from crm.staff.models import AuditEvent
from tests.factories import CampusFactory

pytestmark = pytest.mark.django_db

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
VISIT, LOAN, CLICK = Activity.Kind.VISIT, Activity.Kind.LOAN, Activity.Kind.CLICK


def source(name="Gate", kinds=(VISIT,), **more) -> DataSource:
    said = {"rhythm": "monthly"} | more
    return verbs.add_source(name=name, kinds=list(kinds), by=None, **said)


def test_covered_asks_sources_of_the_kinds_alone(django_assert_num_queries):
    gate, campus = source(), CampusFactory()
    record_days(gate, [None], *OCTOBER)
    with django_assert_num_queries(2):
        assert covered(VISIT, *OCTOBER).is_whole
    assert covered(LOAN, *OCTOBER).is_none
    # Loans that nobody records are not missed beside visits; recorded ones are.
    assert covered([VISIT, LOAN], *OCTOBER).is_whole
    loans = source("ILS", [LOAN])
    assert kinds_recorded([VISIT, LOAN, CLICK]) == {VISIT, CLICK}
    record_days(loans, [campus.pk], *OCTOBER, import_run=7)
    assert covered([VISIT, LOAN], *OCTOBER, campus=campus.pk).is_whole
    forget_days(7)
    record_days(loans, [campus.pk], OCTOBER[0], date(2026, 10, 9))
    assert covered([VISIT, LOAN], *OCTOBER).state == Recorded.PART
    # What the portal writes down itself is never missing.
    assert covered(CLICK, *OCTOBER).is_whole


def test_a_source_out_of_service_is_missed_no_more(librarian):
    gate = source()
    record_days(gate, [None], *OCTOBER)
    november = (date(2026, 11, 1), date(2026, 11, 30))
    assert covered(VISIT, *november).is_none
    verbs.change_source(
        source=gate, name="Gate", rhythm="monthly", due_after=5, until=OCTOBER[1], by=librarian
    )
    assert covered(VISIT, *november).is_whole
    assert AuditEvent.objects.filter(action="source.change").count() == 1


def test_two_sources_of_one_name_in_chinese_have_codes_of_their_own():
    first, second = source("东馆闸机"), source("东馆闸机")
    assert first.code.startswith("source-")
    assert second.code == f"{first.code}-2"


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    return client


def page(client, language="en") -> str:
    client.cookies["django_language"] = language
    return client.get(reverse("crm:coverage")).content.decode()


def test_the_page_names_what_is_missing_and_the_file_that_has_not_come(desk):
    assert "Nothing is recorded yet" in page(desk)
    today = timezone.localdate()
    before, last, _running = months_up_to(today, 3)
    gate = source("Gate east", due_after=0)
    record_days(
        gate, [CampusFactory(name_zh="东馆", name_en="East").pk], before, end_of_month(before)
    )
    html = page(desk)
    assert "Gate east" in html
    assert "East" in html
    if today > end_of_month(last):
        assert "One file has not come" in html
        assert "days\n" in html
    source("Seats", [Activity.Kind.SEAT])
    assert "Seats: no file has come yet" in page(desk)
    assert "哪些日子我们其实不知道" in page(desk, "zh-hans")


def test_the_page_asks_as_much_for_many_sources_as_for_one(desk, django_assert_max_num_queries):
    for number in range(5):
        record_days(source(f"Gate {number}"), [CampusFactory().pk, CampusFactory().pk], *OCTOBER)
    SpecialDays.objects.create(
        kind="closed", campus=CampusFactory(), starts_on=OCTOBER[0], ends_on=OCTOBER[0]
    )
    with django_assert_max_num_queries(12):
        page(desk)


def test_a_closed_day_is_noted_taken_back_and_refused_the_wrong_way_round(desk):
    gate = source()
    record_days(gate, [None], OCTOBER[0], date(2026, 10, 30))
    assert not covered(VISIT, *OCTOBER).is_whole
    sent = {"first": "2026-10-31", "last": "2026-10-31", "reason": "holiday"}
    assert desk.post(reverse("crm:closed-add"), sent | {"last": "2026-10-01"}).status_code == 400
    assert desk.post(reverse("crm:closed-add"), sent).status_code == 302
    assert covered(VISIT, *OCTOBER).is_whole
    # It stands in the one register of closed days, and is taken out there.
    closed = SpecialDays.objects.get()
    assert "holiday" in desk.get(reverse("crm:register-list", args=["days"])).content.decode()
    desk.post(reverse("crm:register-remove", args=["days", closed.pk]))
    assert not covered(VISIT, *OCTOBER).is_whole
    actions = AuditEvent.objects.filter(action__startswith="register.")
    assert sorted(actions.values_list("action", flat=True)) == ["register.add", "register.remove"]


def test_a_source_is_renamed_and_its_rhythm_is_set(desk):
    gate = source()
    sent = {"name": "东门", "rhythm": "daily", "due_after": 2, "until": ""}
    assert desk.post(reverse("crm:source-edit", args=[gate.pk]), sent).status_code == 302
    gate.refresh_from_db()
    assert (gate.name, gate.rhythm, gate.due_after, gate.until) == ("东门", "daily", 2, None)


def test_a_file_a_day_for_years_is_weighed_as_one(django_assert_num_queries):
    gate, place = source(), CampusFactory()
    first = date(2024, 1, 1)
    for n in range(400):
        day = first + timedelta(days=n)
        record_days(gate, [place.pk], day, day, import_run=n)
    with django_assert_num_queries(2):
        records = Records(first, first + timedelta(days=399))
        assert records.of(VISIT).is_whole
    assert len(records.told) == 1


def test_the_page_is_shown_by_month_week_or_day_of_what_somebody_asks_for(desk):
    today = timezone.localdate()
    place, other = CampusFactory(name_en="East"), CampusFactory(name_en="West")
    gate, loans = source("Gate east"), source("Loans", [LOAN])
    record_days(gate, [place.pk, other.pk], today - timedelta(days=60), today - timedelta(days=3))
    record_days(loans, [None], today - timedelta(days=60), today - timedelta(days=40))
    record_days(loans, [None], today - timedelta(days=35), today)

    def shown(**asked):
        html = desk.get(reverse("crm:coverage"), asked).content.decode()
        return html.partition('class="table-wrap coverage"')[2].partition("</table>")[0]

    desk.cookies["django_language"] = "en"
    assert shown().count("<tr>") == 4
    assert shown(only=gate.pk).count("<tr>") == 3
    assert shown(at=place.pk).count("<tr>") == 3
    assert shown(at=place.pk, only=gate.pk, lacks="on").count("<tr>") == 0
    weeks, days = shown(by="week"), shown(by="day", only=loans.pk)
    assert f"{today - timedelta(days=today.weekday()):%m-%d}</abbr>" in weeks
    assert days.count("</abbr>") == 14
    assert f"&amp;by=day&amp;only={loans.pk}#gap" in days
    # What is no choice is passed over.
    assert shown(by="hour", only="x").count("<tr>") == 4
