"""The desk's first page: what waits for me, what is late, what changed."""

from django.shortcuts import render
from django.utils import timezone

from analytics.today import desk
from core.access import needs


@needs("desk.open")
def today(request):
    """What waits, what is late and what is new, for whoever looks."""
    now = timezone.now()
    context = {
        "now": now,
        "waiting": desk.waiting(request.user),
        "late": desk.late(request.user, now),
        "news": desk.news(request.user, now),
    }
    return render(request, "analytics/today/today.html", context)
