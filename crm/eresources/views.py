"""How e-resources were used: the figures, the reports they come from, one more report."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.forms import refusal_on, refusal_told, status_of
from core.uploads import takes_files
from crm.eresources import actions as verbs
from crm.eresources.forms import ReportForm
from crm.eresources.kinds import COUNTER
from crm.eresources.models import UsageReport
from crm.eresources.queries import usage_lines, weigh
from crm.eresources.reading import MOST_BYTES
from crm.eresources.words import (
    changes_shown,
    lines_shown,
    report_heading,
    report_lead,
    reports_shown,
    taken_in_words,
    weighed_in_words,
)
from crm.imports.models import ImportBatch
from crm.receipts.views import once
from crm.sources.words import heads

#: Reports that the page lists at most.
REPORTS_SHOWN = 30
READING = UsageReport.State.READING


@needs("insight.view")
def usage(request):
    """What providers counted in the last thirteen months, by platform."""
    return usage_page(request, ReportForm())


def usage_page(request, form: ReportForm):
    """The page with the newest reports and the form; 400 where the form says what is wrong."""
    months, lines = usage_lines(timezone.localdate())
    reports = UsageReport.objects.exclude(state=READING)[:REPORTS_SHOWN]
    context = {
        "months": heads(months),
        "lines": lines_shown(lines),
        "reports": reports_shown(reports),
        "form": form,
    }
    return render(request, "crm/eresources/usage.html", context, status=status_of(form))


@takes_files(lambda: MOST_BYTES)
@needs("readers.import")
@require_POST
@once
def usage_take(request):
    """Bring a report, which a job reads; why it cannot be brought is said in the form."""
    form = ReportForm(request.POST, request.FILES)
    if form.is_valid():
        with refusal_on(form, "file"):
            report = verbs.bring_report(file=form.cleaned_data["file"], by=request.user)
            return redirect(report.job)
    return usage_page(request, form)


@needs("readers.import")
def usage_report(request, pk):
    """What a report would change before it is taken in; of one that is being read its job."""
    report = get_object_or_404(UsageReport.objects.select_related("job"), pk=pk)
    if report.state == READING:
        return redirect(report.job or "crm:usage")
    found = weigh(report)
    context = {
        "report": report,
        "lead": report_lead(report),
        "heading": report_heading(report),
        "weighed": found,
        "said": weighed_in_words(report, found),
        "changes": changes_shown(found),
    }
    return render(request, "crm/eresources/usage_report.html", context)


@needs("readers.import")
def usage_import(request, pk):
    """The line of the list of imports: to the report itself, or, where it was taken back, what it
    had brought; 404 for another's import where one sees one's own alone.
    """
    visible = ImportBatch.objects.visible_to(request.user).filter(takes=COUNTER)
    batch = get_object_or_404(visible.select_related("usage_report"), pk=pk)
    report = getattr(batch, "usage_report", None)
    if report is not None:
        return redirect(report)
    return render(request, "crm/eresources/usage_import.html", {"batch": batch})


@needs("readers.import")
@require_POST
def usage_count(request, pk):
    """Let the figures of a report count; one that is still being read is refused in words."""
    report = get_object_or_404(UsageReport, pk=pk)
    with refusal_told(request):
        report = verbs.take_report(report=report, by=request.user)
        messages.success(request, taken_in_words(report))
    return redirect("crm:usage")


@needs("readers.import")
@require_POST
def usage_drop(request, pk):
    """Take a report back; 404 where somebody did so already."""
    report = get_object_or_404(UsageReport, pk=pk)
    with refusal_told(request):
        verbs.drop_report(report=report, by=request.user)
        messages.success(request, _("The report and its figures are taken back."))
    return redirect("crm:usage")
