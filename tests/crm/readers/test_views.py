"""Readers on the desk.

Who sees whom, what is written down, how much it costs.
"""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from core.listing import pages as paging
from crm.privacy.actions import ask_to_leave
from crm.readers.actions import set_consent
from crm.readers.looks import look_at_one
from crm.readers.models import ConsentEvent, Reader
from crm.registers.actions import merge_places
from crm.staff.models import AuditEvent
from tests.factories import (
    ActivityFactory,
    CampusFactory,
    ReaderFactory,
    SegmentFactory,
    UserFactory,
)
from tests.looking import said_why

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    return client


def listed(desk, **query):
    answer = desk.get(reverse("crm:reader-list"), query)
    return sorted(row.record.number for row in answer.context["listing"].rows)


def csv_of(response):
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_admin_only_looks_at_readers(admin_client, page):
    reader = ReaderFactory(name="before")
    answer = admin_client.post(
        reverse(f"admin:crm_reader_{page}", args=[reader.pk]), {"name": "after", "post": "yes"}
    )

    assert answer.status_code == (200 if page == "history" else 403)
    assert Reader.objects.get().name == "before"
    assert admin_client.get(reverse("admin:crm_reader_add")).status_code == 403
    assert admin_client.get(reverse("admin:crm_reader_change", args=[reader.pk])).status_code == 200


# --- the list -------------------------------------------------------------------------------------
@pytest.fixture
def three():
    south = CampusFactory(code="south")
    return [
        ReaderFactory(
            number="A1", name="李雷", kind="teacher", campus=south, email="lei@example.org"
        ),
        ReaderFactory(
            number="A2", name="韩梅梅", email="", consents=["email"], phone="13800000000"
        ),
        ReaderFactory(number="B1", name="Ann", state="left", consents=["sms"], phone="13900000000"),
    ]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, ["A1", "A2", "B1"]),
        ({"q": "A"}, ["A1", "A2", "B1"]),
        ({"q": "A2"}, ["A2"]),
        ({"q": "梅"}, ["A2"]),
        ({"q": "LEI@"}, ["A1"]),
        ({"q": "%"}, []),
        ({"q": "\0"}, ["A1", "A2", "B1"]),
        ({"kind": "teacher"}, ["A1"]),
        ({"reach": "email"}, ["A1"]),
        ({"reach": "sms"}, []),
        ({"reach": "none"}, ["A2", "B1"]),
        ({"state": "left"}, ["B1"]),
        (
            {
                "kind": "wizard",
                "campus": "x",
                "segment": "-1",
                "size": "1000000",
                "page": "no",
                "sort": "password",
            },
            3,
        ),
    ],
)
def test_filters_of_the_list_narrow_it(desk, three, query, numbers):
    found = listed(desk, **query)
    assert (len(found) if isinstance(numbers, int) else found) == numbers


def test_list_narrowed_to_campus_and_segment(desk, three):
    segment = SegmentFactory()
    segment.members.create(reader=three[1], since="2026-01-01T00:00Z")

    assert listed(desk, campus=three[0].campus_id) == ["A1"]
    assert listed(desk, segment=segment.pk) == ["A2"]


def test_list_shows_the_columns_and_the_order_asked_for(desk, three):
    answer = desk.get(
        reverse("crm:reader-list"), {"cols": ["name", "phone", "secret"], "sort": "-number"}
    )

    assert [head.name for head in answer.context["listing"].heads] == ["name", "phone"]
    assert [row.record.number for row in answer.context["listing"].rows] == ["B1", "A2", "A1"]


@pytest.mark.parametrize("rows", [1, 3])
def test_reader_list_asks_the_same_number_of_questions_for_any_number_of_rows(
    desk, rows, django_assert_num_queries
):
    for _n in range(rows):
        ReaderFactory(campus=CampusFactory())
    with django_assert_num_queries(11):
        desk.get(reverse("crm:reader-list"))


def test_count_is_estimated_where_exactness_would_be_slow(desk, three, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 2)
    monkeypatch.setattr(paging, "REACH", 2)

    paginator = desk.get(reverse("crm:reader-list"), {"size": "25"}).context["page"].paginator

    assert (paginator.estimated, paginator.cut, paginator.num_pages) == (True, True, 1)


