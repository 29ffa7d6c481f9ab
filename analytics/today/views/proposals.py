"""A proposal in its line: accepted as it stands, or refused with a reason."""

from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import pgettext

from analytics.loop.actions import decide
from analytics.loop.forms import DecideForm
from analytics.loop.found import evidence_of
from analytics.loop.models import Adjustment, Decision
from analytics.loop.seconds import with_decisions
from analytics.today import words
from analytics.today.items import DeskClock
from analytics.today.planned import proposal_item, with_due
from analytics.today.views.showing import done, is_closed, line
from core.access import needs
from core.forms import posted, refusal_on


def load(request, pk) -> Adjustment:
    """The proposal, for whoever may see it; 404 for everybody else."""
    found = with_decisions(with_due(Adjustment.objects.visible_to(request.user)))
    return found.get_or_404(pk)


@needs("decisions.make")
def proposal(request, pk):
    """The line of a proposal: what it rests on and the ways to decide, or what was decided."""
    found = load(request, pk)
    form = DecideForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            decide(adjustment=found, by=request.user, **form.cleaned_data)
            return redirect("analytics:today-proposal", pk)

    # A reason that was typed stays, also where a colleague has decided meanwhile.
    if not (found.is_undecided or form.is_bound):
        return settled(request, found)
    return to_decide(request, found, form)


def to_decide(request, found: Adjustment, form: DecideForm):
    """What the proposal rests on, and the ways to decide."""
    item = proposal_item(found, DeskClock(timezone.now()))
    if is_closed(request):
        return line(request, "analytics/today/_item.html", {"item": item})
    context = {
        "item": item,
        "adjustment": found,
        "full": item.text,
        "findings": evidence_of(found, request.user),
        "page": found.get_absolute_url(),
        "page_said": pgettext("a line", "Another value"),
    }
    return line(request, "analytics/today/_proposal.html", context, form)


def settled(request, found: Adjustment):
    """What was decided about it, and by whom."""
    decision = Decision.objects.select_related("by", "adjustment").filter(adjustment=found).first()
    said = words.settled(decision)
    return done(request, f"proposal-{found.pk}", said, found.get_absolute_url())
