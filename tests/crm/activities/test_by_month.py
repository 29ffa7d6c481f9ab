"""Files that count a reader's months: no day is made up, and nothing counts twice."""

from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from analytics.facts.computing import compute
from analytics.facts.models import Fact
from crm.activities.by_month import month_of
from crm.activities.views import ended
from crm.activities.words import apart_in_words, covers_in_words
from crm.imports.fields import Refusal
from crm.imports.load import preview
from crm.readers.folding import months_counted
from crm.readers.models import Activity, MonthCount, Reader
from crm.readers.profile import activity_counts
from crm.readers.timeline import counted_by_month, timeline_of
from crm.rfc.measuring import measure
from crm.rfc.models import Score
from crm.segments.refresh import count_readers
from crm.sources.coverage import Records, covered
from crm.sources.days import Recorded
from crm.sources.models import CoveredSpan, DataSource
from tests.crm.activities.building import counts, imported, readers, undone, uploaded
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db

KIND = "reader-months"
MONTHS = """读者号,月份,册数
A1,2026-10,3
A2,2026年10月,0
A2,2026/9,12
X9,2026-10,4
A1,下个月,2
"""


def held() -> list[tuple]:
    rows = MonthCount.objects.order_by("month", "reader__number", "kind", "import_run")
    return list(rows.values_list("reader__number", "kind", "month", "n"))


def of(reader: Reader) -> dict[tuple[str, date], int]:
    return {(one.kind, one.month): one.n for one in months_counted(reader.pk)}


def test_i1_loans_of_a_month_come_in_as_such_and_make_no_day():
    readers("A1", "A2")
    batch = imported(MONTHS, KIND)
    assert (batch.created, batch.changed, batch.unchanged, batch.refused) == (3, 0, 0, 2)
    assert held() == [
        ("A2", "loan", date(2026, 9, 1), 12),
        ("A1", "loan", date(2026, 10, 1), 3),
        ("A2", "loan", date(2026, 10, 1), 0),
    ]
    assert not Activity.objects.exists()
    reasons = list(batch.refusals.order_by("line").values_list("line", "field", "reason"))
    assert reasons == [(5, "number", "unknown-reader"), (6, "at", "bad-date")]
    assert batch.refusals.get(line=5).raw == ["X9", "2026-10", "4"]


def test_months_that_the_file_names_are_recorded_as_months_and_no_other():
    readers("A1", "A2")
    imported("读者号,月份,册数\nA1,2026-08,3\nA2,2026-10,1\n", KIND)
    spans = CoveredSpan.objects.order_by("first").values_list("first", "last", "state", "apart")
    assert list(spans) == [
        (date(2026, 8, 1), date(2026, 8, 31), "full", False),
        (date(2026, 10, 1), date(2026, 10, 31), "full", False),
    ]
    assert covered("loan", date(2026, 10, 1), date(2026, 10, 31)).state == Recorded.FULL
    assert covered("loan", date(2026, 9, 1), date(2026, 9, 30)).state == Recorded.NONE
    # Of renewals it says nothing, and of single days nothing either.
    assert covered("renewal", date(2026, 10, 1), date(2026, 10, 31)).state == Recorded.NONE
    by_day = Records(date(2026, 10, 1), date(2026, 10, 31), by_day=True)
    assert by_day.of("loan").state == Recorded.NONE


def test_a_month_that_is_not_over_is_told_in_part():
    readers("A1")
    today = timezone.localdate()
    batch = imported(f"读者号,月份,册数\nA1,{today:%Y-%m},3\n", KIND)
    assert CoveredSpan.objects.get().state == "part"
    with translation.override("en"):
        assert "since a month is not over" in covers_in_words(batch)


def test_the_same_file_again_changes_nothing_and_a_newer_number_holds():
    (one, _two) = readers("A1", "A2")
    imported(MONTHS, KIND)
    again = imported(MONTHS, KIND)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 3)
    newer = imported("读者号,月份,册数\nA1,2026-10,5\n", KIND)
    assert (newer.created, newer.changed, newer.unchanged) == (0, 1, 0)
    assert of(one) == {("loan", date(2026, 10, 1)): 5}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_files_are_taken_back_in_any_order_and_what_the_others_said_holds(order):
    (one,) = readers("A1")
    month = ("loan", date(2026, 10, 1))
    batches = [imported(f"读者号,月份,册数\nA1,2026-10,{n}\n", KIND) for n in (3, 5, 7)]
    left = {0: 3, 1: 5, 2: 7}
    for place in order:
        undone(batches[place])
        del left[place]
        expected = {month: left[max(left)]} if left else {}
        assert of(one) == expected
    assert not MonthCount.objects.exists()
    assert not CoveredSpan.objects.exists()


