"""All campaigns: a board of the four phases, a list, and how a new one begins."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import redirect, render

from campaigns import actions, gates
from campaigns.forms.room import CampaignFilterForm, StartForm
from campaigns.models import Campaign
from campaigns.seasons import SEASONS
from crm.access import needs
from crm.models import Segment

#: Finished campaigns leave the board for the list.
ON_BOARD = 200


@needs("campaigns.view")
def campaign_list(request):
    """The board by phase; ``?view=list`` (or any filter) the list with everything, closed ones too."""
    form = CampaignFilterForm(request.GET)
    campaigns = Campaign.objects.visible_to(request.user).select_related("owner")
    segments = Prefetch("segments", Segment.objects.only("name", "size"))
    found = form.filter(campaigns, request.user, request.GET.get("sort", "")).prefetch_related(segments)
    as_list = request.GET.get("view") == "list"
    context = {"form": form, "as_list": as_list}
    if as_list:
        context["page"] = Paginator(found, 50).get_page(request.GET.get("page"))
    else:
        context["columns"] = columns(found)
    return render(request, "campaigns/campaign_list.html", context)


def columns(found) -> list[tuple[str, list[Campaign]]]:
    """[(phase label, its campaigns)] of the four phases."""
    rows = list(found.exclude(phase=Campaign.Phase.CLOSED)[:ON_BOARD])
    return [(phase.label, [row for row in rows if row.phase == phase]) for phase in gates.PHASES]


@needs("campaigns.edit")
def campaign_create(request):
    """Empty, from a season, or as the next round of an earlier campaign."""
    earlier = Campaign.objects.visible_to(request.user).filter(locked_at__isnull=False, next__isnull=True)[:50]
    form = StartForm(request.POST or None, earlier=earlier)
    if request.method == "POST" and form.is_valid():
        return redirect(begin(form, request.user))
    context = {"form": form, "seasons": SEASONS.values()}
    return render(request, "campaigns/campaign_create.html", context, status=400 if form.errors else 200)


def begin(form, by) -> Campaign:
    start, title, year = (form.cleaned_data[name] for name in ("start", "title", "year"))
    if start in SEASONS:
        return actions.create_from_season(season=start, year=year, title=title, by=by)
    if start in form.earlier:
        draft = actions.draft_from(campaign=form.earlier[start], by=by)
        return actions.update_campaign(campaign=draft, by=by, title=title) if title else draft
    return actions.create_campaign(title=title, by=by)
