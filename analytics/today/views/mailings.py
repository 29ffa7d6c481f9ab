"""How far a content is that is being sent: asked for after the page, stopped and let go there."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from analytics.today.mailings import mailing
from campaigns.contents.models import Content
from campaigns.sending.actions import pause, resume
from core.access import needs
from core.refusals import Refused


def load(request, pk) -> Content:
    """The content, for whoever may see it; 404 for everybody else."""
    contents = Content.objects.visible_to(request.user).select_related("campaign")
    return contents.get_or_404(pk)


@needs("campaigns.view")
def mailing_progress(request, pk):
    """How far it is, as whoever looks may be told; without htmx its own page says so."""
    content = load(request, pk)
    if not request.htmx:
        return redirect(content)
    return how_far(request, content)


def how_far(request, content: Content, refusal: str = "") -> HttpResponse:
    """The fragment; with the reason why a step was refused it is a 409."""
    status = 200
    if refusal:
        status = 409
    context = {"mailing": mailing(content, request.user), "refusal": refusal}
    return render(request, "analytics/today/_mailing_progress.html", context, status=status)


def step(request, pk, verb) -> HttpResponse:
    """One verb on a content that may be refused, and then how far it is."""
    refusal = ""
    try:
        verb(content=load(request, pk), by=request.user)
    except Refused as refused:
        refusal = str(refused)
    if request.htmx:
        return how_far(request, load(request, pk), refusal)
    if refusal:
        messages.error(request, refusal)
    return redirect("analytics:today")


@require_POST
@needs("campaigns.launch")
def mailing_pause(request, pk):
    """Stop what is being sent."""
    return step(request, pk, pause)


@require_POST
@needs("campaigns.launch")
def mailing_resume(request, pk):
    """Go on with what was stopped by hand."""
    return step(request, pk, resume)
