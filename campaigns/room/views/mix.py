"""The channel mix of a campaign as one table to fill in."""

from django.shortcuts import redirect, render

from campaigns.plan.actions import set_mix
from campaigns.plan.forms import MixFormSet
from campaigns.plan.models import Campaign, Channel, ChannelPlan
from campaigns.plan.views.pages import done, get_campaign
from campaigns.room.outcome import LastRound
from campaigns.room.views.mixing import mix_lines
from core.access import needs
from core.forms import posted


@needs("campaigns.edit")
def plan_edit(request, pk):
    """The mix as one table: every channel of the register, its share, cost and expected reach."""
    campaign = get_campaign(request, pk)
    plans = {plan.channel_id: plan for plan in campaign.channel_plans.all()}
    channels = planned_first(plans)
    stored = [initial_row(channel, plans.get(channel.pk)) for channel in channels]
    formset = MixFormSet(posted(request), initial=stored, prefix="mix")

    if mix_saved(request, campaign, formset):
        return redirect(f"{campaign.get_absolute_url()}?phase={Campaign.Phase.STRATEGY}")
    last = LastRound.of(campaign, request.user)
    context = {
        "campaign": campaign,
        "formset": formset,
        "lines": mix_lines(channels, formset, last),
        "last_round": last,
    }
    status = 200
    if formset.total_error_count():
        status = 400
    return render(request, "campaigns/room/plan_edit.html", context, status=status)


def planned_first(plans: dict[int, ChannelPlan]) -> list[Channel]:
    """All channels, those of ``plans`` (by channel id) before the others."""
    # False sorts before True, and sorting keeps the register's order within each of the two.
    return sorted(Channel.objects.all(), key=lambda channel: channel.pk not in plans)


def initial_row(channel: Channel, plan: ChannelPlan | None) -> dict:
    """What the form of one channel begins with: no share or cost where it is not planned."""
    if plan is None:
        return {"channel": channel.pk}
    return {
        "channel": channel.pk,
        "share": plan.share,
        # No separators: a browser's number field takes none.
        "planned_cost": f"{plan.planned_cost.normalize():f}",
        "expected_reach": plan.expected_reach,
    }


def mix_saved(request, campaign: Campaign, formset: MixFormSet) -> bool:
    """Whether a valid mix was stored; a refusal is said on the page, which keeps what was typed."""
    if not formset.is_valid():
        return False
    return done(request, set_mix, campaign=campaign, rows=formset.rows())
