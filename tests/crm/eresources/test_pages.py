"""Reports of e-resources on their page: taken in, shown by month, taken back."""

import copy
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from crm.eresources.actions import bring_report, drop_report, take_report
from crm.eresources.models import PlatformUsage, UsageReport
from crm.eresources.queries import usage_lines, weigh
from crm.eresources.reading import MOST_BYTES
from crm.eresources.tasks import read_usage
from crm.imports.models import ImportBatch
from crm.jobs.actions import cancel_job
from crm.jobs.models import Job
from crm.sources.board import board_on
from crm.staff.models import AuditEvent
from crm.tallies.forms import counting_sources
from crm.tallies.likely import likely_source
from tests.crm.eresources.reports import BODY, COLUMNS, FIGURES, JSON_51, changed, table
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 4, 20)
#: The header of a table made when April was over.
OF_APRIL = {
    "Reporting_Period": "Begin_Date=2026-04-01; End_Date=2026-04-30",
    "Created": "2026-05-15T09:11:12Z",
}


def report(content=JSON_51, name="PR_P1.json"):
    text = content if isinstance(content, str) else json.dumps(content)
    return SimpleUploadedFile(name, text.encode())


def seen(file, by) -> UsageReport:
    """A report that a worker has read, and nobody has taken in."""
    brought = bring_report(file=file, by=by)
    read_usage(brought.job_id)
    brought.refresh_from_db()
    return brought


def taken(file, by) -> UsageReport:
    return take_report(report=seen(file, by), by=by)


def counts(metric="Total_Item_Requests", kind="PR_P1") -> list:
    """What the line of the page says from January to April 2026."""
    _months, lines = usage_lines(TODAY)
    (line,) = [one for one in lines if (one.metric, one.report) == (metric, kind)]
    return line.counts[-4:]


def test_a_report_is_taken_in_once_and_the_later_of_two_speaks_until_it_is_taken_back():
    by = UserFactory(role="librarian")
    taken(report(), by)
    found = PlatformUsage.objects.values_list("metric", "month", "n")
    assert {(metric, f"{month:%Y-%m}"): n for metric, month, n in found} == FIGURES
    # A month of which no report tells is no zero.
    assert counts() == [977, 1022, 900, None]
    corrected = changed(JSON_51, Created="2026-05-01T00:00:00Z")
    performance = corrected["Report_Items"][0]["Attribute_Performance"][0]["Performance"]
    performance["Total_Item_Requests"]["2026-01"] = 1
    later = taken(report(corrected), by)
    assert counts() == [101, 1022, 900, None]
    # Reports of another kind are never added: they count the same use.
    columns = ["Title", *COLUMNS]
    body = [["秘密的书", *row] for row in BODY]
    taken(report(table(Report_ID="TR", columns=columns, body=body), "TR.tsv"), by)
    assert counts() == [101, 1022, 900, None]
    assert counts(kind="TR") == [977, 1022, 900, None]
    drop_report(report=later, by=by)
    assert counts() == [977, 1022, 900, None]
    trail = AuditEvent.objects.filter(action__startswith="usage.").order_by("pk")
    actions = list(trail.values_list("action", flat=True))
    assert actions == ["usage.take", "usage.take", "usage.take", "usage.drop"]


def test_figures_of_another_release_are_no_continuation():
    by = UserFactory(role="librarian")
    taken(report(), by)
    header = {"Release": "5", **OF_APRIL}
    body = [[*row[:3], "7", "7"] for row in BODY[:1]]
    taken(report(table(months=["Apr-2026"], body=body, **header), "p.tsv"), by)
    _months, lines = usage_lines(TODAY)
    (line,) = [one for one in lines if one.metric == "Total_Item_Requests"]
    assert (line.counts[-2:], line.breaks) == ([900, 7], {12})


