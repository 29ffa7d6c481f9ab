"""The next campaign's plan.

A copy of this one's with every agreed adjustment applied, each traceable.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.loop import storage
from analytics.loop.models import Adjustment
from analytics.loop.shares import agreed_shares
from campaigns.contents.actions import take_over_arm
from campaigns.experiments.actions import draft_next_round, keep_hour_before
from campaigns.experiments.models import Arm
from campaigns.plan.actions import (
    add_segment,
    drop_segment,
    set_channel_share,
    set_send_hour,
    set_standard,
    update_campaign,
)
from campaigns.plan.locks import refuse_next_of_stopped
from campaigns.plan.models import Campaign, Channel, Standard
from core.columns import keys_of
from core.refusals import Refused
from crm.segments.models import Segment
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

Kind = Adjustment.Kind


@transaction.atomic
def draft_next(*, campaign: Campaign, by: User, at: datetime | None = None) -> Campaign:
    """Draft the campaign after ``campaign``, or add later decisions to the draft there is. Safe to
    call twice.

    ``at`` is now, except for a library that is made up with its past.
    Raises Refused without an evaluation, where it was decided to stop or nobody has decided yet
    whether to, and when later decisions meet a plan that is locked already.
    """
    # Two who draft at once would make two drafts: the second waits and finds the first one's.
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if not campaign.evaluations.exists():
        raise Refused(_("Evaluate this campaign first: the next plan is drawn from its report."))
    # Also where the next round was drafted before it was decided.
    refuse_next_of_stopped(campaign)
    if Adjustment.objects.waiting().filter(evaluation__campaign=campaign, kind=Kind.STOP).exists():
        raise Refused(_("The report says to stop: decide about that before drafting a next round."))
    draft = draft_next_round(campaign=campaign, by=by)
    agreed = _agreed_and_not_applied(campaign)
    if not agreed:
        return draft
    if draft.is_locked:
        raise Refused(
            _("The next campaign is live already; these decisions can only enter the one after it.")
        )
    _apply(draft, agreed, by)
    applied = keys_of(agreed)
    written = Adjustment.objects.filter(pk__in=applied)
    written.update(applied_in=draft, applied_at=at or timezone.now())
    audit.record(action=AuditAction.CAMPAIGN_ADJUST, by=by, on=draft, adjustments=applied)
    draft.refresh_from_db()
    return draft


def _agreed_and_not_applied(campaign: Campaign) -> list[Adjustment]:
    """In the order of the evaluations that proposed them: the newest has the last word."""
    agreed = Adjustment.objects.agreed().filter(
        evaluation__campaign=campaign, applied_in__isnull=True
    )
    return list(agreed.select_related("decision").order_by("evaluation__number", "pk"))


def _apply(draft: Campaign, agreed: list[Adjustment], by: User) -> None:
    """Write what was agreed into the draft; what is of a kind that no verb writes is left out.

    Shares are set together, since they add up to 100; every other field by itself.
    """
    shares, others = [], []
    for adjustment in agreed:
        if adjustment.kind == Kind.CHANNEL_SHARE:
            shares.append(adjustment)
        elif adjustment.kind in APPLY:
            others.append(adjustment)

    _apply_shares(draft, shares, by)
    for adjustment in others:
        apply = APPLY[adjustment.kind]
        apply(draft, adjustment, by)


def _apply_shares(draft: Campaign, agreed: list[Adjustment], by: User) -> None:
    """Set the agreed shares; the channels nobody decided about share the rest.

    Nothing is set where none of the channels is in the draft any more; a share that stays as it is
    is not written.
    """
    planned = dict(draft.channel_plans.values_list("channel__code", "share"))
    wanted = _agreed_shares_of(agreed)
    # Every channel decided about may have been taken out of the draft meanwhile.
    if planned.keys().isdisjoint(wanted):
        return

    earlier = Adjustment.objects.agreed().filter(applied_in=draft, kind=Kind.CHANNEL_SHARE)
    shares = agreed_shares(planned, earlier=_channels_of(earlier), wanted=wanted)
    channels = Channel.objects.in_bulk(list(shares), field_name="code")
    for code, share in shares.items():
        if share != planned[code]:
            set_channel_share(campaign=draft, channel=channels[code], share=share, by=by)


def _agreed_shares_of(adjustments: Iterable[Adjustment]) -> dict[str, int]:
    """{code of the channel: percent}. Of two that name the same channel the later one counts."""
    shares = {}
    for adjustment in adjustments:
        shares[storage.target_of(adjustment).key] = int(adjustment.agreed_value)
    return shares


def _channels_of(adjustments: Iterable[Adjustment]) -> set[str]:
    """The codes of the channels that adjustments of a share are about."""
    return {storage.target_of(adjustment).key for adjustment in adjustments}


def _apply_hour(draft: Campaign, adjustment: Adjustment, by: User) -> None:
    """Set the draft's hour of sending, 0 to 23, to the one agreed upon; what goes on as before
    keeps the one before, so that the two can be compared.
    """
    set_send_hour(campaign=draft, hour=adjustment.agreed_value, by=by)
    keep_hour_before(campaign=draft, hour=adjustment.before, by=by)


def _apply_holdout(draft: Campaign, adjustment: Adjustment, by: User) -> None:
    """Hold out as many readers as was agreed upon, in percent."""
    update_campaign(campaign=draft, by=by, holdout_percent=int(adjustment.agreed_value))


def _apply_arm(draft: Campaign, adjustment: Adjustment, by: User) -> None:
    """Go on with the mails of one arm; those of the arm it was compared with are what goes on as
    before. Nothing happens where the draft has no arms any more.
    """
    former = adjustment.evaluation.campaign
    chosen = Arm.objects.filter(experiment__campaign=former, code=adjustment.agreed_value)
    base = Arm.objects.filter(experiment__campaign=former, code=adjustment.before)
    for of, role in ((chosen.first(), Arm.Role.NEW), (base.first(), Arm.Role.AS_BEFORE)):
        to = Arm.objects.filter(experiment__campaign=draft, role=role).first()
        if of is not None and to is not None:
            take_over_arm(campaign=draft, of=of, to=to, by=by)


def _apply_segment(draft: Campaign, adjustment: Adjustment, by: User, *, verb: Callable) -> None:
    """Address the segment as well, or no longer, by its ``verb``; nothing happens where it has been
    deleted since.
    """
    segment = Segment.objects.filter(pk=storage.target_of(adjustment).key).first()
    if segment is not None:
        verb(campaign=draft, segment=segment, by=by)


def _apply_standard(draft: Campaign, adjustment: Adjustment, by: User) -> None:
    """Set the agreed target, and say which evaluation it comes from.

    Direction and weight stay; nothing happens where the draft no longer has the standard.
    """
    metric = storage.target_of(adjustment).key
    standard = Standard.objects.filter(campaign=draft, metric=metric).first()
    if standard is None:
        return
    source = _("Adjusted after the evaluation of %(campaign)s")
    set_standard(
        campaign=draft,
        metric=metric,
        target=Decimal(str(adjustment.agreed_value)),
        direction=standard.direction,
        weight=standard.weight,
        source=source % {"campaign": adjustment.evaluation.campaign},
        by=by,
    )


#: How an agreed change of each kind enters the plan; shares of channels are set together.
APPLY: dict[str, Callable[[Campaign, Adjustment, User], None]] = {
    Kind.TIMING: _apply_hour,
    Kind.SEGMENT_ADD: partial(_apply_segment, verb=add_segment),
    Kind.SEGMENT_DROP: partial(_apply_segment, verb=drop_segment),
    Kind.STANDARD: _apply_standard,
    Kind.REDUCE: _apply_holdout,
    Kind.LEARN: _apply_holdout,
    Kind.CONTENT_ARM: _apply_arm,
}
