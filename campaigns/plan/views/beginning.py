"""How a campaign begins: empty, from a season, or as the next round of an earlier one."""

from django.shortcuts import redirect

from campaigns.plan.actions import create_campaign, create_from_season, draft_from, update_campaign
from campaigns.plan.forms import StartForm
from campaigns.plan.models import Campaign
from campaigns.plan.seasons import SEASONS
from campaigns.plan.views.pages import form_page
from core.access import needs
from core.forms import posted
from crm.receipts.views import once

#: The newest campaigns that are offered to be continued.
MOST_OFFERED = 50


@needs("campaigns.edit")
@once
def campaign_create(request):
    """Empty, from a season, or as the next round of an earlier campaign."""
    campaigns = Campaign.objects.visible_to(request.user)
    # A campaign has one next round, so what has one already is not offered.
    earlier = campaigns.filter(locked_at__isnull=False, next__isnull=True)
    form = StartForm(posted(request), earlier=earlier[:MOST_OFFERED])

    if form.is_valid():
        return redirect(begin(form, request.user))
    context = {"form": form, "seasons": SEASONS.values()}
    return form_page(request, "campaigns/plan/campaign_create.html", context)


def begin(form: StartForm, by) -> Campaign:
    """Make the campaign a valid ``StartForm`` asks for."""
    start = form.cleaned_data["start"]
    title = form.cleaned_data["title"]
    if start in SEASONS:
        year = form.cleaned_data["year"]
        return create_from_season(season=start, year=year, title=title, by=by)
    if start not in form.earlier:
        return create_campaign(title=title, by=by)

    draft = draft_from(campaign=form.earlier[start], by=by)
    if title:
        return update_campaign(campaign=draft, by=by, title=title)
    return draft
