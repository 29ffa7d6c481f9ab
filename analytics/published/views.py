"""What was found when the published figures were last looked through."""

from django.shortcuts import render

from analytics.published.models import Seal, Verification
from core.access import needs


@needs("insight.view")
def published(request):
    """The last look, what it found broken, and the last seal of each chain."""
    heads = Seal.objects.order_by("chain", "-number").distinct("chain").defer("parts")
    context = {"verification": Verification.objects.first(), "heads": heads}
    return render(request, "analytics/published/published.html", context)
