"""Verbs that move a campaign through its phases, and what may still change once it is live."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.plan import gates
from campaigns.plan.locks import hold_open
from campaigns.plan.models import (
    BudgetChange,
    Campaign,
    Channel,
    Cost,
    PhaseMove,
    Standard,
    StandardAmendment,
)
from campaigns.plan.queries import look
from campaigns.plan.words import NOT_BELOW_ZERO, check_in_words, labels
from core.numbers import money, plain
from core.refusals import Refused
from crm.segments.refresh import COUNT_MS, refresh_segment
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

Phase = Campaign.Phase
#: Decimals of an amount in a refusal: whoever is one fen short must see why.
TO_THE_FEN = 2


@transaction.atomic
def advance(*, campaign: Campaign, leaving: str, by: User) -> Campaign:
    """Take the next step from phase ``leaving``; from tactics this goes live and locks the plan.

    Compare-and-set on ``leaving``, the phase the person saw: of two people only one moves the
    campaign. Raises Refused (already moved, gate shut, last phase) and PermissionDenied (going live
    without the right to launch).
    """
    held = hold_open(campaign)
    if held.phase != leaving:
        raise Refused(
            _("Somebody else has just moved this campaign to “%(phase)s”.")
            % {"phase": held.get_phase_display()}
        )
    if held.next_phase is None:
        raise Refused(
            _("Performance is the last phase: close the campaign when it has been evaluated.")
        )

    if held.phase in (Phase.STRATEGY, Phase.TACTICS):
        _count_audience(held)
        _refuse_nobody(held, by)
    blocking = gates.blocking(look(held), held.phase)
    if blocking:
        raise Refused(
            _("“%(phase)s” cannot be left yet: %(list)s.")
            % {"phase": held.get_phase_display(), "list": labels(blocking)}
        )
    return _enter(held, held.next_phase, by)


def _count_audience(campaign: Campaign) -> None:
    """Count the segments as of now: readers may have come in, or gone, since the night. One that
    cannot be counted in time keeps the size it had.
    """
    for segment in campaign.segments.all():
        refresh_segment(segment, limit_ms=COUNT_MS)


def _refuse_nobody(campaign: Campaign, by: User) -> None:
    """Refused, with the way to mend it, where the segments find nobody; their sizes are said as
    ``by`` may know them.
    """
    if gates.AudienceChosen.of(look(campaign)).finds_nobody:
        told = gates.AudienceChosen.of(look(campaign, by))
        raise Refused(check_in_words(told).detail)


@transaction.atomic
def close(*, campaign: Campaign, next_time: str, by: User) -> Campaign:
    """End a campaign. Needs an evaluation and a decision for next time; Refused names what is
    missing.
    """
    held = hold_open(campaign)
    if held.phase != Phase.PERFORMANCE:
        raise Refused(
            _("Only a live campaign can be closed; this one is in “%s”.") % held.get_phase_display()
        )
    # Before the gate is asked: the decision for next time is one of its conditions.
    held.next_time = next_time.strip()
    blocking = gates.blocking(look(held), Phase.PERFORMANCE)
    if blocking:
        raise Refused(_("This campaign cannot be closed yet; missing: %s.") % labels(blocking))

    held.closed_at, held.closed_by = timezone.now(), by
    return _enter(held, Phase.CLOSED, by)


def _enter(campaign: Campaign, after: str, by: User) -> Campaign:
    """Write the step, with its row and its audit. PermissionDenied when it goes live and ``by`` may
    not launch.
    """
    goes_live = after == Phase.PERFORMANCE
    if goes_live and not by.can("campaigns.launch"):
        raise PermissionDenied

    before = campaign.phase
    campaign.phase = after
    if goes_live:
        campaign.locked_at, campaign.locked_by = timezone.now(), by
    campaign.save(
        update_fields=["phase", "locked_at", "locked_by", "closed_at", "closed_by", "next_time"]
    )

    PhaseMove.objects.create(campaign=campaign, before=before, after=after, by=by)
    audit.record(
        action=AuditAction.CAMPAIGN_ADVANCE, by=by, on=campaign, before=before, after=after
    )
    return campaign


@transaction.atomic
def amend_standard(
    *, standard: Standard, target: Decimal, reason: str, by: User
) -> StandardAmendment:
    """Move a locked target on record.

    The old value stays, with person, time and reason, for the evaluation to show. Refused before
    going live, after closing, without a reason, for a target the metric does not take, and where
    nothing would move.
    """
    held = hold_open(standard.campaign)
    if not held.is_locked:
        raise Refused(_("The standards are not locked yet: change the target itself."))
    if not reason.strip():
        raise Refused(_("An amendment needs a reason."))

    # As it is stored now: what was loaded with the page may have been amended since.
    locked = Standard.objects.select_for_update().get(pk=standard.pk)
    if not Standard.Metric(locked.metric).takes(target):
        raise Refused(NOT_BELOW_ZERO)
    if locked.target == target:
        raise Refused(_("The target is %s already.") % plain(target))

    amendment = StandardAmendment.objects.create(
        standard=locked, before=locked.target, after=target, reason=reason.strip(), by=by
    )
    # The amendment came first: the trigger lets a locked target move only to where one says.
    locked.target = target
    locked.save(update_fields=["target"])
    audit.record(
        action=AuditAction.CAMPAIGN_AMEND,
        by=by,
        on=held,
        metric=locked.metric,
        before=str(amendment.before),
        after=str(target),
    )
    return amendment


@transaction.atomic
def book_cost(
    *,
    campaign: Campaign,
    amount: Decimal,
    on: date,
    by: User,
    kind: str = Cost.Kind.CASH,
    channel: Channel | None = None,
    note: str = "",
) -> Cost:
    """Book money, hours or gifts in kind: ``amount`` in CNY, for kind hours a number of hours.

    Cash beyond the approved budget is Refused. Two who book at once wait for each other at the
    campaign's row, so that together they cannot pass it either.
    """
    held = hold_open(campaign)
    if kind == Cost.Kind.CASH:
        _refuse_overspending(held, amount)
    cost = Cost.objects.create(
        campaign=held, amount=amount, on=on, kind=kind, channel=channel, note=note
    )
    audit.record(
        action=AuditAction.CAMPAIGN_COST,
        by=by,
        on=held,
        cost=cost.pk,
        kind=kind,
        amount=str(amount),
    )
    return cost


def _refuse_overspending(campaign: Campaign, amount: Decimal) -> None:
    """Refused when ``amount`` (CNY) is more than what is left of the approved budget."""
    if campaign.budget is None:
        raise Refused(_("There is no approved budget yet, so nothing can be spent."))

    left = campaign.budget - campaign.spent()
    if amount > left:
        raise Refused(
            _("Only %(left)s of the approved %(budget)s is left; a manager can raise the budget.")
            % {"left": money(left, TO_THE_FEN), "budget": money(campaign.budget, TO_THE_FEN)}
        )


@transaction.atomic
def remove_cost(*, cost: Cost, by: User) -> None:
    """Take back a wrong booking; the audit log keeps it. Refused once the campaign is closed."""
    held = hold_open(cost.campaign)
    audit.record(
        action=AuditAction.CAMPAIGN_COST_REMOVE,
        by=by,
        on=held,
        cost=cost.pk,
        kind=cost.kind,
        amount=str(cost.amount),
    )
    cost.delete()


@transaction.atomic
def change_budget(*, campaign: Campaign, budget: Decimal, reason: str, by: User) -> Campaign:
    """Approve another budget (CNY), with a reason, also while live.

    PermissionDenied without budgets.approve; Refused without a reason, below what is spent already,
    and once the campaign is closed.
    """
    # Asked here and not only of the page: a page may forget, and the money is a manager's word.
    if not by.can("budgets.approve"):
        raise PermissionDenied
    held = hold_open(campaign)
    if not reason.strip():
        raise Refused(_("A change of budget needs a reason."))

    spent = held.spent()
    if budget < spent:
        raise Refused(
            _("%(spent)s has been spent already; the budget cannot be less.")
            % {"spent": money(spent, TO_THE_FEN)}
        )

    before = held.budget
    # The row comes first: the database moves a live campaign's budget only to where a row says.
    change = BudgetChange.objects.create(
        campaign=held, before=before, after=budget, reason=reason.strip()[:300], by=by
    )
    held.budget = budget
    held.save(update_fields=["budget"])
    audit.record(
        action=AuditAction.CAMPAIGN_BUDGET,
        by=by,
        on=held,
        before=str(before),
        after=str(budget),
        reason=change.reason,
    )
    return held
