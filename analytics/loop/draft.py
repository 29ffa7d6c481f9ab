"""The next campaign's plan.

A copy of this one's with every agreed adjustment applied, each traceable.
"""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from analytics.loop import mix
from analytics.loop.models import Adjustment
from campaigns.plan.actions import (
    add_segment,
    draft_from,
    drop_segment,
    set_channel_share,
    set_send_hour,
    set_standard,
)
from campaigns.plan.models import Campaign, Channel, Standard
from crm.segments.models import Segment
from crm.staff import audit
from crm.staff.models import User

Kind = Adjustment.Kind


class NotDrafted(Exception):
    """The next campaign could not be drafted; the message says why."""


@transaction.atomic
def draft_next(*, campaign: Campaign, by: User) -> Campaign:
    """Draft the campaign after ``campaign``, or add later decisions to the draft there is. Safe to
    call twice.

    Raises NotDrafted without an evaluation, or when later decisions meet a plan that is locked
    already.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if not campaign.evaluations.exists():
        raise NotDrafted(_("Evaluate this campaign first: the next plan is drawn from its report."))
    draft = Campaign.objects.filter(previous=campaign).first() or draft_from(
        campaign=campaign, by=by
    )
    agreed = list(
        Adjustment.objects.agreed()
        .filter(evaluation__campaign=campaign, applied_in__isnull=True)
        .select_related("decision")
        .order_by("evaluation__number", "pk")
    )
    if not agreed:
        return draft
    if draft.is_locked:
        raise NotDrafted(
            _("The next campaign is live already; these decisions can only enter the one after it.")
        )
    _apply(draft, agreed, by)
    Adjustment.objects.filter(pk__in=[a.pk for a in agreed]).update(applied_in=draft)
    audit.record(action="campaign.adjust", by=by, on=draft, adjustments=[a.pk for a in agreed])
    draft.refresh_from_db()
    return draft


def _apply(draft: Campaign, agreed: list[Adjustment], by: User) -> None:
    _apply_shares(draft, [a for a in agreed if a.kind == Kind.CHANNEL_SHARE], by)
    for adjustment in agreed:
        key = adjustment.target.partition(":")[2]
        if adjustment.kind == Kind.TIMING:
            set_send_hour(campaign=draft, hour=adjustment.agreed_value, by=by)
        elif adjustment.kind == Kind.STANDARD:
            _apply_standard(draft, adjustment, key, by)
        elif adjustment.kind in {Kind.SEGMENT_ADD, Kind.SEGMENT_DROP}:
            verb = add_segment if adjustment.kind == Kind.SEGMENT_ADD else drop_segment
            segment = Segment.objects.filter(pk=key).first()
            if segment is not None:
                verb(campaign=draft, segment=segment, by=by)


def _apply_shares(draft: Campaign, agreed: list[Adjustment], by: User) -> None:
    """Set the agreed shares; the channels nobody decided about share the rest in their old
    proportion.

    Shares agreed earlier stay as they are. When all together leave no room, the agreed ones are
    scaled to fit.
    """
    plans = {plan.channel.code: plan for plan in draft.channel_plans.select_related("channel")}
    earlier = Adjustment.objects.agreed().filter(applied_in=draft, kind=Kind.CHANNEL_SHARE)
    kept = {a.target.partition(":")[2] for a in earlier} & plans.keys()
    wanted = {a.target.partition(":")[2]: int(a.agreed_value) for a in agreed}
    fixed = {code: plans[code].share for code in kept} | {
        c: share for c, share in wanted.items() if c in plans
    }
    if not wanted.keys() & plans.keys():
        return
    old = {code: float(plan.share) for code, plan in plans.items()}
    try:
        shares = mix.settle(old, fixed=fixed)
    except ValueError:
        shares = mix.settle(old | {code: float(share) for code, share in fixed.items()})
    channels = {channel.code: channel for channel in Channel.objects.filter(code__in=shares)}
    for code, share in shares.items():
        if share != plans[code].share:
            set_channel_share(campaign=draft, channel=channels[code], share=share, by=by)


def _apply_standard(draft: Campaign, adjustment: Adjustment, metric: str, by: User) -> None:
    standard = Standard.objects.filter(campaign=draft, metric=metric).first()
    if standard is None:
        return
    set_standard(
        campaign=draft,
        metric=metric,
        target=Decimal(str(adjustment.agreed_value)),
        direction=standard.direction,
        weight=standard.weight,
        source=_("Adjusted after the evaluation of %(campaign)s")
        % {"campaign": adjustment.evaluation.campaign},
        by=by,
    )
