"""The month page and its targets."""

from datetime import date

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.facts.actions import request_facts, set_target
from analytics.facts.periods import next_month
from analytics.loop import verify
from analytics.loop.models import Adjustment
from analytics.month import charts
from analytics.month.figures import Month
from analytics.month.forms import TargetForm
from analytics.month.proof import NOTHING, proof_of
from analytics.month.recorded import latest_full_month
from analytics.month.sentences import sentences_of
from analytics.month.tiles import Tile
from analytics.month.words import (
    change_words,
    visits_defined,
    visits_in_words,
    weeks_in_words,
)
from core.access import needs
from core.charts import Chart, page_or_file
from core.forms import status_of
from crm.receipts.views import once


@needs("insight.view")
def month(request):
    """The newest month that is over and has facts; last month where no facts were computed yet."""
    return show(request, latest_full_month(timezone.localdate()))


@needs("insight.view")
def month_detail(request, month):
    """One month, given as 2026-03; 404 for one that is none, has not begun or lies before 1900."""
    try:
        start = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404
    # Nobody kept figures before 1900, and the year 1 has no twelve months before it.
    if start > timezone.localdate() or start.year < 1900:
        raise Http404
    return show(request, start)


def show(request, start: date):
    """The month from its facts, with the two newest adjustments that wait for a decision beside
    them. Staff of one campus are told of its readers.
    """
    figures = Month(start, request.user.campus_id)
    adjustments = Adjustment.objects.visible_to(request.user)
    record = verify.tally(adjustments)
    context = {
        "figures": figures,
        "start": start,
        "tiles": tiles_drawn(figures),
        "record": record,
        "form": TargetForm(),
    }
    context |= in_words(figures, record) | neighbours(figures)
    pictures = drawn(figures)
    context |= first_waiting(adjustments, record) | pictures | proof(figures)
    context["as_of"] = figures.computed_at
    return page_or_file(request, "analytics/month/month.html", context, pictures.values())


def tiles_drawn(figures: Month) -> list[tuple[Tile, Chart]]:
    """Each tile with the small drawing of its thirteen months."""
    found = []
    for tile in figures.tiles():
        found.append((tile, charts.small(figures, tile.metric, figures.computed_at)))
    return found


def in_words(figures: Month, record: verify.Record) -> dict:
    """What the page says in sentences."""
    return {
        "sentences": sentences_of(figures, record.waiting),
        "no_comparison": change_words(None, is_running=figures.is_running),
        "weeks": weeks_in_words(figures.month, figures.last_year, figures.previous),
        "visits": visits_in_words(figures.visits()),
        "visits_defined": visits_defined(),
    }


def first_waiting(adjustments, record: verify.Record) -> dict:
    """The two newest proposals that wait for a decision, and whether there are more."""
    waiting = adjustments.waiting().select_related("evaluation__campaign")
    first = list(waiting.order_by("-evaluation__computed_at", "pk")[:2])
    return {"waiting": first, "more_wait": record.waiting > len(first)}


def proof(figures: Month) -> dict:
    """The last publication of a month with its seal, and the last look through all chains.

    Nothing for staff of one campus: sealed are the figures of the whole library, and they are told
    of their own.
    """
    if figures.campus is not None:
        return NOTHING
    return proof_of(figures.months)


def neighbours(figures: Month) -> dict:
    """The months to go to, as an address says them (2026-03; "" after one that is still running)
    and as dates, and whether this one is still running.
    """
    after = next_month(figures.month)
    following = f"{after:%Y-%m}"
    if figures.is_running:
        following = ""
    return {
        "running": figures.is_running,
        "previous": f"{figures.previous:%Y-%m}",
        "following": following,
        "earlier": figures.previous,
        "later": after,
    }


def drawn(figures: Month) -> dict[str, Chart]:
    """The charts by the names the template knows them by."""
    as_of = figures.computed_at
    return {
        "contributors": charts.contributors(figures, as_of),
        "activities": charts.activities(figures, as_of),
        "echo": charts.echo(figures, as_of),
        "voices": charts.voices(figures, as_of),
    }


@needs("decisions.make")
@require_POST
@once
def target_edit(request):
    """Set what the library wants a figure to be in a month, and go to the newest month; a value
    that is none leaves the old target.
    """
    form = TargetForm(request.POST)
    if form.is_valid():
        set_target(**form.cleaned_data, by=request.user)
        messages.success(request, _("The target is set."))
        return redirect("analytics:month")

    context = {"form": form}
    return render(request, "analytics/month/target_edit.html", context, status=status_of(form))


@needs("decisions.make")
@require_POST
def facts_compute(request):
    """Compute all figures anew; the page of the job shows how far it is."""
    return redirect(request_facts(by=request.user))
