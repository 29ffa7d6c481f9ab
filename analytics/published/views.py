"""What was found when the published figures were last looked through."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from analytics.published.actions import request_look
from analytics.published.beside import look_of_now
from analytics.published.models import Seal
from analytics.published.words import sentence
from core.access import needs


@needs("insight.view")
def published(request):
    """The last look with what was put in beside the portal since, and each chain's last seal; 403
    without "insight.view".
    """
    heads = Seal.objects.order_by("chain", "-number").distinct("chain").defer("parts")
    verification = look_of_now()
    breaks = []
    if verification is not None:
        breaks = list(map(sentence, verification.breaks))
    context = {"verification": verification, "breaks": breaks, "heads": heads}
    return render(request, "analytics/published/published.html", context)


@needs("decisions.make")
@require_POST
def look_through(request):
    """Start a look through all chains; the page of the job shows how far it is.

    403 for whoever may not decide. POST only.
    """
    return redirect(request_look(by=request.user))
