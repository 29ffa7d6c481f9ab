"""What each channel brought by a campaign's last report, for the plan of the campaign that follows.

The room of a plan asks by the setting LAST_ROUND_BY: it stands below this room. So a draft prints
the figure of the report and none of its own.
"""

from analytics.loop.models import Evaluation
from analytics.loop.named.parts import PER_COST
from analytics.loop.stored_readings import readings_of
from campaigns.plan.models import Campaign
from core.disclosure import Missing
from core.measures import NamedFigure, NamedMeasure


def channels_of_last_round(
    campaign: Campaign, viewer
) -> tuple[NamedMeasure, dict[str, NamedFigure], Missing]:
    """(what is told, {code of the channel: responses for its effort}, why of all others) by the
    last evaluation of the campaign before.

    Of a channel that is in no evaluation nothing was measured; who may not see evaluations is told
    of none. One statement, none for a first round.
    """
    if not campaign.previous_id:
        return PER_COST, {}, Missing.NOT_MEASURED
    if viewer.campus_id or not viewer.can("insight.view"):
        return PER_COST, {}, Missing.WITHHELD
    last = _last_of(campaign.previous_id, viewer)
    if last is None:
        return PER_COST, {}, Missing.NOT_MEASURED

    readings = readings_of(last, viewer)
    told = {}
    for channel in readings.results.channels:
        told[channel.channel] = readings.per_effort(channel)
    return readings.effort, told, Missing.NOT_MEASURED


def _last_of(campaign_id: int, viewer) -> Evaluation | None:
    """The newest evaluation of a campaign without its inputs; None where there is none."""
    seen = Evaluation.objects.visible_to(viewer).filter(campaign=campaign_id)
    return seen.defer("inputs").select_related("campaign").order_by("-number").first()
