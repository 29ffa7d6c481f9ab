"""Verbs of a plan.

Each locks the campaign's row first, so that a change and a go-live cannot pass each other.
"""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.plan.locks import hold_open, hold_plan
from campaigns.plan.mix import MixRow
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
from campaigns.plan.queries import budget_is_approved
from core.refusals import Refused
from crm.segments.models import Segment
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: What ``update_campaign`` may set; phase, locks and owner have verbs of their own or none.
FIELDS = {
    "title",
    "purpose",
    "theme",
    "tone",
    "sentiment",
    "season",
    "holdout_percent",
    "send_hour",
    "budget",
    "starts_on",
    "ends_on",
}
#: A row of a plan that is added and removed as a whole.
PlanPart = Goal | Task | Need | Element | Match | Standard


@transaction.atomic
def create_campaign(*, title: str, by: User, **fields) -> Campaign:
    """A new campaign in phase prepare, owned by ``by``."""
    _refuse_unknown(fields)
    campaign = Campaign.objects.create(title=title, owner=by, **fields)
    audit.record(action=AuditAction.CAMPAIGN_CREATE, by=by, on=campaign)
    return campaign


@transaction.atomic
def update_campaign(*, campaign: Campaign, by: User, **fields) -> Campaign:
    """Set plan fields.

    Once strategy is left or money is booked, the budget takes ``change_budget`` instead.
    """
    _refuse_unknown(fields)
    held = hold_plan(campaign)
    changed = [name for name, value in fields.items() if getattr(held, name) != value]
    if not changed:
        return held
    if "budget" in changed and budget_is_approved(held):
        raise Refused(_("The budget has been approved; a change needs a manager and a reason."))

    for name in changed:
        setattr(held, name, fields[name])
    held.save(update_fields=changed)
    audit.record(action=AuditAction.CAMPAIGN_UPDATE, by=by, on=held, fields=sorted(changed))
    return held


# --- parts of the plan ----------------------------------------------------------------------------
@transaction.atomic
def add_goal(*, campaign: Campaign, text: str, by: User) -> Goal:
    return _add(Goal(campaign=hold_plan(campaign), text=text), by)


@transaction.atomic
def add_task(*, campaign: Campaign, text: str, by: User, owner: str = "") -> Task:
    """Tasks may still be added while the campaign runs."""
    return _add(Task(campaign=hold_open(campaign), text=text, owner=owner), by)


@transaction.atomic
def add_need(
    *,
    campaign: Campaign,
    text: str,
    by: User,
    origin: str = Need.Origin.OTHER,
    source: str = "",
    answer: str = "",
) -> Need:
    """Write down a need.

    ``answer`` also writes down the cultural content that answers it and matches the two.
    """
    need = _add(Need(campaign=hold_plan(campaign), text=text, origin=origin, source=source), by)
    if answer:
        element, _created = Element.objects.get_or_create(campaign=campaign, text=answer)
        _add(Match(need=need, element=element), by)
    return need


@transaction.atomic
def add_element(*, campaign: Campaign, text: str, by: User, resource: str = "") -> Element:
    return _add(Element(campaign=hold_plan(campaign), text=text, resource=resource), by)


@transaction.atomic
def set_match(
    *,
    campaign: Campaign,
    need: Need,
    element: Element,
    by: User,
    strength: int = Match.Strength.FAIR,
    reason: str = "",
) -> Match:
    """Say that ``element`` answers ``need``; saying it again changes strength and reason."""
    held = hold_plan(campaign)
    if {need.campaign_id, element.campaign_id} != {held.pk}:
        raise Refused(_("Need and content belong to different campaigns."))
    match, _created = Match.objects.update_or_create(
        need=need, element=element, defaults={"strength": strength, "reason": reason}
    )
    audit.record(
        action=AuditAction.CAMPAIGN_MATCH,
        by=by,
        on=held,
        need=need.pk,
        element=element.pk,
        strength=strength,
    )
    return match


@transaction.atomic
def remove_part(*, part: PlanPart, by: User) -> None:
    """Take a part out of an open plan."""
    held = hold_plan(part.campaign)
    kind = part._meta.model_name
    audit.record(action=AuditAction.CAMPAIGN_REMOVE, by=by, on=held, kind=kind, part=part.pk)
    part.delete()


