"""For everybody: what the library computes about people, why, and how to switch it off."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from crm.clock.terms_in_force import last_chosen
from crm.privacy import register
from crm.readers.models import Notice


@login_not_required
@require_GET
def notice(request, number=None):
    """The notice in force, or an earlier version; and the table of what is kept."""
    shown = Notice.objects.current()
    if number is not None:
        shown = get_object_or_404(Notice, number=number)
    context = {
        "notice": shown,
        "others": Notice.objects.exclude(number=number or shown.number),
        "heads": register.public_heads(),
        "rows": register.public_rows(),
        "times": register.times(),
        "today": timezone.localdate(),
        "terms_changed": last_chosen(),
    }
    return render(request, "crm/privacy/notice.html", context)
