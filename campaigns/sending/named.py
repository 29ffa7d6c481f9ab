"""The figures of a mailing by their names (core/measures.py)."""

from django.utils.translation import gettext_lazy as _

from core.levels import SHOWN_FROM
from core.measures import CountedIn, CountedOver, NamedMeasure
from core.numbers import percent

IN_STATE = NamedMeasure(
    key="sending.in_state",
    label=_("Mails by their state"),
    counted=_("mails of one content that are in a state just now"),
    unit=CountedIn.MAILS,
    window=CountedOver.SO_FAR,
    source="campaigns.Delivery.state",
    rows=_("who was mailed, by state"),
)
FOLLOWED = NamedMeasure(
    key="sending.followed",
    label=_("Followed a link so far"),
    counted=_("mails of one content of which a link was followed, without clicks of machines"),
    unit=CountedIn.MAILS,
    window=CountedOver.SO_FAR,
    source="campaigns.Delivery.clicked_at",
    rows=_("who was mailed, those who followed a link"),
)
FOLLOWED_SHARE = NamedMeasure(
    key="sending.followed_share",
    label=_("Share that followed a link so far"),
    counted=_("mails of which a link was followed ÷ mails sent"),
    unit=CountedIn.PERCENT,
    window=CountedOver.SO_FAR,
    source="campaigns.Delivery.clicked_at",
    rows=_("who was mailed, those who followed a link"),
    printed=percent,
    least=SHOWN_FROM,
)
MEASURES = [IN_STATE, FOLLOWED, FOLLOWED_SHARE]
