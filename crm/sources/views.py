"""What is recorded: one page for all sources, and the forms that change what it says."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.forms import posted, status_of
from crm.receipts.views import once
from crm.sources import actions as verbs
from crm.sources.board import board_on
from crm.sources.forms import ClosedForm, SourceForm
from crm.sources.models import ClosedSpan, DataSource
from crm.sources.words import files_awaited, heads, lead, lines_shown


@needs("insight.view")
def coverage(request):
    """Which days of which source have come in, which are missing, which are still to come."""
    return coverage_page(request, ClosedForm())


def coverage_page(request, form: ClosedForm):
    board = board_on(timezone.localdate())
    context = {
        "board": board,
        "lead": lead(board),
        "lines": lines_shown(board),
        "months": heads(board.months),
        "awaited": files_awaited(board),
        "closed": ClosedSpan.objects.select_related("campus").order_by("-first")[:20],
        "form": form,
    }
    return render(request, "crm/sources/coverage.html", context, status=status_of(form))


@needs("readers.import")
@require_POST
@once
def closed_add(request):
    """Note that the library was shut; what is wrong is said on the page."""
    form = ClosedForm(request.POST)
    if not form.is_valid():
        return coverage_page(request, form)
    verbs.note_closed(by=request.user, **form.cleaned_data)
    messages.success(request, _("These days are no gap any more."))
    return redirect("crm:coverage")


@needs("readers.import")
@require_POST
def closed_drop(request, pk):
    """Take back that the library was shut."""
    closed = get_object_or_404(ClosedSpan, pk=pk)
    verbs.drop_closed(closed=closed, by=request.user)
    messages.success(request, _("These days count as open again."))
    return redirect("crm:coverage")


@needs("readers.import")
@once
def source_edit(request, pk):
    """What a source is called, and when its files are missed."""
    source = get_object_or_404(DataSource, pk=pk)
    initial = {name: getattr(source, name) for name in SourceForm.base_fields}
    form = SourceForm(posted(request), initial=initial)
    if form.is_valid():
        verbs.change_source(source=source, by=request.user, **form.cleaned_data)
        messages.success(request, _("The source is changed."))
        return redirect("crm:coverage")
    context = {"form": form, "source": source}
    return render(request, "crm/sources/source_edit.html", context, status=status_of(form))