def test_staff_of_one_campus_see_no_other_campus(client, three):
    keeper = UserFactory(role="librarian", campus=three[0].campus)
    client.force_login(keeper)
    other = three[1]

    assert listed(client) == ["A1"]
    assert listed(client, q="韩梅梅") == []
    for name in ("reader-detail", "reader-edit"):
        assert client.get(reverse(f"crm:{name}", args=[other.pk])).status_code == 404
    said = {"channel": "email", "granted": "no", "wording": "x"}
    assert client.post(reverse("crm:reader-consent", args=[other.pk]), said).status_code == 404
    assert "韩梅梅" not in str(csv_of(client.get(reverse("crm:reader-export-csv"))))


# --- exports --------------------------------------------------------------------------------------
def test_export_follows_the_filters_and_is_written_down(desk, three, librarian):
    answer = desk.get(
        reverse("crm:reader-export-csv"), {"kind": "teacher", "cols": ["number", "name"], "q": "A"}
    )

    assert [row[:2] for row in csv_of(answer)][1:] == [["A1", "李雷"]]
    event = AuditEvent.objects.get(action="reader.export")
    assert (event.user, event.detail["filters"]["kind"]) == (librarian, "teacher")


EVIL = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "<script>alert(1)</script>"]


def test_cells_of_exports_are_text_and_never_formulas(desk):
    """Faults 29, 30: a name that a spreadsheet would run, or a browser."""
    for number, name in enumerate(EVIL):
        ReaderFactory(number=str(number), name=name)

    names = [row[1] for row in csv_of(desk.get(reverse("crm:reader-export-csv")))][1:]
    book = load_workbook(
        io.BytesIO(b"".join(desk.get(reverse("crm:reader-export-xlsx")).streaming_content))
    )
    cells = [row[1] for row in book.active.iter_rows(min_row=2)]

    assert names == [f"'{name}" for name in EVIL[:5]] + EVIL[5:]
    assert [(cell.value, cell.data_type) for cell in cells] == [(name, "s") for name in names]


@pytest.mark.parametrize("name", ["reader-export-csv", "reader-export-xlsx", "me-download"])
def test_file_is_made_and_written_down_for_get_alone(desk, three, name):
    before = AuditEvent.objects.count()
    assert desk.head(reverse(f"crm:{name}")).status_code == 405
    assert AuditEvent.objects.count() == before


def test_reader_has_no_way_to_the_export(client, three):
    """Fault 37: pages of the desk, asked for by address."""
    client.force_login(three[0].user or UserFactory())

    for name in (
        "reader-export-csv",
        "reader-export-xlsx",
        "reader-list",
        "audit-list",
        "user-list",
    ):
        answer = client.get(reverse(f"crm:{name}"))
        assert answer.status_code == 403
        assert "lei@example.org" not in answer.content.decode()


def test_reader_export_with_nul_in_the_address_is_written_down(client):
    """PostgreSQL stores no NUL; the audit row of what left must not fail on one."""
    librarian = UserFactory(role="librarian")
    client.force_login(librarian)

    answer = client.get(reverse("crm:reader-export-csv") + "?kind=%00&x=%00")

    assert answer.status_code == 200
    event = AuditEvent.objects.get(action="reader.export")
    assert event.user == librarian
    assert "\0" not in str(event.detail)


# --- one person -----------------------------------------------------------------------------------
def test_a3_person_page_shows_four_blocks_and_the_view_is_written_down(desk, librarian):
    reader = ReaderFactory(name="李雷", traits={"age_range": "25 to 34", "outside_county": True})
    SegmentFactory(name="Poets").members.create(reader=reader, since="2026-03-01T00:00Z")
    ActivityFactory(reader=reader, kind="event")
    set_consent(
        reader=reader,
        channel="sms",
        purpose="events",
        granted=True,
        source="staff",
        by=librarian,
        wording="said at the desk",
    )

    said_why(reader, by=librarian)
    with override("en"):
        answer = desk.get(reader.get_absolute_url(), headers={"accept-language": "en"})

    text = answer.content.decode()
    for said in ("李雷", "25 to 34", "age range", "Poets", "Event attended", "said at the desk"):
        assert said in text
    event = AuditEvent.objects.get(action="reader.view")
    assert (event.user, event.object_id) == (librarian, str(reader.pk))