def test_rows_of_one_reader_and_month_are_added_up_and_days_stand_for_their_month():
    (one,) = readers("A1")
    text = "读者号,日期,册数,续借次数,到馆次数\nA1,2026-10-03,2,1,\nA1,2026-10-20,3,,4\n"
    batch = imported(text, KIND)
    assert batch.mapping == {
        "number": "读者号",
        "at": "日期",
        "loans": "册数",
        "renewals": "续借次数",
        "visits": "到馆次数",
    }
    october = date(2026, 10, 1)
    assert of(one) == {("loan", october): 5, ("renewal", october): 1, ("visit", october): 4}


def test_rows_that_say_no_number_are_counted_and_said_in_the_preview_and_after():
    readers("A1", "A2")
    text = "读者号,月份,册数,续借次数\nA1,2026-10,3,1\nA1,2026-10,2,\nA2,2026-10,,\nA2,2026-09,,0\n"
    said = "same reader and month: 1. Rows that say no number, which is no zero: 1."
    batch = uploaded(text, KIND)
    found = preview(batch)
    assert (found.counts.created, found.counts.unchanged, found.left_out) == (2, 2, 1)
    with translation.override("en"):
        assert said in apart_in_words(batch.kind, found.counts.unchanged, found.left_out)
    done = imported(text, KIND)
    assert (done.created, done.unchanged, done.report["left_out"]) == (2, 2, 1)
    # An empty cell is no zero, and the row that says 0 is one that says something.
    assert [row for row in held() if row[0] == "A2"] == [("A2", "renewal", date(2026, 9, 1), 0)]
    with translation.override("en"):
        assert said in ended(done)["apart"]


def test_the_preview_shows_the_place_that_was_said_for_the_whole_file():
    readers("A1", "A2")
    east, west = CampusFactory(name_zh="东馆"), CampusFactory(name_zh="西馆")
    text = "读者号,月份,册数,分馆\nA1,2026-10,2,西馆\nA2,2026-10,3,\n"
    shown = preview(uploaded(text, KIND, campus=east.pk)).sample
    assert [row.campus for row in shown] == [str(west), str(east)]
    imported(text, KIND, campus=east.pk)
    places = dict(MonthCount.objects.values_list("reader__number", "campus"))
    assert places == {"A1": west.pk, "A2": east.pk}


def test_counts_are_found_by_their_import_when_it_is_taken_back():
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, MonthCount._meta.db_table)
    assert ["import_run"] in [one["columns"] for one in found.values() if one["index"]]


def test_places_of_one_month_are_told_apart_and_added_up_for_the_reader():
    (one,) = readers("A1")
    CampusFactory(name_zh="东馆"), CampusFactory(name_zh="西馆")
    imported("读者号,月份,册数,分馆\nA1,2026-10,2,东馆\nA1,2026-10,3,西馆\n", KIND)
    assert MonthCount.objects.count() == 2
    assert of(one) == {("loan", date(2026, 10, 1)): 5}


@pytest.mark.parametrize("days_first", [True, False])
def test_of_single_rows_and_a_count_of_the_same_month_the_larger_holds(days_first):
    """The one says nothing that the other does not: together they would count twice."""
    (one, two) = readers("A1", "A2")
    days = "读者号,借书时间\nA1,2026-10-02\nA1,2026-10-03\nA2,2026-10-03\nA2,2026-10-04\n"
    months = "读者号,月份,册数\nA1,2026-10,5\nA2,2026-10,1\n"
    files = [(days, "loans"), (months, KIND)]
    for text, kind in files if days_first else reversed(files):
        imported(text, kind)
    october = date(2026, 10, 1)
    assert of(one) == {("loan", october): 3}
    assert of(two) == {}
    assert [row.n for row in activity_counts(one)] == [5]
    assert [row.n for row in activity_counts(two)] == [2]
    viewer = UserFactory(role="librarian")
    told = timeline_of(one, viewer, counted_by_month(one, viewer))
    assert [month.told for month in told.months] == ["借阅 5"]


def test_segments_count_the_whole_month_in_which_the_days_begin():
    as_of = timezone.make_aware(datetime(2026, 11, 20, 12))
    (one, two, three) = readers("A1", "A2", "A3")
    imported("读者号,月份,册数\nA1,2026-10,3\nA2,2026-09,9\nA3,2026-10,0\n", KIND)
    rule = {"test": "activity", "kind": "loan", "cmp": "ge", "n": 3, "days": 30}
    assert count_readers(rule, as_of=as_of) == 1
    none = rule | {"cmp": "le", "n": 0}
    assert count_readers(none, as_of=as_of) == 2
    # Of the past a later month is not known yet.
    before = timezone.make_aware(datetime(2026, 9, 30, 12))
    assert count_readers(rule | {"n": 1}, as_of=before) == 1


def test_the_map_of_recency_and_frequency_counts_months():
    (one,) = readers("A1")
    month = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    imported(f"读者号,月份,册数\nA1,{month:%Y-%m},7\n", KIND)
    measure()
    score = Score.objects.get(reader=one)
    # The last time that is known is the beginning of the month, and no later day.
    assert (score.times, score.last_on) == (7, month)


