"""How a campaign begins: empty, from a season, or as the next round of an earlier one."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone

from campaigns.experiments.actions import draft_next_round
from campaigns.plan.actions import create_campaign, create_from_season, update_campaign
from campaigns.plan.expected import expected_audiences
from campaigns.plan.forms import StartForm, YearField
from campaigns.plan.models import Campaign
from campaigns.plan.seasons import SEASONS
from campaigns.plan.views.pages import form_page
from core.access import needs
from core.forms import posted, refusal_on
from crm.receipts.views import once

#: The newest campaigns that are offered to be continued.
MOST_OFFERED = 50
YEAR = YearField()


@needs("campaigns.edit")
@once
def campaign_create(request):
    """Empty, from a season, or as the next round of an earlier campaign."""
    campaigns = Campaign.objects.visible_to(request.user)
    # A campaign has one next round, so what has one already is not offered.
    earlier = campaigns.filter(locked_at__isnull=False, next__isnull=True)
    form = StartForm(posted(request), earlier=earlier[:MOST_OFFERED])

    if form.is_valid():
        with refusal_on(form):
            return redirect(begin(form, request.user))
    context = {"form": form, "expected": expected_audiences(year_asked(request), request.user)}
    return form_page(request, "campaigns/room/campaign_create.html", context)


@needs("campaigns.edit")
def season_audiences(request):
    """Whom the seasons would find in the year that stands in the form; a part of that page."""
    context = {"expected": expected_audiences(year_asked(request), request.user)}
    return render(request, "campaigns/room/_seasons.html", context)


def year_asked(request) -> int:
    """The year that was typed, in the form or in the address, or this one where it is none that a
    campaign can be for.
    """
    typed = request.POST.get("year") or request.GET.get("year", "")
    try:
        return YEAR.clean(typed)
    except ValidationError:
        return timezone.localdate().year


def begin(form: StartForm, by) -> Campaign:
    """Make the campaign a valid ``StartForm`` asks for: of a season, the next round of an earlier
    one, or an empty one. A title that was typed takes the place of the draft's own.
    """
    start = form.cleaned_data["start"]
    title = form.cleaned_data["title"]
    if start in SEASONS:
        year = form.cleaned_data["year"]
        return create_from_season(season=start, year=year, title=title, by=by)
    if start not in form.earlier:
        return create_campaign(title=title, by=by)

    draft = draft_next_round(campaign=form.earlier[start], by=by)
    if title:
        return update_campaign(campaign=draft, by=by, title=title)
    return draft