@pytest.mark.parametrize("rows", [1, 3])
def test_person_page_asks_the_same_number_of_questions_however_much_happened(
    desk, librarian, rows, django_assert_num_queries
):
    reader = ReaderFactory()
    said_why(reader, by=librarian)
    for n in range(rows):
        ActivityFactory(reader=reader, campus=CampusFactory())
        SegmentFactory().members.create(reader=reader, since="2026-03-01T00:00Z")
        set_consent(
            reader=reader,
            channel="sms",
            purpose="events",
            granted=bool(n % 2),
            source="staff",
            by=UserFactory(),
        )
        look_at_one(reader, by=UserFactory(role="librarian"), reason="enquiry")
    page = reader.get_absolute_url()
    desk.get(page)
    with django_assert_num_queries(55):
        desk.get(page)


def test_correcting_a_reader_names_the_fields_and_not_the_values(desk):
    reader = ReaderFactory(name="李磊", email_made=True)
    form = desk.get(reverse("crm:reader-edit", args=[reader.pk])).context["form"]
    data = {key: value for key, value in form.initial.items() if value is not None}

    desk.post(
        reverse("crm:reader-edit", args=[reader.pk]),
        data
        | {
            "name": "李雷",
            "email": "real@example.org",
            "number": "stolen",
            "source": "x",
            "consents": "sms",
        },
    )

    changed = Reader.objects.get(pk=reader.pk)
    assert (changed.name, changed.email, changed.email_made) == ("李雷", "real@example.org", False)
    # What had been allowed was for the former address.
    assert (changed.number, changed.source) == (reader.number, reader.source)
    assert changed.consents == []
    assert AuditEvent.objects.get(action="reader.change").detail == {"fields": ["email", "name"]}


def test_staff_write_down_consent_only_with_a_reason(desk, librarian):
    reader = ReaderFactory(consents=[])
    url = reverse("crm:reader-consent", args=[reader.pk])

    said = {"channel": "email", "purposes": "events", "granted": "yes", "wording": "said so"}
    for wrong in ({"wording": ""}, {"channel": "pigeon"}, {"purposes": []}):
        desk.post(url, said | wrong)
    assert not ConsentEvent.objects.exists()

    desk.post(url, said | {"wording": "said so at the desk"})
    event = ConsentEvent.objects.get()
    assert (event.by, event.granted, event.source, event.wording) == (
        librarian,
        True,
        "staff",
        "said so at the desk",
    )
    assert Reader.objects.get().consents == ["email:events"]


@pytest.mark.parametrize("sort", ["kind", "-kind"])
def test_readers_are_sorted_by_kind_as_the_kinds_are_offered(desk, sort):
    for kind in reversed(Reader.Kind.values):
        ReaderFactory(kind=kind)

    rows = desk.get(reverse("crm:reader-list"), {"sort": sort}).context["listing"].rows

    step = -1 if sort.startswith("-") else 1
    assert [row.record.kind for row in rows] == Reader.Kind.values[::step]


def test_page_of_a_reader_who_asked_to_leave_says_so(desk, librarian):
    reader = ReaderFactory(user=UserFactory())
    page = reader.get_absolute_url()
    said_why(reader, by=librarian)
    desk.cookies["django_language"] = "en"
    said = "This reader has asked to be erased."
    assert said not in desk.get(page).content.decode()
    ask_to_leave(reader=reader, by=reader.user)
    assert said in desk.get(page).content.decode()


def test_c2_readers_of_a_merged_campus_are_found_under_its_successor(desk):
    old, new = CampusFactory(), CampusFactory()
    ReaderFactory(number="OLD", campus=old)
    ReaderFactory(number="NEW", campus=new)
    merge_places(parts=[old], into=new, last_day=date(2020, 8, 31), by=None)
    assert listed(desk, campus=new.pk) == ["NEW", "OLD"]
    assert listed(desk, campus=old.pk) == ["OLD"]
