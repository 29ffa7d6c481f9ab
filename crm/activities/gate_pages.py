"""Visits of which nobody knows whose they were: how many, and of how many people, by month."""

from django.shortcuts import render
from django.utils import timezone

from core.access import needs
from crm.activities.queries import visits_without_names
from crm.sources.months import months_up_to

MONTHS_SHOWN = 13


@needs("insight.view")
def nameless_visits(request):
    """The last thirteen months of each gate that keeps no names; of one's own campus alone."""
    months = months_up_to(timezone.localdate(), MONTHS_SHOWN)
    found = visits_without_names(months, campus=request.user.campus_id)
    return render(request, "crm/activities/nameless_visits.html", {"found": found})
