"""What a campaign has brought and cost so far, by name (core/measures.py).

The report's figures are of the campaign's period and stay as they were read; these move until
nobody follows a link or books a cost any more, so they have names of their own.
"""

from django.utils.translation import gettext_lazy as _

from core.measures import CountedIn, CountedOver, NamedMeasure
from core.numbers import money

MAILED = NamedMeasure(
    key="room.mailed",
    label=_("Mails sent so far, in tens"),
    counted=_("mails of the channel that were sent, to the nearest ten"),
    unit=CountedIn.MAILS,
    window=CountedOver.SO_FAR,
    source="campaigns.Delivery.state",
    rows=_("who was mailed, from each mail's page"),
)
FOLLOWED = NamedMeasure(
    key="room.followed",
    label=_("Links followed so far"),
    counted=_(
        "mails of which a link was followed, and followings of links on posters, posts and stalls,"
        " without clicks of machines"
    ),
    unit=CountedIn.RESPONSES,
    window=CountedOver.SO_FAR,
    source="campaigns.Delivery.clicked_at, campaigns.TrackedLink.clicks",
    rows=_("the campaign's links"),
)
BOOKED = NamedMeasure(
    key="room.booked",
    label=_("Cash booked so far"),
    counted=_("cash booked on the channel, without hours and gifts in kind"),
    unit=CountedIn.CNY,
    window=CountedOver.SO_FAR,
    source="campaigns.Cost.amount",
    rows=_("the costs of the campaign"),
    printed=money,
)
SPENT = NamedMeasure(
    key="room.spent",
    label=_("Cash spent so far"),
    counted=_("cash booked on the campaign, on channels and on none"),
    unit=CountedIn.CNY,
    window=CountedOver.SO_FAR,
    source="campaigns.Cost.amount",
    rows=_("the costs of the campaign"),
    printed=money,
)
MEASURES = [MAILED, FOLLOWED, BOOKED, SPENT]
