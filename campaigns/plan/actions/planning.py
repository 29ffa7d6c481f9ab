"""Verbs of a plan.

Each locks the campaign's row first, so that a change and a go-live cannot pass each other.
"""

from decimal import Decimal
from operator import attrgetter

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
from core.columns import differing, keys_of, set_differing
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
    "collection",
    "holdout_percent",
    "send_hour",
    "budget",
    "starts_on",
    "ends_on",
}
#: What may be said of a new campaign besides; nobody types it later.
GIVEN_AT_BIRTH = {"provenance", "previous"}
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
    changed = differing(held, fields)
    # A form sends all its fields back; saving what nobody touched would fill the audit log.
    if not changed:
        return held
    if "budget" in changed and budget_is_approved(held):
        raise Refused(_("The budget has been approved; a change needs a manager and a reason."))

    set_differing(held, fields)
    held.save(update_fields=changed)
    audit.record(action=AuditAction.CAMPAIGN_UPDATE, by=by, on=held, fields=sorted(changed))
    return held


# --- parts of the plan ----------------------------------------------------------------------------
@transaction.atomic
def add_goal(*, campaign: Campaign, text: str, by: User) -> Goal:
    """Write down what the campaign is to reach. Refused once it is live."""
    held = hold_plan(campaign)
    return _add(Goal(campaign=held, text=text), by)


@transaction.atomic
def add_task(*, campaign: Campaign, text: str, by: User, owner: str = "") -> Task:
    """Write down what somebody has to do. Refused only once the campaign is closed."""
    # A task changes no promise, so more of them may come up while the campaign runs.
    held = hold_open(campaign)
    return _add(Task(campaign=held, text=text, owner=owner), by)


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
    """Write down a need. Refused once the campaign is live.

    ``answer`` also writes down the cultural content that answers it and matches the two.
    """
    held = hold_plan(campaign)
    need = _add(Need(campaign=held, text=text, origin=origin, source=source), by)
    if answer:
        # One content may answer several needs, so it is looked for before it is made.
        element, _created = Element.objects.get_or_create(campaign=held, text=answer)
        _add(Match(need=need, element=element), by)
    return need


@transaction.atomic
def add_element(*, campaign: Campaign, text: str, by: User, resource: str = "") -> Element:
    """Write down a cultural content the library could bring. Refused once the campaign is live."""
    held = hold_plan(campaign)
    return _add(Element(campaign=held, text=text, resource=resource), by)


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
    """Say that ``element`` answers ``need``; saying it again changes strength and reason.

    Refused for rows of different campaigns, and once the campaign is live.
    """
    held = hold_plan(campaign)
    # The form offers only this campaign's rows, but a verb does not rely on a form.
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
    """Take a part out of a plan. Refused once the campaign is live."""
    held = hold_plan(part.campaign)
    kind = part._meta.model_name
    # Before the row goes: afterwards it has no number to be recorded.
    audit.record(action=AuditAction.CAMPAIGN_REMOVE, by=by, on=held, kind=kind, part=part.pk)
    part.delete()


@transaction.atomic
def set_task_done(*, task: Task, done: bool, by: User) -> None:
    """Tick a task or take the tick away, also while the campaign runs; Refused once closed."""
    held = hold_open(task.campaign)
    Task.objects.filter(pk=task.pk).update(done=done)
    audit.record(action=AuditAction.CAMPAIGN_TASK, by=by, on=held, task=task.pk, done=done)


# --- whom, where, when ----------------------------------------------------------------------------
@transaction.atomic
def add_segment(*, campaign: Campaign, segment: Segment, by: User) -> None:
    """Address one segment more. Refused once the campaign is live."""
    held = hold_plan(campaign)
    held.segments.add(segment)
    audit.record(action=AuditAction.CAMPAIGN_SEGMENT_ADD, by=by, on=held, segment=segment.pk)


@transaction.atomic
def drop_segment(*, campaign: Campaign, segment: Segment, by: User) -> None:
    """Address a segment no longer. Refused once the campaign is live."""
    held = hold_plan(campaign)
    held.segments.remove(segment)
    audit.record(action=AuditAction.CAMPAIGN_SEGMENT_DROP, by=by, on=held, segment=segment.pk)


@transaction.atomic
def set_segments(*, campaign: Campaign, segments: list[Segment], by: User) -> None:
    """Address exactly ``segments``. Refused once the campaign is live."""
    held = hold_plan(campaign)
    held.segments.set(segments)
    audit.record(
        action=AuditAction.CAMPAIGN_SEGMENTS,
        by=by,
        on=held,
        segments=keys_of(segments),
    )


@transaction.atomic
def set_send_hour(*, campaign: Campaign, hour: int, by: User) -> None:
    """Plan the mails for ``hour``, 0 to 23, local time. Refused once the campaign is live."""
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
    """Replace the whole channel mix; a row with share 0 takes its channel out.

    The shares may add up to less than 100 %: a plan is saved unfinished, and the gate asks.
    """
    held = hold_plan(campaign)
    kept = list(filter(attrgetter("share"), rows))
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
    """Store a new row of a plan whose campaign is held, with its audit row."""
    part.save()
    kind = part._meta.model_name
    audit.record(action=AuditAction.CAMPAIGN_ADD, by=by, on=part.campaign, kind=kind, part=part.pk)
    return part


def _refuse_unknown(fields: dict) -> None:
    """TypeError for what a plan does not have: a mistake of the caller, not of a person."""
    unknown = fields.keys() - FIELDS - GIVEN_AT_BIRTH
    if unknown:
        raise TypeError(f"not a field of a plan: {sorted(unknown)}")
