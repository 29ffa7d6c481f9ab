"""A person's decision about one adjustment.

Accept, accept with a change, or refuse with a reason. Against what the report recommends it takes a
second person's yes.
"""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from analytics.loop import storage
from analytics.loop.actions.telling import ask_for_second
from analytics.loop.advice import is_against
from analytics.loop.choices import checked_value
from analytics.loop.models import Adjustment, Decision, SecondReading
from analytics.loop.publications import DECISIONS
from analytics.loop.seconds import may_decide
from analytics.published.sealing import seal
from campaigns.sending.actions import pause_all
from core.refusals import Refused
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

State, Verdict = Adjustment.State, Decision.Verdict
STATES = {
    Verdict.ACCEPT: State.ACCEPTED,
    Verdict.CHANGE: State.CHANGED,
    Verdict.REFUSE: State.REFUSED,
}
RECORDED_AS = {
    Verdict.ACCEPT: AuditAction.ADJUSTMENT_ACCEPT,
    Verdict.CHANGE: AuditAction.ADJUSTMENT_CHANGE,
    Verdict.REFUSE: AuditAction.ADJUSTMENT_REFUSE,
}


@transaction.atomic
def decide(
    *,
    adjustment: Adjustment,
    verdict: str,
    by: User,
    value=None,
    reason: str = "",
    at: datetime | None = None,
) -> Decision | None:
    """Record what ``by`` decided. The same decision again changes nothing; another one is refused.

    Against what the report recommends it is one only once a second person has agreed: None is
    returned, and the proposal waits for that. ``at`` is now, except for a library that is made up
    with its past.

    Raises PermissionDenied without ``decisions.make``; Refused for a missing reason, a value out of
    range, an adjustment decided differently already or replaced by a newer evaluation.
    """
    adjustment = _locked(adjustment, by)
    verdict = Verdict(verdict)
    value = checked_value(adjustment, value) if verdict == Verdict.CHANGE else None
    wanted = Decision(adjustment=adjustment, verdict=verdict, value=value, by=by)
    wanted.reason = reason.strip()
    wanted.at = at or timezone.now()

    taken = Decision.objects.select_related("by").filter(adjustment=adjustment).first()
    if taken is not None:
        return _same_again(taken, wanted)
    _refuse_replaced(adjustment)
    if adjustment.state == State.SECOND:
        return _same_asked(adjustment.open_second, wanted)
    if _needs_second(wanted):
        return _ask_second(wanted)
    if verdict != Verdict.ACCEPT and not wanted.reason:
        raise Refused(
            _("Please say why: the reason is read again when the next campaign is evaluated.")
        )
    return _record(wanted)


@transaction.atomic
def answer_second(
    *, adjustment: Adjustment, agree: bool, by: User, reason: str = ""
) -> Decision | None:
    """Agree to what somebody else wants to decide, which makes it a decision; or do not, and the
    proposal waits for one as before. Whoever asked may take it back.

    Raises PermissionDenied without ``decisions.make``; Refused for whoever asked and agrees, for a
    no without a reason, and where nothing waits for a second person any more.
    """
    adjustment = _locked(adjustment, by)
    _refuse_replaced(adjustment)
    asked = adjustment.open_second
    if asked is None:
        raise Refused(_("Nothing waits for a second person here any more."))
    is_own = asked.asked_by_id == by.pk
    if agree and is_own:
        raise Refused(_("You asked for it yourself: somebody else has to agree."))
    asked.answer = reason.strip()
    if not any([agree, is_own, asked.answer]):
        raise Refused(_("Please say why you do not agree."))

    asked.agreed, asked.answered_by, asked.answered_at = agree, by, timezone.now()
    asked.save(update_fields=["agreed", "answer", "answered_by", "answered_at"])
    if agree:
        audit.record(action=AuditAction.ADJUSTMENT_SECOND_YES, by=by, on=adjustment)
        return _record(_as_asked(asked))
    _move(adjustment, State.PROPOSED)
    audit.record(action=AuditAction.ADJUSTMENT_SECOND_NO, by=by, on=adjustment)
    return None


def _locked(adjustment: Adjustment, by: User) -> Adjustment:
    """The row as it is now.

    Two who decide at once wait for each other, so that the second sees the first's decision.
    Raises PermissionDenied without ``decisions.make``.
    """
    if not by.can("decisions.make"):
        raise PermissionDenied
    return Adjustment.objects.select_for_update().get(pk=adjustment.pk)


