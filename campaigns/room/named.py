"""What a campaign has brought and cost so far, by name (core/measures.py).

The report's figures are of the campaign's period and stay as they were read; these move until
nobody follows a link or books a cost any more, so they have names of their own.
"""

from django.utils.translation import gettext_lazy as _

from core.measures import NamedMeasure, Unit, Window
from core.numbers import money

MAILED = NamedMeasure(
    key="room.mailed",
    label=_("Mails sent so far, in tens"),
    counted=_("mails of the channel that were sent, to the nearest ten"),
    unit=Unit.MAILS,
    window=Window.SO_FAR,
    source="campaigns_delivery.state",
    rows=_("who was mailed, from each mail's page"),
)
FOLLOWED = NamedMeasure(
    key="room.followed",
    label=_("Links followed so far"),
    counted=_(
        "mails of which a link was followed, and followings of links on posters, posts and stalls,"
        " without clicks of machines"
    ),
    unit=Unit.RESPONSES,
    window=Window.SO_FAR,
    source="campaigns_delivery.clicked_at, campaigns_trackedlink.clicks",
    rows=_("the campaign's links"),
)
BOOKED = NamedMeasure(
    key="room.booked",
    label=_("Cash booked so far"),
    counted=_("cash booked on the channel, without hours and gifts in kind"),
    unit=Unit.CNY,
    window=Window.SO_FAR,
    source="campaigns_cost.amount",
    rows=_("the costs of the campaign"),
    printed=money,
)
SPENT = NamedMeasure(
    key="room.spent",
    label=_("Cash spent so far"),
    counted=_("cash booked on the campaign, on channels and on none"),
    unit=Unit.CNY,
    window=Window.SO_FAR,
    source="campaigns_cost.amount",
    rows=_("the costs of the campaign"),
    printed=money,
)
MEASURES = [MAILED, FOLLOWED, BOOKED, SPENT]
