"""The way from a letter to what waits for a decision, and sending a report to whoever decides."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from analytics.loop.actions import send_to_decider
from analytics.loop.forms import SendForm
from analytics.loop.models import Evaluation
from campaigns.plan.models import Campaign
from core.access import needs
from core.forms import posted, refusal_on, status_of


def _evaluations(user):
    """The evaluations that ``user`` may see, without their frozen inputs."""
    return Evaluation.objects.visible_to(user).select_related("campaign").defer("inputs")


@needs("insight.view")
def campaign_decide(request, pk):
    """To what the newest report of a campaign proposes; 404 without one. It decides nothing."""
    campaign = Campaign.objects.visible_to(request.user).get_or_404(pk)
    newest = _evaluations(request.user).filter(campaign=campaign).order_by("-number").first()
    if newest is None:
        raise Http404
    return redirect(f"{newest.get_absolute_url()}#adjustments")


@needs("letters.send")
def evaluation_send(request, pk):
    """Send a report that waits for a decision to somebody who may take it, and back to it."""
    evaluation = _evaluations(request.user).get_or_404(pk)
    form = SendForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            send_to_decider(evaluation=evaluation, by=request.user, **form.cleaned_data)
            messages.success(request, _("The letter is on its way."))
            return redirect(evaluation)
    context = {"evaluation": evaluation, "form": form}
    return render(request, "analytics/loop/evaluation_send.html", context, status=status_of(form))
