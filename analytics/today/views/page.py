"""The desk's first page: what waits, what changed since somebody was here, who has the rest."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from analytics.today import time_left
from analytics.today.elsewhere import elsewhere
from analytics.today.items import DeskClock
from analytics.today.mailings import mailings
from analytics.today.menu import in_the_menu
from analytics.today.news import news, since_of
from analytics.today.waiting import waiting
from core.access import needs
from crm.setup.steps import steps_for


@needs("desk.open")
def today(request):
    """What waits, what is sent and what is new, for whoever looks: each sees what they may open."""
    clock = DeskClock(timezone.now())
    since = since_of(request.session.row, clock)
    context = {
        "day": time_left.day_in_words(clock),
        "first": steps_for(request.user),
        "waiting": waiting(request.user, clock),
        "mailings": mailings(request.user),
        "since": time_left.since_in_words(since.at, clock, is_known=since.is_known),
        "news": news(request.user, since.at, clock),
        "elsewhere": elsewhere(request.user, clock),
    }
    return render(request, "analytics/today/today.html", context)


@require_GET
@needs("desk.open")
def menu_counts(request):
    """Fragment: how many wait behind entries of the menu, each put into its place there.

    Asked for after the page, so that no page waits for it.
    """
    counts = in_the_menu(request.user)
    return render(request, "analytics/today/_menu_counts.html", {"counts": counts})
