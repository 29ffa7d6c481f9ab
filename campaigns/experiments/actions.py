"""Verbs of a campaign's promise and its arms, and of the programme's holdout."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.experiments.base import Measured, base_of
from campaigns.experiments.models import (
    MOST_SECONDARY,
    USUAL_AS_BEFORE,
    Arm,
    Experiment,
    Guardrail,
    NamedOutcome,
    ProgrammeHoldout,
    Role,
)
from campaigns.experiments.models.programme import LEAST_PERCENT, LONGEST, MOST_PERCENT
from campaigns.experiments.offered import offered
from campaigns.experiments.seeing import may_keep_as_before
from campaigns.experiments.shares import WHOLE, make_a_whole
from campaigns.experiments.shown import planned_audience
from campaigns.plan.actions import draft_from
from campaigns.plan.locks import hold_plan
from campaigns.plan.models import Campaign
from core.refusals import Refused
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: The letter of the arm that keeps the plan before: the last along the draw.
AS_BEFORE = "Z"
FIRST_ARM = "A"
SECONDARY = {"n": MOST_SECONDARY}


@dataclass(frozen=True)
class ArmRow:
    """One arm as somebody plans it. ``label``: empty where nobody named it; ``send_hour``: None
    where it has the campaign's.
    """

    code: str
    label: str
    weight: int
    role: str = Role.NEW
    send_hour: int | None = None


@transaction.atomic
def set_promise(
    *,
    campaign: Campaign,
    outcome: str,
    window_days: int,
    smallest_effect: Decimal,
    by: User,
    as_amount: bool = False,
    first_since: date | None = None,
    adjusts: bool = True,
    secondary: tuple[str, ...] = (),
    guardrails: dict[str, Decimal | None] | None = None,
) -> Experiment:
    """Say what the campaign is to change, and from which size on it is worth it; saying it again
    changes it. What the audience did before is counted anew.

    ``guardrails``: {kind: the most that is no harm, None for no such guardrail}. Refused once the
    campaign is live, and for an outcome that cannot be measured.
    """
    held = hold_plan(campaign)
    named = NamedOutcome(outcome)
    measured = Measured(named, window_days, as_amount, first_since)
    _refuse_unmeasurable(held, measured)
    beside = [one for one in secondary if one != named]
    _refuse_beside(held, beside)
    promised = {
        "outcome": named,
        "window_days": window_days,
        "smallest_effect": smallest_effect,
        "as_amount": as_amount,
        "first_since": measured.none_since,
        # What nobody has done yet has no history.
        "adjusts": adjusts and not named.is_first,
        "secondary": beside,
        **_base_columns(held, measured),
    }
    experiment, made = Experiment.objects.update_or_create(campaign=held, defaults=promised)
    if made:
        # Without arms of its own a campaign has one, which all get who are not held out.
        Arm.objects.create(experiment=experiment, code=FIRST_ARM, weight=WHOLE)
    _set_guardrails(experiment, guardrails or {})
    audit.record(action=AuditAction.CAMPAIGN_PROMISE, by=by, on=held, part=str(named))
    return experiment


def _refuse_unmeasurable(campaign: Campaign, measured: Measured) -> None:
    """Refused with the reason where this cannot be measured here."""
    named = measured.outcome
    if named not in offered(campaign):
        raise Refused(_("“%(outcome)s” cannot be measured here.") % {"outcome": named.label})
    if named.is_first and measured.first_since is None:
        raise Refused(_("Say since when there was no visit."))
    if measured.as_amount and not named.takes_amounts:
        raise Refused(_("Only visits and loans can be counted as amounts."))


def _refuse_beside(campaign: Campaign, secondary: list[str]) -> None:
    """Refused with the reason where these cannot be shown beside the outcome."""
    if len(secondary) > MOST_SECONDARY:
        raise Refused(_("At most %(n)d outcomes beside the one that decides.") % SECONDARY)
    # What is recorded here is asked only where there is something to refuse.
    can_be_measured = set(offered(campaign)) if secondary else set()
    for one in map(NamedOutcome, secondary):
        if one not in can_be_measured or not one.may_be_secondary:
            raise Refused(_("“%(outcome)s” cannot be measured here.") % {"outcome": one.label})


def _base_columns(campaign: Campaign, measured: Measured) -> dict:
    """What the audience did before, as the columns of the promise; None where it is not known."""
    base = base_of(campaign, measured)
    if base is None:
        return dict.fromkeys(Experiment.BASE)
    values = (base.rate, base.spread, base.n, base.first, base.last)
    return dict(zip(Experiment.BASE, values, strict=True))


def _set_guardrails(experiment: Experiment, margins: dict[str, Decimal | None]) -> None:
    """Exactly those guardrails that have a margin. ``margins``: {kind: percent or hours, None for
    none}; kinds that are not named stay as they are.
    """
    for kind, margin in margins.items():
        # Taken out of the form, it is taken out of the plan: nothing is judged that nobody set.
        if margin is None:
            experiment.guardrails.filter(kind=kind).delete()
            continue
        Guardrail.objects.update_or_create(
            experiment=experiment,
            kind=kind,
            defaults={"margin": margin, "basis": Guardrail.Basis.ABSOLUTE},
        )


@transaction.atomic
def repeat_promise(*, campaign: Campaign, draft: Campaign, by: User) -> Experiment | None:
    """Promise for the next round what ``campaign`` promised, a fifth of the readers going on as
    before where there are enough of them; what the audience did before is counted anew.

    None where nothing was promised, where the draft has a promise of its own already, and where its
    outcome cannot be measured any more. A secondary outcome that cannot be is left out.
    """
    former = Experiment.objects.filter(campaign=campaign).first()
    # What somebody promised for the draft already is not written over.
    if former is None or Experiment.objects.filter(campaign=draft).exists():
        return None
    can_be_measured = offered(draft)
    if NamedOutcome(former.outcome) not in can_be_measured:
        return None
    margins = dict(former.guardrails.values_list("kind", "margin"))
    experiment = set_promise(
        campaign=draft,
        outcome=former.outcome,
        window_days=former.window_days,
        smallest_effect=former.smallest_effect,
        as_amount=former.as_amount,
        first_since=former.first_since,
        adjusts=former.adjusts,
        secondary=tuple(one for one in former.secondary if one in can_be_measured),
        guardrails=margins,
        by=by,
    )
    # Not the arms of the round before: which of them won stands in a proposal of its own.
    percent = draft.holdout_percent
    if may_keep_as_before(planned_audience(draft), percent, USUAL_AS_BEFORE):
        rows = [
            ArmRow(FIRST_ARM, "", WHOLE - USUAL_AS_BEFORE),
            ArmRow(AS_BEFORE, "", USUAL_AS_BEFORE, Role.AS_BEFORE),
        ]
        set_arms(campaign=draft, rows=rows, holdout_percent=percent, by=by)
    return experiment


@transaction.atomic
def draft_next_round(*, campaign: Campaign, by: User) -> Campaign:
    """The plan of the round after ``campaign``, promising what it promised; the one already drafted
    where there is one. Refused where it was decided to stop.
    """
    draft = draft_from(campaign=campaign, by=by)
    # What went live without a promise stays without.
    if not draft.is_locked:
        repeat_promise(campaign=campaign, draft=draft, by=by)
    return draft


@transaction.atomic
def keep_hour_before(*, campaign: Campaign, hour: int, by: User) -> None:
    """Let the arm that goes on as before keep ``hour`` (0 to 23) while the plan gets another one;
    nothing where there is no such arm. Refused once the campaign is live.
    """
    held = hold_plan(campaign)
    kept = Arm.objects.filter(experiment__campaign=held, role=Role.AS_BEFORE)
    if kept.update(send_hour=hour):
        audit.record(action=AuditAction.CAMPAIGN_ARMS, by=by, on=held, part=AS_BEFORE)


@transaction.atomic
def set_arms(*, campaign: Campaign, rows: list[ArmRow], holdout_percent: int, by: User) -> None:
    """Hold out ``holdout_percent`` of the readers, and share the others among exactly these arms.

    Refused once the campaign is live, where the weights do not make 100, and where an arm is left
    out that has a mail of its own.
    """
    held = hold_plan(campaign)
    experiment = Experiment.objects.filter(campaign=held).first()
    if experiment is None:
        raise Refused(_("Name the outcome first: arms are compared by it."))
    arms = [_arm(experiment, row) for row in rows]
    if not make_a_whole(arms):
        raise Refused(_("The shares of the arms make 100 %."))

    _drop_others(experiment, [row.code for row in rows])
    for arm in arms:
        arm.save()
    held.holdout_percent = holdout_percent
    held.save(update_fields=["holdout_percent"])
    codes = ", ".join(row.code for row in rows)
    audit.record(action=AuditAction.CAMPAIGN_ARMS, by=by, on=held, part=codes)


def _arm(experiment: Experiment, row: ArmRow) -> Arm:
    """The arm of that letter as the row says it, not stored; a new one where there is none."""
    # The same row for the same letter: mails that are for an arm stay with it.
    arm = experiment.arms.filter(code=row.code).first() or Arm(experiment=experiment, code=row.code)
    arm.label, arm.weight = row.label, row.weight
    arm.role, arm.send_hour = row.role, row.send_hour
    return arm


def _drop_others(experiment: Experiment, codes: list[str]) -> None:
    """Arms that are no longer planned go. Refused where a mail is for one of them alone."""
    try:
        experiment.arms.exclude(code__in=codes).delete()
    except RestrictedError:
        raise Refused(
            _("A mail is for an arm that would be gone. Give it to another one first.")
        ) from None


# --- the programme's holdout ----------------------------------------------------------------------
@transaction.atomic
def start_programme(
    *, percent: int, starts_on: date, ends_on: date, note: str, by: User
) -> ProgrammeHoldout:
    """Hold ``percent`` of the readers out of every campaign from ``starts_on`` to ``ends_on``, both
    among them. Mails that are launched already still go.

    Refused without a reason, for a time that has begun or is longer than a year, for another share
    than a small one, and where it meets another holdout of the programme.
    """
    if not LEAST_PERCENT <= percent <= MOST_PERCENT:
        raise Refused(_("The programme holds out 1 to 5 %."))
    # A start in the past would leave out readers who have had mail meanwhile.
    if starts_on < timezone.localdate():
        raise Refused(_("It begins today or later."))
    if not starts_on <= ends_on <= starts_on + LONGEST:
        raise Refused(_("It ends after it begins, within a year."))
    if not note.strip():
        raise Refused(_("Say why this is fair to those who get nothing."))
    # Nobody starts another one until this one is kept.
    others = ProgrammeHoldout.objects.select_for_update()
    if others.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise Refused(_("Another holdout of the programme runs in this time."))
    programme = ProgrammeHoldout.objects.create(
        percent=percent, starts_on=starts_on, ends_on=ends_on, note=note.strip(), started_by=by
    )
    audit.record(action=AuditAction.PROGRAMME_START, by=by, on=programme, number=percent)
    return programme


@transaction.atomic
def stop_programme(*, programme: ProgrammeHoldout, by: User) -> None:
    """End it with today; one that has not begun goes. Refused where it is over already."""
    held = ProgrammeHoldout.objects.select_for_update().filter(pk=programme.pk).first()
    today = timezone.localdate()
    if held is None or held.ends_on < today or held.stopped_at is not None:
        raise Refused(_("It is over already."))
    audit.record(action=AuditAction.PROGRAMME_STOP, by=by, on=held)
    # Nobody was held out yet, so that nothing is to be remembered.
    if held.starts_on > today:
        held.delete()
        return
    held.ends_on, held.stopped_at, held.stopped_by = today, timezone.now(), by
    held.save(update_fields=["ends_on", "stopped_at", "stopped_by"])