def test_a_librarian_brings_a_report_sees_what_it_changes_takes_it_in_and_back(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    take = reverse("crm:usage-take")
    brought = client.post(take, {"file": report()})
    kept = UsageReport.objects.get()
    assert brought.url == kept.job.get_absolute_url()
    assert client.get(kept.get_absolute_url()).url == brought.url
    read_usage(kept.job_id)
    kept.refresh_from_db()
    # Nothing counts before somebody has seen it, and the file, which may name titles, is gone.
    assert (kept.state, kept.file, usage_lines(TODAY)[1]) == ("seen", "", [])
    html = client.get(kept.get_absolute_url()).content.decode()
    assert "Report PR_P1 of release 5.1, January 2026 – March 2026." in html
    assert "Figures that are new: 9" in html
    assert "Take 9 figures in" in html
    assert client.post(reverse("crm:usage-count", args=[kept.pk])).url == reverse("crm:usage")
    html = client.get(reverse("crm:usage")).content.decode()
    assert "Report PR_P1 of release 5.1, January 2026 – March 2026: 9 figures." in html
    assert "PR_P1 Example Press" in html
    # The same again is refused in words, and not stored.
    again = client.post(take, {"file": report()}).content.decode()
    assert "was taken in already" in again
    assert UsageReport.objects.count() == 1
    client.post(reverse("crm:usage-drop", args=[kept.pk]))
    assert PlatformUsage.objects.count() == 0


def test_a_report_of_one_month_names_it_once(client, librarian):
    body = [[*row[:3], "7", "7"] for row in BODY[:1]]
    file = report(table(months=["Apr-2026"], body=body, Release="5", **OF_APRIL), "p.tsv")
    taken(file, librarian)
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    html = " ".join(client.get(reverse("crm:usage")).content.decode().split())
    assert "5.0 · April 2026 </small>" in html


def test_what_is_no_report_ends_its_job_in_words_and_leaves_nothing():
    by = UserFactory(role="librarian")
    brought = bring_report(file=report(changed(JSON_51, Release="5.2")), by=by)
    path = Path(brought.file.path)
    with translation.override("en"):
        read_usage(brought.job_id)
    brought.job.refresh_from_db()
    assert brought.job.state == Job.State.FAILED
    assert "Releases 5 and 5.1 are read." in brought.job.message
    assert (UsageReport.objects.count(), path.exists()) == (0, False)
    # One whose job was stopped while it waited is removed by the next that comes, with its file.
    stopped = bring_report(file=report(), by=by)
    path = Path(stopped.file.path)
    cancel_job(job=stopped.job, by=by)
    read_usage(stopped.job_id)
    assert (UsageReport.objects.count(), path.exists()) == (0, False)


def test_a_later_report_is_weighed_against_what_speaks():
    by = UserFactory(role="librarian")
    taken(report(), by)
    later = changed(JSON_51, Created="2026-05-01T00:00:00Z")
    performance = later["Report_Items"][0]["Attribute_Performance"][0]["Performance"]
    performance["Total_Item_Requests"]["2026-01"] = 1
    found = weigh(seen(report(later), by))
    assert (found.new, found.changed, found.same, found.later) == (0, 1, 8, 0)
    assert [(figure.n, before) for figure, before in found.changes] == [(101, 977)]
    earlier = copy.deepcopy(later)
    earlier["Report_Header"]["Created"] = "2026-04-02T00:00:00Z"
    found = weigh(seen(report(earlier), by))
    assert (found.changed, found.later) == (0, 1)


def test_a_provider_is_a_source_whose_next_report_is_expected_and_missed():
    by = UserFactory(role="librarian")
    first = taken(report(), by)
    source = first.source
    assert (source.kinds, source.measures, source.rhythm) == ([], ["eresources"], "monthly")
    told = [(f"{span.first:%m%d}-{span.last:%m%d}", span.state) for span in source.spans.all()]
    assert told == [("0101-0131", "full"), ("0201-0228", "full"), ("0301-0331", "full")]
    (line,) = [one for one in board_on(date(2026, 5, 20)).lines if one.source == source]
    assert line.expected.first == date(2026, 4, 1)
    assert not line.expected.is_late(date(2026, 5, 28))
    assert line.expected.is_late(date(2026, 5, 29))
    # A report of another kind of the same provider tells of the same source; taken back it does
    # not, and it is no source of counts of doors.
    header = {"Report_ID": "PR", **OF_APRIL}
    body = [[*row[:3], "7", "7"] for row in BODY[:1]]
    april = taken(report(table(months=["Apr-2026"], body=body, **header), "p.tsv"), by)
    assert (april.source, source.spans.count()) == (source, 4)
    drop_report(report=april, by=by)
    assert source.spans.count() == 3
    assert source not in counting_sources()
    assert likely_source({"eresources"}, {None}) is None


def test_the_coverage_page_leads_to_the_door_of_a_provider_s_next_report(client, librarian):
    source = taken(report(), librarian).source
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    html = client.get(reverse("crm:coverage")).content.decode()
    door = f"{reverse('crm:activity-import-create')}?source={source.code}"
    assert "COUNTER: Example Press" in html
    assert door in html
    assert client.get(door).url == reverse("crm:usage")


def test_a_report_brought_among_loans_is_shown_its_way(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    for content in (table(), json.dumps(JSON_51)):
        sent = {"kind": "eresources", "file": report(content, "report.txt")}
        html = client.post(reverse("crm:activity-import-create"), sent).content.decode()
        assert "on the page E-resources" in html


def line_of(batch) -> tuple:
    batch.refresh_from_db()
    return batch.state, batch.rows, batch.created, batch.changed, batch.unchanged


def test_a_report_stands_in_the_list_of_imports_until_and_after_it_is_taken_back(client):
    by = UserFactory(role="librarian")
    client.force_login(by)
    client.cookies["django_language"] = "en"
    upload = {"kind": "counter", "file": report()}
    answer = client.post(reverse("crm:activity-import-create"), upload)
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    # What is not read yet is no import.
    assert not ImportBatch.objects.exists()
    read_usage(job.pk)
    batch = ImportBatch.objects.get()
    figures = len(FIGURES)
    assert line_of(batch) == ("uploaded", figures, 0, 0, 0)
    html = client.get(reverse("crm:import-list")).content.decode()
    assert "PR_P1.json" in html
    brought = UsageReport.objects.get()
    assert client.get(batch.get_absolute_url()).url == brought.get_absolute_url()

    take_report(report=brought, by=by)
    assert line_of(batch) == ("done", figures, figures, 0, 0)
    corrected = changed(JSON_51, Created="2026-05-01T00:00:00Z")
    performance = corrected["Report_Items"][0]["Attribute_Performance"][0]["Performance"]
    performance["Total_Item_Requests"]["2026-01"] = 1
    later = taken(report(corrected), by)
    assert line_of(later.batch) == ("done", figures, 0, 1, figures - 1)

    drop_report(report=later, by=by)
    assert line_of(later.batch)[0] == "undone"
    html = client.get(later.batch.get_absolute_url()).content.decode()
    assert "It was taken back" in html
    unread = seen(report(changed(JSON_51, Created="2026-06-01T00:00:00Z")), by)
    drop_report(report=unread, by=by)
    assert line_of(unread.batch)[0] == "gone"


def test_a_report_that_is_here_already_or_too_large_is_refused_at_the_door_of_all_files(client):
    client.force_login(UserFactory(role="librarian"))
    client.cookies["django_language"] = "en"
    url = reverse("crm:activity-import-create")
    client.post(url, {"kind": "counter", "file": report()})
    again = client.post(url, {"kind": "counter", "file": report()})
    assert again.status_code == 400
    assert "This report is here already" in again.content.decode()
    large = SimpleUploadedFile("PR.json", b" " * (MOST_BYTES + 1))
    html = client.post(url, {"kind": "counter", "file": large}).content.decode()
    assert "larger than 32 MB" in html
    assert UsageReport.objects.count() == 1


def january_of(n: int) -> dict:
    """The report with another number of texts opened in January, which does not say when it was
    made.
    """
    found = copy.deepcopy(JSON_51)
    del found["Report_Header"]["Created"]
    performance = found["Report_Items"][0]["Attribute_Performance"][0]["Performance"]
    performance["Total_Item_Requests"]["2026-01"] = n
    return found


def test_a_line_says_when_its_report_was_taken_in_and_not_when_it_was_brought(time_machine):
    by = UserFactory(role="librarian")
    time_machine.move_to(datetime(2026, 4, 20, 9, tzinfo=UTC))
    brought = seen(report(), by)
    assert (brought.counts_since, brought.batch.merged_at) == (None, None)
    moment = datetime(2026, 4, 23, 15, tzinfo=UTC)
    time_machine.move_to(moment, tick=False)
    taken_in = take_report(report=brought, by=by)
    taken_in.batch.refresh_from_db()
    assert (taken_in.counts_since, taken_in.batch.merged_at) == (moment, moment)
    # A second press says nothing new.
    time_machine.move_to(datetime(2026, 4, 24, tzinfo=UTC))
    assert take_report(report=taken_in, by=by).counts_since == moment


def test_of_reports_that_do_not_say_when_they_were_made_the_one_taken_in_last_speaks():
    by = UserFactory(role="librarian")
    first = seen(report(january_of(1)), by)
    second = seen(report(january_of(2)), by)
    take_report(report=second, by=by)
    assert counts()[0] == 102
    # It was brought first; that it changes a number is what its page says.
    assert weigh(first).changed == 1
    take_report(report=first, by=by)
    assert counts()[0] == 101
    first.refresh_from_db()
    drop_report(report=first, by=by)
    assert counts()[0] == 102
