"""Proposals waiting for a decision, and the page on which a manager takes it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from analytics.loop import verify
from analytics.loop.actions import answer_second, decide
from analytics.loop.choices import RANGES
from analytics.loop.forms import DecideForm, SecondForm
from analytics.loop.found import evidence_of
from analytics.loop.lists import DecisionList
from analytics.loop.meeting.proposals import in_place
from analytics.loop.models import Adjustment
from analytics.loop.seconds import with_decisions
from analytics.loop.words import recorded_in_words
from core.access import needs
from core.forms import refusal_on, status_of


def _adjustments(user):
    """The proposals that ``user`` may see, with all that a line of the list names."""
    found = with_decisions(Adjustment.objects.visible_to(user))
    return found.select_related("evaluation__campaign", "applied_in")


@needs("insight.view")
def decision_list(request):
    """All proposals, and what became of them beside the list."""
    listing = DecisionList(request, _adjustments(request.user))
    record = verify.tally(Adjustment.objects.visible_to(request.user))
    return listing.render("analytics/loop/decision_list.html", record=record)


def _page(request, adjustment, form, second=None):
    """The page of one proposal; status 400 where the form was refused. ``second``: what a second
    person sent, if that was refused.
    """
    context = {
        "second": second,
        "adjustment": adjustment,
        "evaluation": adjustment.evaluation,
        "findings": evidence_of(adjustment, request.user),
        "range": RANGES.get(adjustment.kind),
        "form": form,
    }
    return render(
        request,
        "analytics/loop/adjustment_detail.html",
        context,
        status=status_of(second or form),
    )


def _in_place(request, pk, form):
    """The proposal in its place on the report's page; status 400 where the form was refused."""
    adjustment = _adjustments(request.user).prefetch_related("findings").get_or_404(pk)
    context = {"proposal": in_place(adjustment, adjustment.evaluation), "form": form}
    template = "analytics/loop/meeting/_proposal.html"
    return render(request, template, context, status=status_of(form))


@needs("insight.view")
def adjustment_detail(request, pk):
    """One proposal, with what it rests on and what became of it; the form begins with its value.

    404 for one that this person may not see.
    """
    adjustment = _adjustments(request.user).get_or_404(pk)
    return _page(request, adjustment, DecideForm(initial={"value": adjustment.after}))


@needs("decisions.make")
@require_POST
def adjustment_decide(request, pk):
    """Record a decision, and back to the list; a refused one keeps the page,
    with what was typed. In a report its place on the page is answered.
    """
    adjustment = _adjustments(request.user).get_or_404(pk)
    form = DecideForm(request.POST)
    decision = None
    if form.is_valid():
        with refusal_on(form):
            decision = decide(adjustment=adjustment, by=request.user, **form.cleaned_data)
    if request.htmx:
        return _in_place(request, pk, form)
    if form.errors:
        return _page(request, adjustment, form)
    messages.success(request, recorded_in_words(decision))
    return redirect("analytics:decision-list")


@needs("decisions.make")
@require_POST
def adjustment_second(request, pk):
    """A second person's answer to what goes against the recommendation, and back to the proposal;
    a refused one keeps the page, with what was typed.
    """
    adjustment = _adjustments(request.user).get_or_404(pk)
    form = SecondForm(request.POST)
    if form.is_valid():
        with refusal_on(form):
            answer_second(adjustment=adjustment, by=request.user, **form.cleaned_data)
            return redirect(adjustment)
    return _page(request, adjustment, DecideForm(initial={"value": adjustment.after}), form)