def _same_again(taken: Decision, wanted: Decision) -> Decision:
    """The decision there is. Raises Refused where it is another one."""
    if (taken.verdict, taken.value) == (wanted.verdict, wanted.value):
        return taken
    raise Refused(
        _("%(who)s has already decided this on %(day)s: %(verdict)s.")
        % {
            "who": taken.by,
            "day": date_format(localtime(taken.at), "DATE_FORMAT"),
            "verdict": taken.get_verdict_display(),
        }
    )


def _refuse_replaced(adjustment: Adjustment) -> None:
    """Raises Refused for what a newer evaluation has replaced."""
    if adjustment.state == State.SUPERSEDED:
        raise Refused(_("A newer evaluation has replaced this proposal."))


# --- a second person ------------------------------------------------------------------------------
def _needs_second(wanted: Decision) -> bool:
    """Whether it goes against the report, in a library that asks for a second person then."""
    adjustment = wanted.adjustment
    judgement = storage.results_as_told(adjustment.evaluation.results).judgement
    against = is_against(adjustment, wanted.verdict, wanted.value, judgement)
    return settings.SECOND_READER and against


def _same_asked(asked: SecondReading, wanted: Decision) -> None:
    """Nothing where the same person asks for the same again; Refused for everything else."""
    same = (asked.asked_by_id, asked.verdict, asked.value)
    if same != (wanted.by_id, wanted.verdict, wanted.value):
        raise Refused(
            _("%(who)s wants to decide this and waits for a second person: agree or say no first.")
            % {"who": asked.asked_by}
        )


def _ask_second(wanted: Decision) -> None:
    """Keep what is wanted until somebody else agrees, and write to those who could.

    Raises Refused without a reason, and where nobody else may decide: it would wait for ever.
    """
    if not wanted.reason:
        raise Refused(
            _("This goes against what the report recommends: please say why, for whoever reads it.")
        )
    if not may_decide().exclude(pk=wanted.by_id).exists():
        raise Refused(
            _(
                "This goes against what the report recommends and takes a second person's yes, and"
                " nobody else here may decide. An administrator can give somebody the role."
            )
        )
    adjustment = wanted.adjustment
    asked = adjustment.second_readings.create(
        verdict=wanted.verdict,
        value=wanted.value,
        reason=wanted.reason,
        asked_by=wanted.by,
        asked_at=wanted.at,
    )
    _move(adjustment, State.SECOND)
    _audit(AuditAction.ADJUSTMENT_SECOND_ASK, wanted)
    ask_for_second(asked=asked, by=wanted.by)


def _as_asked(asked: SecondReading) -> Decision:
    """The decision of whoever asked, not stored yet.

    It is theirs and not the second person's; it counts from the moment at which that one agreed.
    """
    return Decision(
        adjustment=asked.adjustment,
        verdict=asked.verdict,
        value=asked.value,
        reason=asked.reason,
        by=asked.asked_by,
        second=asked.answered_by,
        at=asked.answered_at,
    )


# --- the row --------------------------------------------------------------------------------------
def _record(decision: Decision) -> Decision:
    """Store the decision with its seal, move the proposal to the verdict's state, and audit it.
    Where it was decided to stop, mails that still wait are held.
    """
    decision.save()
    seal(chain=DECISIONS, object_id=decision.pk)
    _move(decision.adjustment, STATES[decision.verdict])
    _audit(RECORDED_AS[decision.verdict], decision)
    if decision.adjustment.is_agreed_stop:
        pause_all(campaign=decision.adjustment.evaluation.campaign, by=decision.by)
    return decision


def _move(adjustment: Adjustment, state: str) -> None:
    """Store another state.

    It follows from what was written before, a decision or a second reading: a trigger holds it
    against that.
    """
    adjustment.state = state
    adjustment.save(update_fields=["state"])


def _audit(action: AuditAction, wanted: Decision) -> None:
    """What stood there, what was proposed, and what was decided or is wanted instead."""
    adjustment = wanted.adjustment
    decided = {Verdict.ACCEPT: adjustment.after, Verdict.CHANGE: wanted.value}
    audit.record(
        action=action,
        by=wanted.by,
        on=adjustment,
        before=adjustment.before,
        proposed=adjustment.after,
        decided=decided.get(wanted.verdict),
    )
