"""Reports of e-resources on their page: taken in, shown by month, taken back."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.eresources.actions import drop_report, take_report
from crm.eresources.models import PlatformUsage, UsageReport
from crm.eresources.queries import usage_lines
from crm.staff.models import AuditEvent
from tests.crm.eresources.reports import BODY, COLUMNS, FIGURES, JSON_51, changed, table
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 4, 20)


def report(content=JSON_51, name="PR_P1.json"):
    text = content if isinstance(content, str) else json.dumps(content)
    return SimpleUploadedFile(name, text.encode())


def counts(metric="Total_Item_Requests", kind="PR_P1") -> list:
    """What the line of the page says from January to April 2026."""
    _months, lines = usage_lines(TODAY)
    (line,) = [one for one in lines if (one.metric, one.report) == (metric, kind)]
    return line.counts[-4:]


def test_a_report_is_taken_in_once_and_the_later_of_two_speaks_until_it_is_taken_back():
    by = UserFactory(role="librarian")
    take_report(file=report(), by=by)
    found = PlatformUsage.objects.values_list("metric", "month", "n")
    assert {(metric, f"{month:%Y-%m}"): n for metric, month, n in found} == FIGURES
    # A month of which no report tells is no zero.
    assert counts() == [977, 1022, 900, None]
    corrected = changed(JSON_51, Created="2026-05-01T00:00:00Z")
    performance = corrected["Report_Items"][0]["Attribute_Performance"][0]["Performance"]
    performance["Total_Item_Requests"]["2026-01"] = 1
    later = take_report(file=report(corrected), by=by)
    assert counts() == [101, 1022, 900, None]
    # Reports of another kind are never added: they count the same use.
    columns = ["Title", *COLUMNS]
    body = [["秘密的书", *row] for row in BODY]
    take_report(file=report(table(Report_ID="TR", columns=columns, body=body), "TR.tsv"), by=by)
    assert counts() == [101, 1022, 900, None]
    assert counts(kind="TR") == [977, 1022, 900, None]
    drop_report(report=later, by=by)
    assert counts() == [977, 1022, 900, None]
    trail = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert trail == ["usage.take", "usage.take", "usage.take", "usage.drop"]


def test_figures_of_another_release_are_no_continuation():
    by = UserFactory(role="librarian")
    take_report(file=report(), by=by)
    header = {"Release": "5", "Reporting_Period": "Begin_Date=2026-04-01; End_Date=2026-04-30"}
    body = [[*row[:3], "7", "7"] for row in BODY[:1]]
    take_report(file=report(table(months=["Apr-2026"], body=body, **header), "p.tsv"), by=by)
    _months, lines = usage_lines(TODAY)
    (line,) = [one for one in lines if one.metric == "Total_Item_Requests"]
    assert (line.counts[-2:], line.breaks) == ([900, 7], {12})


def test_a_librarian_takes_a_report_in_on_its_page_and_back(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    take = reverse("crm:usage-take")
    assert client.post(take, {"file": report()}).url == reverse("crm:usage")
    html = client.get(reverse("crm:usage")).content.decode()
    assert "Report PR_P1 of release 5.1, January 2026 – March 2026: 9 figures." in html
    assert "PR_P1 Example Press" in html
    # The same again, and what is no report of these releases, is refused in words, and not stored.
    again = client.post(take, {"file": report()}).content.decode()
    assert "was taken in already" in again
    other = client.post(take, {"file": report(changed(JSON_51, Release="5.2"))})
    assert other.status_code == 400
    assert "Releases 5 and 5.1 are read." in other.content.decode()
    assert UsageReport.objects.count() == 1
    client.post(reverse("crm:usage-drop", args=[UsageReport.objects.get().pk]))
    assert PlatformUsage.objects.count() == 0


def test_a_report_brought_among_loans_is_shown_its_way(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    for content in (table(), json.dumps(JSON_51)):
        sent = {"kind": "eresources", "file": report(content, "report.txt")}
        html = client.post(reverse("crm:activity-import-create"), sent).content.decode()
        assert "on the page E-resources" in html