@transaction.atomic
def set_task_done(*, task: Task, done: bool, by: User) -> None:
    held = hold_open(task.campaign)
    Task.objects.filter(pk=task.pk).update(done=done)
    audit.record(action=AuditAction.CAMPAIGN_TASK, by=by, on=held, task=task.pk, done=done)


# --- whom, where, when ----------------------------------------------------------------------------
@transaction.atomic
def add_segment(*, campaign: Campaign, segment: Segment, by: User) -> None:
    held = hold_plan(campaign)
    held.segments.add(segment)
    audit.record(action=AuditAction.CAMPAIGN_SEGMENT_ADD, by=by, on=held, segment=segment.pk)


@transaction.atomic
def drop_segment(*, campaign: Campaign, segment: Segment, by: User) -> None:
    held = hold_plan(campaign)
    held.segments.remove(segment)
    audit.record(action=AuditAction.CAMPAIGN_SEGMENT_DROP, by=by, on=held, segment=segment.pk)


@transaction.atomic
def set_segments(*, campaign: Campaign, segments: list[Segment], by: User) -> None:
    """Address exactly ``segments``."""
    held = hold_plan(campaign)
    held.segments.set(segments)
    audit.record(
        action=AuditAction.CAMPAIGN_SEGMENTS,
        by=by,
        on=held,
        segments=[segment.pk for segment in segments],
    )


@transaction.atomic
def set_send_hour(*, campaign: Campaign, hour: int, by: User) -> None:
    """``hour`` 0 to 23, local time."""
    if not 0 <= hour <= 23:
        raise Refused(_("The hour of sending lies between 0 and 23."))
    update_campaign(campaign=campaign, by=by, send_hour=hour)


@transaction.atomic
def set_channel_share(
    *, campaign: Campaign, channel: Channel, share: int, by: User, **planned
) -> None:
    """Give ``channel`` ``share`` % of the effort.

    0 takes it out. ``planned``: planned_cost, expected_reach.
    """
    if not 0 <= share <= 100:
        raise Refused(_("A share lies between 0 and 100 %."))
    held = hold_plan(campaign)
    if share:
        ChannelPlan.objects.update_or_create(
            campaign=held, channel=channel, defaults={"share": share, **planned}
        )
    else:
        ChannelPlan.objects.filter(campaign=held, channel=channel).delete()
    audit.record(
        action=AuditAction.CAMPAIGN_SHARE, by=by, on=held, channel=channel.code, share=share
    )


@transaction.atomic
def set_mix(*, campaign: Campaign, rows: list[MixRow], by: User) -> None:
    """Replace the whole channel mix; a row with share 0 takes its channel out."""
    held = hold_plan(campaign)
    kept = [row for row in rows if row.share]

    channels = [row.channel for row in kept]
    ChannelPlan.objects.filter(campaign=held).exclude(channel__in=channels).delete()
    for row in kept:
        ChannelPlan.objects.update_or_create(
            campaign=held,
            channel=row.channel,
            defaults={
                "share": row.share,
                "planned_cost": row.planned_cost,
                "expected_reach": row.expected_reach,
            },
        )

    shares = {row.channel.code: row.share for row in kept}
    audit.record(action=AuditAction.CAMPAIGN_MIX, by=by, on=held, shares=shares)


@transaction.atomic
def set_standard(
    *,
    campaign: Campaign,
    metric: str,
    target: Decimal,
    by: User,
    direction: str = Standard.Direction.AT_LEAST,
    weight: int = 1,
    source: str = "",
) -> Standard:
    """Set one standard of an open plan; from go-live on only ``amend_standard`` moves a target."""
    held = hold_plan(campaign)
    standard, _created = Standard.objects.update_or_create(
        campaign=held,
        metric=metric,
        defaults={"target": target, "direction": direction, "weight": weight, "source": source},
    )
    audit.record(
        action=AuditAction.CAMPAIGN_STANDARD,
        by=by,
        on=held,
        metric=metric,
        target=str(target),
        weight=weight,
    )
    return standard


def _add(part: PlanPart, by: User) -> PlanPart:
    part.save()
    kind = part._meta.model_name
    audit.record(action=AuditAction.CAMPAIGN_ADD, by=by, on=part.campaign, kind=kind, part=part.pk)
    return part


def _refuse_unknown(fields: dict) -> None:
    unknown = fields.keys() - FIELDS - {"provenance", "previous"}
    if unknown:
        raise TypeError(f"not a field of a plan: {sorted(unknown)}")