def test_the_month_counts_them_beside_days_once():
    (one, two) = readers("A1", "A2")
    Activity.objects.log([(one.pk, "loan", timezone.make_aware(datetime(2026, 10, 2)), "x", "1")])
    imported("读者号,月份,册数\nA1,2026-10,4\nA2,2026-10,2\n", KIND)
    compute(date(2026, 10, 1), date(2026, 10, 31))
    loans = Fact.objects.filter(metric="activities", dimension="kind", key="loan")
    assert list(loans.order_by("grain").values_list("grain", "value")) == [("day", 1), ("month", 5)]
    active = Fact.objects.get(metric="active_readers", dimension="")
    assert active.value == 2


def test_a_month_that_was_counted_goes_from_the_facts_when_its_file_is_taken_back():
    readers("A1")
    batch = imported("读者号,月份,册数\nA1,2026-10,4\n", KIND)
    compute(date(2026, 10, 1), date(2026, 10, 31))
    assert Fact.objects.filter(metric="activities").exists()
    undone(batch)
    compute(date(2026, 10, 1), date(2026, 10, 31))
    assert not Fact.objects.filter(metric="activities").exists()


def test_nothing_is_kept_of_readers_who_want_no_analytics():
    (one,) = readers("A1")
    Reader.objects.update(analytics=False)
    batch = imported("读者号,月份,册数\nA1,2026-10,4\n", KIND)
    assert counts(batch) == (0, 1, 0)
    assert not MonthCount.objects.exists()


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("2026-10", 10),
        ("202610", 10),
        ("2026年10月", 10),
        ("2026.9", 9),
        ("10/2026", 10),
        ("Oct 2026", 10),
        ("２０２６年１０月", 10),
        ("2026-10-31", 10),
        ("20261031", 10),
    ],
)
def test_months_are_read_as_people_write_them(cell, month):
    assert month_of()(cell) == datetime(2026, month, 1)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "missing-date"),
        ("2026-13", "bad-month"),
        ("1997-05", "bad-date"),
        ("2027-05", "future-date"),
        ("十月", "bad-date"),
    ],
)
def test_what_is_no_month_is_refused(cell, reason):
    with pytest.raises(Refusal) as said:
        month_of()(cell)
    assert said.value.reason == reason


def test_a_column_of_titles_is_never_read():
    readers("A1")
    batch = imported("读者号,月份,册数,书名\nA1,2026-10,4,红楼梦\n", KIND)
    assert batch.options["never"] == ["书名"]
    assert counts(batch) == (1, 0, 0)


def test_the_pages_show_months_and_how_often_and_ask_for_no_days(client):
    readers("A1")
    client.force_login(UserFactory(role="librarian"))
    client.cookies["django_language"] = "en"
    file = SimpleUploadedFile("册数.csv", "读者号,月份,册数\nA1,2026-10,1234\n".encode())
    url = client.post(reverse("crm:activity-import-create"), {"kind": KIND, "file": file}).url
    form = client.get(url).context["form"]
    assert {"first", "last"}.isdisjoint(form.fields)
    assert form.chosen() == {"读者号": "number", "月份": "at", "册数": "loans"}
    asked = {f"c{place}": field for place, field in enumerate(("number", "at", "loans"))}
    preview = client.post(url, asked | {"system": "library", "new_source": "馆藏系统"}).url
    html = client.get(preview).content.decode()
    assert "October 2026" in html
    assert "Loan 1,234" in html
    assert "Import one new row" in html
    assert "It counts whole months: on which days is not known." in html
    # A source that is told of by such a file tells of what its columns count, and nothing else.
    assert DataSource.objects.get(name="馆藏系统").kinds == ["loan"]


def test_a_file_without_any_count_says_what_lacks(client):
    readers("A1")
    client.force_login(UserFactory(role="librarian"))
    client.cookies["django_language"] = "en"
    batch = uploaded("读者号,月份,备注\nA1,2026-10,x\n", KIND)
    url = reverse("crm:activity-import-map", args=[batch.pk])
    page = client.post(url, {"c0": "number", "c1": "at", "system": "library"})
    assert page.status_code == 400
    assert "No column is said to hold how often" in page.content.decode()


@pytest.mark.parametrize(
    ("text", "is_said"),
    [("读者号,月份,册数\nA1,2026-10,3\n", True), ("读者证号,借出时间\nA1,2026-10-01\n", False)],
)
def test_a_file_of_months_that_is_brought_as_loans_is_shown_its_way(client, text, is_said):
    readers("A1")
    client.force_login(UserFactory(role="librarian"))
    client.cookies["django_language"] = "en"
    batch = uploaded(text, "loans")
    html = client.get(reverse("crm:activity-import-map", args=[batch.pk])).content.decode()
    assert ("These columns seem to count months" in html) is is_said
