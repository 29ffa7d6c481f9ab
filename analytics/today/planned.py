"""What the library itself plans: proposals to decide, campaigns to bring on their way.

Each kind takes two statements, over the rows that this person may see.
"""

from functools import partial

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import pgettext

from analytics.loop.models import Adjustment
from analytics.loop.seconds import not_asked_by
from analytics.loop.words import promised_in_words
from analytics.today import time_left, words
from analytics.today.items import DeskClock, DeskItem, Left, Lot, end_of
from analytics.today.lots import due_on_a_day, lot_of, without_term
from campaigns.plan.models import Campaign

#: Phases before a campaign goes live.
PLANNED = (Campaign.Phase.PREPARE, Campaign.Phase.STRATEGY, Campaign.Phase.TACTICS)


def proposals(user, clock: DeskClock) -> Lot:
    """Proposals that this person may decide; none for whoever may not."""
    if not user.can("decisions.make"):
        return Lot()
    url = all_proposals()
    line = partial(proposal_item, clock=clock)
    return lot_of(open_proposals(user), line, due_on_a_day, clock, kind="proposals", url=url)


def all_proposals() -> str:
    """Where all proposals stand that wait."""
    return f"{reverse('analytics:decision-list')}?state={Adjustment.State.PROPOSED}"


def open_proposals(user) -> QuerySet[Adjustment]:
    """Proposals that wait, the most urgent first."""
    rows = with_due(not_asked_by(Adjustment.objects.visible_to(user).waiting(), user))
    return rows.order_by(F("due").asc(nulls_last=True), "evaluation__computed_at", "pk")


def with_due(rows: QuerySet[Adjustment]) -> QuerySet[Adjustment]:
    """Proposals with their campaigns and with ``due``: the day on which the next plan begins that
    they would enter; None where there is none that is not live.
    """
    next_plan = Campaign.objects.filter(
        previous=OuterRef("evaluation__campaign"), locked_at__isnull=True
    )
    # Inputs of an evaluation are large; its results say how coarsely a promise is told.
    light = rows.select_related("evaluation__campaign").defer("evaluation__inputs")
    return light.annotate(due=Subquery(next_plan.values("starts_on")[:1]))


def proposal_item(adjustment: Adjustment, clock: DeskClock) -> DeskItem:
    """A proposal as the sentence that would be decided; needs ``due``."""
    campaign = adjustment.evaluation.campaign
    return DeskItem(
        key=f"proposal-{adjustment.pk}",
        kinds=(pgettext("a line", "Decision"),),
        text=words.proposal(adjustment),
        left=proposal_left(adjustment, clock),
        url=reverse("analytics:today-proposal", args=[adjustment.pk]),
        action=pgettext("a line", "Decide"),
        details=(
            promised_in_words(adjustment),
            words.rests_on(adjustment.persons),
            words.enters(campaign, adjustment.due),
        ),
        in_place=True,
    )


def proposal_left(adjustment: Adjustment, clock: DeskClock) -> Left:
    """Until the next plan begins; since when it waits where no next plan has a first day."""
    if adjustment.due is None:
        return time_left.waiting_since(adjustment.evaluation.computed_at, clock)
    return time_left.until_day(adjustment.due, clock)


def campaigns(user, clock: DeskClock) -> Lot:
    """Campaigns that are not live yet, by their first day."""
    rows = Campaign.objects.visible_to(user).filter(phase__in=PLANNED).annotate(due=F("starts_on"))
    rows = rows.order_by(F("due").asc(nulls_last=True), "created_at", "pk")
    url = reverse("campaigns:campaign-list")
    return lot_of(
        rows, partial(campaign_item, clock=clock), due_on_a_day, clock, kind="campaigns", url=url
    )


def campaign_item(campaign: Campaign, clock: DeskClock) -> DeskItem:
    """A campaign that is planned; needs ``due``."""
    left = time_left.waiting_since(campaign.created_at, clock)
    if campaign.due is not None:
        left = time_left.until_day(campaign.due, clock)
    details = (campaign.purpose,) if campaign.purpose else ()
    return DeskItem(
        key=f"campaign-{campaign.pk}",
        kinds=(pgettext("a line", "Campaign"), campaign.get_phase_display()),
        text=words.planned(campaign),
        left=left,
        url=campaign.get_absolute_url(),
        action=pgettext("a campaign", "Go on"),
        details=details,
    )


def unevaluated(user, clock: DeskClock) -> Lot:
    """Campaigns that have ended and were never evaluated, the oldest first."""
    ended = Campaign.objects.visible_to(user).ended(clock.today)
    rows = ended.filter(evaluations=None).order_by("ends_on", "pk")
    url = reverse("campaigns:campaign-list")
    return lot_of(
        rows, partial(ended_item, clock=clock), without_term, clock, kind="ended", url=url
    )


def ended_item(campaign: Campaign, clock: DeskClock) -> DeskItem:
    """A campaign whose last day is over."""
    return DeskItem(
        key=f"campaign-{campaign.pk}",
        kinds=(pgettext("a line", "Campaign"), pgettext("a line", "Evaluation")),
        text=words.unevaluated(campaign),
        left=time_left.waiting_since(end_of(campaign.ends_on), clock),
        url=campaign.get_absolute_url(),
        action=pgettext("a line", "Look"),
    )
