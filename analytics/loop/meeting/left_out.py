"""What machines and repeated visits fetched: it is in no figure, and stands beside them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.links.models import LeftOut
from campaigns.plan.models import Campaign
from campaigns.sending.models import Click
from core.numbers import number


@dataclass(frozen=True)
class LeftOutClicks:
    """How often, and from how many places: followings of links, which are no persons."""

    by_machine: int
    again: int


def left_out_of(campaign: Campaign, until: datetime) -> LeftOutClicks:
    """Followings of the campaign's links that no figure counts, up to a moment. One query.

    A reader who follows a mail's link again is known and is not told of; at a poster nobody is.
    """
    clicks = Click.objects.filter(link__campaign=campaign, at__lte=until)
    of_no_mail = Q(left_out=LeftOut.AGAIN, link__content=None)
    counted = clicks.aggregate(
        by_machine=Count("pk", filter=Q(left_out__in=LeftOut.machines())),
        again=Count("pk", filter=of_no_mail),
    )
    return LeftOutClicks(counted["by_machine"], counted["again"])


def left_out_said(clicks: LeftOutClicks) -> list[str]:
    """In sentences; empty where nothing was left out."""
    said = []
    if clicks.by_machine:
        said.append(
            ngettext(
                "Left out: machines followed a link once.",
                "Left out: machines followed links %(n)s times.",
                clicks.by_machine,
            )
            % {"n": number(clicks.by_machine)}
        )
    if clicks.again:
        said.append(
            ngettext(
                "Left out: a link was followed once more from a device that had been there that"
                " day.",
                "Left out: links were followed %(n)s times more from devices that had been there"
                " that day.",
                clicks.again,
            )
            % {"n": number(clicks.again)}
        )
    if not said:
        said.append(_("Nothing was left out: no following came from a machine, and none again."))
    return said
