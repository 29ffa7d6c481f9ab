"""The figures of a campaign's parts: channels, segments, hours. They count mails.

A reader who was sent three mails is one reader reached and three mails; so nothing here is called a
number of readers.
"""

from django.utils.translation import gettext_lazy as _

from analytics.loop import printing
from core.levels import ESTIMATE_LEVEL, JUDGED_FROM, SHOWN_FROM
from core.measures import CountedIn, CountedOver, NamedMeasure
from core.numbers import money, percent

DELIVERIES = "campaigns.Delivery, campaigns.Click, feedback.Response, feedback.Submission"

CHANNEL_SENT = NamedMeasure(
    key="channel.sent",
    label=_("Mails sent by the evaluation"),
    counted=_("mails of the channel that were sent"),
    unit=CountedIn.MAILS,
    window=CountedOver.PERIOD,
    source="campaigns.Delivery",
    rows=_("the mails of the channel"),
)
CHANNEL_RESPONSES = NamedMeasure(
    key="channel.responses",
    label=_("Responses"),
    counted=_(
        "of mails those whose reader followed a link, answered or sent a work; of open channels"
        " followings of their links"
    ),
    unit=CountedIn.RESPONSES,
    window=CountedOver.PERIOD,
    source=f"{DELIVERIES}, campaigns.TrackedLink",
    rows=_("the mails of the channel, or its links"),
)
CHANNEL_OBTAINED = NamedMeasure(
    key="channel.obtained",
    label=_("Share of responses"),
    counted=_("responses of the channel ÷ responses of all channels that are told"),
    unit=CountedIn.PERCENT,
    window=CountedOver.PERIOD,
    source=f"{DELIVERIES}, campaigns.TrackedLink",
    rows=_("the mails of the channel, or its links"),
    printed=lambda share: percent(share, 0),
)
CHANNEL_RESPONSE = NamedMeasure(
    key="channel.response",
    label=_("Share of the channel's mails that brought a response"),
    counted=_("mails of the channel whose reader responded ÷ mails sent"),
    unit=CountedIn.PERCENT,
    window=CountedOver.PERIOD,
    source=DELIVERIES,
    rows=_("the mails of the channel"),
    printed=percent,
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
)
CHANNEL_BOOKED = NamedMeasure(
    key="channel.booked",
    label=_("Booked on the channel"),
    counted=_("what was booked on the channel and on nothing else; hours at the library's rate"),
    unit=CountedIn.CNY,
    window=CountedOver.PERIOD,
    source="campaigns.Cost",
    rows=_("the costs of the campaign"),
    printed=money,
)
CHANNEL_COST = NamedMeasure(
    key="channel.cost",
    label=_("Cost"),
    counted=_(
        "what was booked on the channel, and its planned share of what was booked on none; hours at"
        " the library's rate"
    ),
    unit=CountedIn.CNY,
    window=CountedOver.PERIOD,
    source="campaigns.Cost",
    rows=_("the costs of the campaign"),
    printed=money,
)
CHANNEL_PLANNED_COST = NamedMeasure(
    key="channel.planned_cost",
    label=_("Planned cost, nothing was booked"),
    counted=_("what the channel was planned to cost, since no cost of the campaign was booked"),
    unit=CountedIn.CNY,
    window=CountedOver.PERIOD,
    source="campaigns.ChannelPlan.planned_cost",
    rows=_("the channel mix"),
    printed=money,
)
PER_COST = NamedMeasure(
    key="channel.per_cost",
    label=_("Responses per ¥100"),
    counted=_("responses of the channel ÷ its cost in hundreds of yuan"),
    unit=CountedIn.PER_HUNDRED_CNY,
    window=CountedOver.PERIOD,
    source=f"{DELIVERIES}, campaigns.TrackedLink, campaigns.Cost",
    rows=_("the mails of the channel, or its links"),
    printed=printing.per_effort,
    level=ESTIMATE_LEVEL,
)
PER_PLANNED_COST = NamedMeasure(
    key="channel.per_planned_cost",
    label=_("Responses per ¥100 planned"),
    counted=_("responses of the channel ÷ its planned cost in hundreds of yuan"),
    unit=CountedIn.PER_HUNDRED_CNY,
    window=CountedOver.PERIOD,
    source=f"{DELIVERIES}, campaigns.TrackedLink, campaigns.ChannelPlan.planned_cost",
    rows=_("the mails of the channel, or its links"),
    printed=printing.per_effort,
    level=ESTIMATE_LEVEL,
)
PER_SHARE = NamedMeasure(
    key="channel.per_share",
    label=_("Responses per 1,000 readers and one percent of the plan"),
    counted=_("responses of the channel ÷ its share in percent × thousands of readers addressed"),
    unit=CountedIn.PER_SHARE,
    window=CountedOver.PERIOD,
    source=f"{DELIVERIES}, campaigns.TrackedLink, campaigns.ChannelPlan.share",
    rows=_("the mails of the channel, or its links"),
    printed=printing.per_effort,
    level=ESTIMATE_LEVEL,
)
SEGMENT_RESPONSE = NamedMeasure(
    key="segment.response",
    label=_("Share of mails to the segment that brought a response"),
    counted=_("mails to readers of the segment whose reader responded ÷ mails sent to them"),
    unit=CountedIn.PERCENT,
    window=CountedOver.PERIOD,
    source=DELIVERIES,
    rows=_("the mails to the segment"),
    printed=percent,
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
)
SEGMENT_GAP = NamedMeasure(
    key="segment.gap",
    label=_("Difference in response to the other mails"),
    counted=_("share of mails to the segment that brought a response − that of all other mails"),
    unit=CountedIn.POINTS,
    window=CountedOver.PERIOD,
    source=DELIVERIES,
    rows=_("the mails to the segment"),
    printed=printing.gap,
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
)
CELL_RESPONSE = NamedMeasure(
    key="cell.response",
    label=_("Response by channel and segment"),
    counted=_("mails of one channel to one segment whose reader responded ÷ mails sent"),
    unit=CountedIn.PERCENT,
    window=CountedOver.PERIOD,
    source=DELIVERIES,
    rows=_("the mails of the channel to the segment"),
    printed=percent,
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
)
HOUR_RESPONSE = NamedMeasure(
    key="hour.response",
    label=_("Share of mails of this hour that brought a response"),
    counted=_("mails sent in this hour whose reader responded ÷ mails sent in it"),
    unit=CountedIn.PERCENT,
    window=CountedOver.PERIOD,
    source=DELIVERIES,
    rows=_("the mails of the hour"),
    printed=percent,
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
)
HOUR_GAP = NamedMeasure(
    key="hour.gap",
    label=_("Difference in response to the planned hour"),
    counted=_("share of mails of this hour that brought a response − that of the planned hour"),
    unit=CountedIn.POINTS,
    window=CountedOver.PERIOD,
    source=DELIVERIES,
    rows=_("the mails of the hour"),
    printed=printing.gap,
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
)
MEASURES = [
    CHANNEL_SENT,
    CHANNEL_RESPONSES,
    CHANNEL_OBTAINED,
    CHANNEL_RESPONSE,
    CHANNEL_BOOKED,
    CHANNEL_COST,
    CHANNEL_PLANNED_COST,
    PER_COST,
    PER_PLANNED_COST,
    PER_SHARE,
    SEGMENT_RESPONSE,
    SEGMENT_GAP,
    CELL_RESPONSE,
    HOUR_RESPONSE,
    HOUR_GAP,
]
