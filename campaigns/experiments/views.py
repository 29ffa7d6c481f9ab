"""The page of the programme's holdout."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.experiments.actions import start_programme, stop_programme
from campaigns.experiments.forms import ProgrammeForm
from campaigns.experiments.models import ProgrammeHoldout
from campaigns.experiments.words import programme_in_pairs
from campaigns.plan.views.pages import done, form_page, saved
from core.access import needs
from core.forms import posted
from crm.receipts.views import once


@needs("decisions.make")
@once
def programme(request):
    """The one that runs, or is planned; else the form that starts one. Former ones below."""
    today = timezone.localdate()
    starts = today + timedelta(days=1)
    year = {"starts_on": starts, "ends_on": starts + timedelta(days=364)}
    form = ProgrammeForm(posted(request), initial=year)
    if saved(request, form, start_programme):
        messages.success(request, _("Kept. No campaign writes to them in this time."))
        return redirect("campaigns:programme")
    # A stopped one ends today: by its days alone it would still be found.
    running = ProgrammeHoldout.objects.filter(ends_on__gte=today, stopped_at__isnull=True)
    current = running.order_by("starts_on").first()
    over = ProgrammeHoldout.objects.exclude(pk__in=running.values("pk"))
    context = {
        "form": form,
        "current": current,
        "pairs": programme_in_pairs(current),
        "over": list(map(programme_in_pairs, over)),
    }
    return form_page(request, "campaigns/experiments/programme.html", context)


@needs("decisions.make")
@require_POST
def programme_stop(request, pk):
    """End it with today; a refusal is said on the page that follows."""
    if done(request, stop_programme, programme=get_object_or_404(ProgrammeHoldout, pk=pk)):
        messages.success(request, _("It is over with today."))
    return redirect("campaigns:programme")
