"""The page that says how mail arrives."""

from django.shortcuts import render

from campaigns.deliverability.figures import arrival
from campaigns.deliverability.forms import USUAL, PeriodForm
from campaigns.limits.queries import rules_in_force
from campaigns.sending.limit import stops_as_told
from core.access import needs

#: Stops by limits that the page names, the newest first.
MOST_STOPS = 10


@needs("campaigns.view")
def deliverability(request):
    """Bounces, refusals and complaints by sender and domain, and what the limits stopped."""
    form = PeriodForm({"days": request.GET.get("days", USUAL)})
    context = {
        "form": form,
        "arrival": arrival(request.user, form.asked()),
        "rules": rules_in_force(),
        "stops": stops_as_told()[:MOST_STOPS],
    }
    return render(request, "campaigns/deliverability/deliverability.html", context)
