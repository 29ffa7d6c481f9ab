"""What is recorded: one page for all sources, and the forms that change what it says. Closed days
stand in their register (crm.registers), and may be written into it from here.
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import needs
from core.forms import posted, refusal_on, refusal_told, status_of
from crm.receipts.views import once
from crm.registers.actions import take_rows
from crm.registers.models import SpecialDays
from crm.sources import actions as verbs
from crm.sources.board import board_on
from crm.sources.forms import ClosedForm, LostForm, ShownForm, SourceForm
from crm.sources.gaps import Gap, gap_asked, resting_on_gap
from crm.sources.lines import groups_shown
from crm.sources.models import CoveredSpan, DataSource
from crm.sources.months import MONTH
from crm.sources.words import (
    columns_in_words,
    days_in_words,
    files_awaited,
    gap_lead,
    gap_title,
    lacking_lately,
    lead,
    runs_in_words,
)


@needs("insight.view")
def coverage(request):
    """Which days of which source have come in, which are missing, which are still to come; the
    address may name the month that is looked at (``gap_asked``), and which lines are shown in
    months, weeks or days (``ShownForm``).
    """
    today = timezone.localdate()
    board = board_on(today)
    form = ShownForm(request.GET)
    by = form.asked["by"]
    shown = board
    if by != MONTH:
        shown = board_on(today, by)
    groups = groups_shown(shown, form.shows)
    context = {
        "board": board,
        "lead": lead(board),
        "shown": form,
        "groups": groups,
        "has_groups": len(groups) > 1,
        "months": columns_in_words(shown.months, by),
        "awaited": files_awaited(board),
    }
    context |= gap_shown(gap_asked(board, request.GET), request.user)
    return render(request, "crm/sources/coverage.html", context)


def gap_shown(gap: Gap | None, user) -> dict:
    """What the panel of one month says, with the figures that rest on it and this ``user`` may see;
    nothing where nothing is missing.
    """
    if gap is None:
        return {}
    lost = CoveredSpan.objects.filter(
        source=gap.source,
        campus=gap.place,
        state=CoveredSpan.State.LOST,
        first__lte=gap.last,
        last__gte=gap.first,
    )
    return {
        "gap": gap,
        "gap_title": gap_title(gap),
        "gap_lead": gap_lead(gap, lost),
        "gap_days": runs_in_words(gap.open_runs),
        "lost": lost,
        "lost_days": [(row, days_in_words(row.first, row.last)) for row in lost],
        "resting": resting_on_gap(gap, user),
    }


@needs("readers.view")
@require_GET
def kinds_recorded(request):
    """Fragment beside what one reader did: what is not recorded of the last twelve months."""
    context = {"said": lacking_lately()}
    return render(request, "crm/sources/_kinds_recorded.html", context)


@needs("readers.import")
@require_POST
@once
def lost_add(request):
    """Note that nobody recorded these days: they stay unknown, and nobody is asked for them. What
    is wrong is said on a page of its own, which has the form again.
    """
    form = LostForm(request.POST, by=request.user)
    if form.is_valid():
        with refusal_on(form):
            said = {name: form.cleaned_data[name] for name in ("source", "campus", "reason")}
            verbs.note_all_lost(by=request.user, runs=form.runs, **said)
            messages.success(request, _("Noted. Nobody is asked for these days any more."))
            return redirect("crm:coverage")
    context = {"form": form}
    return render(request, "crm/sources/lost_add.html", context, status=status_of(form))


@needs("readers.import")
@require_POST
def lost_drop(request, pk):
    """Take back that nobody recorded these days: their file is missed again. 404 for days that a
    file told of.
    """
    lost = get_object_or_404(CoveredSpan, pk=pk, state=CoveredSpan.State.LOST)
    with refusal_told(request):
        verbs.drop_lost(lost=lost, by=request.user)
        messages.success(request, _("The file of these days is missed again."))
    return redirect("crm:coverage")


@needs("readers.import")
@require_POST
@once
def closed_add(request):
    """Write into the register of closed days that nobody could come; what is wrong is said on a
    page of its own, which has the form again.
    """
    form = ClosedForm(request.POST, by=request.user)
    if form.is_valid():
        with refusal_on(form):
            take_rows(model=SpecialDays, rows=form.rows(), by=request.user)
            messages.success(request, _("These days are no gap any more."))
            return redirect("crm:coverage")
    context = {"form": form}
    return render(request, "crm/sources/closed_add.html", context, status=status_of(form))


@needs("readers.import")
@once
def source_edit(request, pk):
    """What a source is called, who is asked for its files, and when they are missed."""
    source = get_object_or_404(DataSource, pk=pk)
    initial = {name: getattr(source, name) for name in SourceForm.base_fields}
    form = SourceForm(posted(request), initial=initial)
    if form.is_valid():
        with refusal_on(form):
            verbs.change_source(source=source, by=request.user, **form.cleaned_data)
            messages.success(request, _("The source is changed."))
            return redirect("crm:coverage")
    context = {"form": form, "source": source}
    return render(request, "crm/sources/source_edit.html", context, status=status_of(form))
