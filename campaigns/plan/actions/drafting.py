"""The next round of a campaign: its plan copied, its results left behind."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.plan.actions.planning import create_campaign
from campaigns.plan.models import (
    Campaign,
    Channel,
    ChannelPlan,
    Element,
    Goal,
    Match,
    Need,
    Standard,
    Task,
)
from campaigns.plan.seasons import SEASONS, rule_of
from core.provenance import Provenance
from crm.segments.models import Segment
from crm.segments.refresh import refresh_segment
from crm.staff import audit
from crm.staff.models import User

COPIED = (
    "purpose",
    "theme",
    "tone",
    "sentiment",
    "season",
    "holdout_percent",
    "send_hour",
    "budget",
)


@transaction.atomic
def draft_from(*, campaign: Campaign, by: User) -> Campaign:
    """Copy the plan as the next round, ``previous`` pointing back; the one already drafted when
    there is one.

    Copied: brief, budget, segments, goals, tasks (undone), needs with their contents, channel mix,
    standards with the targets last in force. Not copied: period, contents, links, costs, moves.
    """
    # The row lock makes the second of two people wait, and then find the first one's draft.
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if existing := Campaign.objects.filter(previous=campaign).first():
        return existing
    draft = Campaign.objects.create(
        title=_next_title(campaign.title),
        owner=by,
        previous=campaign,
        provenance=Provenance.SYNTHETIC
        if campaign.provenance == Provenance.SYNTHETIC
        else Provenance.OWN,
        **{name: getattr(campaign, name) for name in COPIED},
    )
    draft.segments.set(campaign.segments.all())
    Goal.objects.bulk_create(Goal(campaign=draft, text=goal.text) for goal in campaign.goals.all())
    Task.objects.bulk_create(
        Task(campaign=draft, text=task.text, owner=task.owner) for task in campaign.tasks.all()
    )
    _copy_matches(campaign, draft)
    _copy(
        ChannelPlan,
        campaign.channel_plans.all(),
        draft,
        ("channel", "share", "planned_cost", "expected_reach"),
    )
    _copy(
        Standard,
        campaign.standards.all(),
        draft,
        ("metric", "direction", "target", "weight", "source"),
    )
    audit.record(action="campaign.draft", by=by, on=draft, previous=campaign.pk)
    return draft


@transaction.atomic
def create_from_season(*, season: str, year: int, by: User, title: str = "") -> Campaign:
    """A new campaign with a season's theme, tone, channels and readers of ``year``.

    KeyError: no such season.
    """
    template = SEASONS[season]
    words = {
        name: str(getattr(template, name)) for name in ("purpose", "theme", "tone", "sentiment")
    }
    campaign = create_campaign(
        title=title or f"{template.label} {year}",
        by=by,
        season=season,
        send_hour=template.send_hour,
        **words,
    )
    segment, created = Segment.objects.get_or_create(
        name=str(template.segment) % {"year": year},
        defaults={"rule": rule_of(season, year), "created_by": by},
    )
    if created:
        refresh_segment(segment)
    campaign.segments.add(segment)
    for channel in Channel.objects.filter(code__in=template.shares):
        ChannelPlan.objects.create(
            campaign=campaign, channel=channel, share=template.shares[channel.code]
        )
    return campaign


def _copy(model, rows, draft: Campaign, names: tuple[str, ...]) -> None:
    model.objects.bulk_create(
        model(campaign=draft, **{name: getattr(row, name) for name in names}) for row in rows
    )


def _copy_matches(campaign: Campaign, draft: Campaign) -> None:
    needs = {
        need.pk: Need.objects.create(
            campaign=draft, text=need.text, origin=need.origin, source=need.source
        )
        for need in campaign.needs.all()
    }
    elements = {
        element.pk: Element.objects.create(
            campaign=draft, text=element.text, resource=element.resource
        )
        for element in campaign.elements.all()
    }
    Match.objects.bulk_create(
        Match(
            need=needs[m.need_id],
            element=elements[m.element_id],
            strength=m.strength,
            reason=m.reason,
        )
        for m in Match.objects.filter(need__campaign=campaign)
    )


def _next_title(title: str) -> str:
    return _("%(title)s, next round") % {"title": title[:100]}
