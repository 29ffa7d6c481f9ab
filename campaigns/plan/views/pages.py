"""What the pages of all rooms of campaigns share: load and check, do a verb, show a form."""

from django.shortcuts import render

from campaigns.plan.models import Campaign
from core.forms import refusal_on, refusal_told, status_of


def get_campaign(request, pk) -> Campaign:
    """The campaign with the people and the rounds beside it; 404 where this person sees none."""
    campaigns = Campaign.objects.visible_to(request.user)
    shown = campaigns.select_related("owner", "previous", "next", "locked_by", "closed_by")
    return shown.get_or_404(pk)


def form_page(request, template: str, context: dict):
    """The page of the form ``context["form"]``, with status 400 where it comes back with errors."""
    return render(request, template, context, status=status_of(context["form"]))


def saved(request, form, verb, **arguments) -> bool:
    """Whether ``verb`` was done with what a valid form says.

    A refusal becomes the form's own error, and what was typed stays.
    """
    if not form.is_valid():
        return False

    # The fields of each form are named as the arguments of its verb.
    with refusal_on(form):
        verb(by=request.user, **arguments, **form.cleaned_data)
    return not form.errors


def done(request, verb, **arguments) -> bool:
    """Whether ``verb`` was done where there is no form; a refusal is said on the page that
    follows.
    """
    with refusal_told(request):
        verb(by=request.user, **arguments)
        return True
    return False
