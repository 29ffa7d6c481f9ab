"""The desk's first page: what waits for me, what is late, what changed."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from analytics.today import desk
from core.access import needs
from crm.setup.steps import steps_for


@needs("desk.open")
def today(request):
    """What waits, what is late and what is new, for whoever looks: each sees what they may open."""
    now = timezone.now()
    context = {
        "now": now,
        "first": steps_for(request.user),
        "waiting": desk.waiting(request.user),
        "late": desk.late(request.user, now),
        "news": desk.news(request.user, now),
    }
    return render(request, "analytics/today/today.html", context)


@require_GET
@needs("desk.open")
def menu_counts(request):
    """Fragment: how many wait behind entries of the menu, each put into its place there.

    Asked for after the page, so that no page waits for it.
    """
    counts = desk.in_the_menu(request.user)
    return render(request, "analytics/today/_menu_counts.html", {"counts": counts})
