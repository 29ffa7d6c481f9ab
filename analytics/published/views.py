"""What was found when the published figures were last looked through."""

from django.shortcuts import render

from analytics.published.models import Seal, Verification
from analytics.published.words import sentence
from core.access import needs


@needs("insight.view")
def published(request):
    """The last look, what it found broken, and the last seal of each chain."""
    heads = Seal.objects.order_by("chain", "-number").distinct("chain").defer("parts")
    verification = Verification.objects.first()
    breaks = []
    if verification is not None:
        breaks = list(map(sentence, verification.breaks))
    context = {"verification": verification, "breaks": breaks, "heads": heads}
    return render(request, "analytics/published/published.html", context)
