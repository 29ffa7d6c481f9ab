"""Going on with a campaign that a limit has stopped."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from campaigns.limits.queries import open_stop
from campaigns.plan.models import Campaign
from campaigns.sending.actions import resume_after_limit
from campaigns.sending.forms import LimitResumeForm
from campaigns.sending.limit import stop_in_words
from core.access import needs
from core.forms import posted, refusal_on, status_of


@needs("campaigns.launch")
def limit_resume(request, pk):
    """What stopped it, and a form that asks why it goes on."""
    campaign = Campaign.objects.visible_to(request.user).get_or_404(pk)
    # Read first: what cannot be read is refused where nothing is stopped any more, too.
    form = LimitResumeForm(posted(request))
    stop = open_stop(campaign)
    if stop is None:
        messages.info(request, _("No limit keeps this campaign from being sent."))
        return redirect(campaign)

    if form.is_valid():
        with refusal_on(form):
            resume_after_limit(stop=stop, reason=form.cleaned_data["reason"], by=request.user)
        if not form.errors:
            messages.success(request, _("Sending goes on. The limit looks at what comes after."))
            return redirect(campaign)

    said = stop_in_words(stop, request.user)
    context = {"campaign": campaign, "stop": stop, "said": said, "form": form}
    return render(request, "campaigns/sending/limit_resume.html", context, status=status_of(form))
