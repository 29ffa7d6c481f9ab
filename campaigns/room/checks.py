"""The checks of a phase as the room's page shows them: facts, words, and where each is mended."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy

from campaigns.plan import gates
from campaigns.plan.gates import GateCheck
from campaigns.plan.models import Campaign
from campaigns.plan.words import check_in_words
from core.localised import labelled

Phase = Campaign.Phase
#: What the dot of a check says to who does not see it.
DOTS = {
    "ok": gettext_lazy("done"),
    "wait": gettext_lazy("advice"),
    "block": gettext_lazy("blocks"),
}


@dataclass(frozen=True)
class ShownCheck:
    """``short`` fits a chip; ``url`` is the page that mends it."""

    code: str
    ok: bool
    advice: bool
    label: str
    detail: str
    short: str
    url: str

    @property
    def dot(self) -> str:
        """How the dot beside it looks: "ok", "block", or "wait" for advice alone."""
        if self.ok:
            return "ok"
        if self.advice:
            return "wait"
        return "block"

    @property
    def state(self) -> str:
        """The same in a word."""
        return str(DOTS[self.dot])

    @property
    def colour(self) -> str:
        """Of the chip that says what is missing."""
        if self.advice:
            return "amber"
        return "red"

    @property
    def in_one_line(self) -> str:
        """Its name and what was found."""
        return labelled(self.label, self.detail)


def shown_checks(campaign: Campaign, checks: Iterable[GateCheck]) -> list[ShownCheck]:
    """``checks`` with words in the current language and links."""
    shown = []
    for check in checks:
        words = check_in_words(check)
        shown.append(
            ShownCheck(
                code=check.code,
                ok=check.ok,
                advice=check.advice,
                label=words.label,
                detail=words.detail,
                short=words.short,
                url=mending_url(campaign, check),
            )
        )
    return shown


#: The page of its own that mends a check.
PAGES: dict[type[GateCheck], str] = {
    gates.NeedsKnown: "match-list",
    gates.NeedsSourced: "match-list",
    gates.NeedsMatched: "match-list",
    gates.ElementsNeeded: "match-list",
    gates.AudienceChosen: "campaign-segments",
    gates.AudienceStands: "campaign-segments",
    gates.MixComplete: "plan-edit",
    gates.BudgetCovers: "campaign-edit",
    gates.PeriodGiven: "campaign-edit",
    gates.OutcomeNamed: "promise-edit",
    gates.NextTimeSaid: "campaign-close",
}
#: The phase and the part of the room's own page that mends a check.
PLACES: dict[type[GateCheck], tuple[Phase, str]] = {
    gates.AimsGiven: (Phase.STRATEGY, "aims"),
    gates.MailWritten: (Phase.TACTICS, "contents"),
    gates.ArmsWritten: (Phase.TACTICS, "arms"),
    gates.StandardsSet: (Phase.TACTICS, "standards"),
    gates.StandardsSourced: (Phase.TACTICS, "standards"),
    gates.MailLaunched: (Phase.TACTICS, "contents"),
    gates.CampaignEvaluated: (Phase.PERFORMANCE, "evaluation"),
}


def mending_url(campaign: Campaign, check: GateCheck) -> str:
    """Where a person goes to mend ``check``: a list, a page of its own, or a place of the room's
    page.
    """
    if isinstance(check, gates.ChannelsTracked):
        return f"{reverse('campaigns:link-list')}?campaign={campaign.pk}"
    # The purpose is written with the brief, goals and tasks on the room's page.
    if isinstance(check, gates.AimsGiven) and not check.has_purpose:
        return reverse("campaigns:campaign-edit", args=[campaign.pk])
    if type(check) in PAGES:
        return reverse(f"campaigns:{PAGES[type(check)]}", args=[campaign.pk])

    phase, part = PLACES[type(check)]
    return f"{campaign.get_absolute_url()}?phase={phase}#{part}"
