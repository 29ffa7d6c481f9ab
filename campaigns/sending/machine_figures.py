"""How many clicks of a campaign are in no figure, and why: of one viewer's readers, or of all."""

from dataclasses import dataclass

from django.db.models import Count as CountRows
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.links.models import LeftOut
from campaigns.plan.models import Campaign
from campaigns.sending.machine_rules import in_words
from campaigns.sending.models import Click, LinkLook
from core.disclosure import Count


@dataclass(frozen=True)
class RuleFigure:
    """One rule with the clicks it left out."""

    name: str
    when: str
    clicks: Count


@dataclass(frozen=True)
class MachineFigures:
    """``looks``: requests that followed nothing. ``unjudged``: clicks of before there were rules,
    which count as they did.
    """

    by_rule: list[RuleFigure]
    looks: Count
    unjudged: Count

    @property
    def unjudged_in_words(self) -> str:
        """How many clicks are older than the rules; a few where their number may not be told."""
        sentence = ngettext(
            "%(n)s click is older than the rules. It counts as before.",
            "%(n)s clicks are older than the rules. They count as before.",
            self.unjudged.plural,
        )
        few = _("A few clicks are older than the rules. They count as before.")
        return self.unjudged.in_words(sentence, withheld=few)


def figures_of(campaign: Campaign, viewer) -> MachineFigures:
    """What each rule left out of a campaign, the looks, and the clicks nobody judged; of one
    campus's readers for its staff.

    A click is often one person's: few of them are told as little as few persons are.
    """
    own = Q()
    if viewer.campus_id:
        own = Q(delivery__reader__campus=viewer.campus_id)
    clicks = Click.objects.filter(own, link__campaign=campaign).order_by()
    counted = dict(clicks.values_list("left_out").annotate(n=CountRows("pk")))
    by_rule = []
    for rule in in_words():
        n = counted.get(rule.code, 0)
        # How often persons came again would tell of them; that machines came tells of none.
        if rule.code != LeftOut.AGAIN:
            by_rule.append(RuleFigure(rule.name, rule.when, Count.of(n)))
    looks = LinkLook.objects.filter(own, delivery__content__campaign=campaign)
    return MachineFigures(
        by_rule=by_rule,
        looks=Count.of(looks.count()),
        unjudged=Count.of(clicks.filter(rules=0).count()),
    )
