"""The next round of a campaign: its plan copied, its results left behind."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.plan.actions.planning import create_campaign
from campaigns.plan.locks import refuse_next_of_stopped
from campaigns.plan.models import Campaign, Channel, ChannelPlan, Element, Match, Need
from campaigns.plan.seasons import SEASONS, rule_of, segment_name
from core.provenance import Provenance
from crm.segments.models import Segment
from crm.segments.refresh import refresh_segment
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: What the next round takes over; a period, contents, costs and moves belong to one round alone.
COPIED = (
    "purpose",
    "theme",
    "tone",
    "sentiment",
    "season",
    "collection",
    "holdout_percent",
    "send_hour",
    "budget",
)
#: Signs of the earlier title that the next round's keeps.
LONGEST_OLD_TITLE = 100
PLAN_FIELDS = ("channel_id", "share", "planned_cost", "expected_reach")
STANDARD_FIELDS = ("metric", "direction", "target", "weight", "source")


@transaction.atomic
def draft_from(*, campaign: Campaign, by: User) -> Campaign:
    """Copy the plan as the next round, ``previous`` pointing back; the one already drafted when
    there is one.

    Copied: brief, budget, segments, goals, tasks (undone), needs with their contents, channel mix,
    standards with the targets last in force. Not copied: period, contents, links, costs, moves.
    Refused where it was decided to stop.
    """
    # The row lock makes the second of two people wait, and then find the first one's draft.
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    existing = Campaign.objects.filter(previous=campaign).first()
    if existing:
        return existing
    refuse_next_of_stopped(campaign)

    draft = Campaign(
        title=_next_title(campaign.title),
        owner=by,
        previous=campaign,
        provenance=_provenance_after(campaign),
    )
    for name in COPIED:
        setattr(draft, name, getattr(campaign, name))
    draft.save()

    draft.segments.set(campaign.segments.all())
    _copy(campaign.goals, draft, ("text",))
    _copy(campaign.tasks, draft, ("text", "owner"))
    _copy_matches(campaign, draft)
    _copy(campaign.channel_plans, draft, PLAN_FIELDS)
    _copy(campaign.standards, draft, STANDARD_FIELDS)
    audit.record(action=AuditAction.CAMPAIGN_DRAFT, by=by, on=draft, previous=campaign.pk)
    return draft


@transaction.atomic
def create_from_season(*, season: str, year: int, by: User, title: str = "") -> Campaign:
    """A new campaign with a season's theme, tone, channels and readers of ``year``.

    KeyError: no such season.
    """
    template = SEASONS[season]
    campaign = create_campaign(
        title=title or f"{template.label} {year}",
        by=by,
        season=season,
        send_hour=template.send_hour,
        purpose=str(template.purpose),
        theme=str(template.theme),
        tone=str(template.tone),
        sentiment=str(template.sentiment),
    )

    segment, created = Segment.objects.get_or_create(
        name=segment_name(season, year),
        defaults={"rule": rule_of(season, year), "created_by": by},
    )
    # A segment of this name from an earlier plan may have been changed since; it stays as it is.
    if created:
        refresh_segment(segment)
    campaign.segments.add(segment)

    # A library may have taken a channel out of its register; its share is then left to be planned.
    for channel in Channel.objects.filter(code__in=template.shares):
        ChannelPlan.objects.create(
            campaign=campaign, channel=channel, share=template.shares[channel.code]
        )
    return campaign


def _provenance_after(campaign: Campaign) -> str:
    """A synthetic campaign stays synthetic; of the published case a library makes its own."""
    if campaign.provenance == Provenance.SYNTHETIC:
        return Provenance.SYNTHETIC
    return Provenance.OWN


def _copy(rows, draft: Campaign, names: tuple[str, ...]) -> None:
    """Copy the fields ``names`` of the rows of a relation (``campaign.goals``) to the draft."""
    copies = []
    for row in rows.all():
        copy = rows.model(campaign=draft)
        for name in names:
            setattr(copy, name, getattr(row, name))
        copies.append(copy)
    rows.model.objects.bulk_create(copies)


def _copy_matches(campaign: Campaign, draft: Campaign) -> None:
    """Copy needs, contents and which answers which."""
    needs = {}
    for need in campaign.needs.all():
        needs[need.pk] = Need.objects.create(
            campaign=draft, text=need.text, origin=need.origin, source=need.source
        )

    elements = {}
    for element in campaign.elements.all():
        elements[element.pk] = Element.objects.create(
            campaign=draft, text=element.text, resource=element.resource
        )

    # A match joins two copies, so both must have their new numbers by now.
    matches = []
    for match in Match.objects.filter(need__campaign=campaign):
        copy = Match(
            need=needs[match.need_id],
            element=elements[match.element_id],
            strength=match.strength,
            reason=match.reason,
        )
        matches.append(copy)
    Match.objects.bulk_create(matches)


def _next_title(title: str) -> str:
    """The title of the campaign after the one with this title, in the present language."""
    # A title has 120 signs; the words behind it must fit in every language.
    return _("%(title)s, next round") % {"title": title[:LONGEST_OLD_TITLE]}
