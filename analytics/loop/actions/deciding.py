"""A person's decision about one adjustment.

Accept, accept with a change, or refuse with a reason.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from analytics.loop.choices import checked_value
from analytics.loop.models import Adjustment, Decision
from analytics.loop.publications import DECISIONS
from analytics.published.sealing import seal
from campaigns.sending.actions import pause_all
from core.refusals import Refused
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

Verdict = Decision.Verdict
STATES = {
    Verdict.ACCEPT: Adjustment.State.ACCEPTED,
    Verdict.CHANGE: Adjustment.State.CHANGED,
    Verdict.REFUSE: Adjustment.State.REFUSED,
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
) -> Decision:
    """Record what ``by`` decided. The same decision again changes nothing; another one is refused.

    ``at`` is now, except for a library that is made up with its past.

    Raises PermissionDenied without ``decisions.make``; Refused for a missing reason, a value out of
    range, an adjustment decided differently already or replaced by a newer evaluation.
    """
    if not by.can("decisions.make"):
        raise PermissionDenied
    # Two who decide at once wait for each other, so that the second sees the first's decision.
    adjustment = Adjustment.objects.select_for_update().get(pk=adjustment.pk)
    verdict = Verdict(verdict)
    reason = reason.strip()
    value = checked_value(adjustment, value) if verdict == Verdict.CHANGE else None

    taken = Decision.objects.select_related("by").filter(adjustment=adjustment).first()
    if taken is not None:
        return _same_again(taken, verdict, value)
    _refuse_where_impossible(adjustment, verdict, reason)
    decision = Decision(adjustment=adjustment, verdict=verdict, value=value, reason=reason, by=by)
    decision.at = at or timezone.now()
    return _record(decision)


def _same_again(taken: Decision, verdict: str, value: int | float | None) -> Decision:
    """The decision there is. Raises Refused where it is another one."""
    if (taken.verdict, taken.value) == (verdict, value):
        return taken
    raise Refused(
        _("%(who)s has already decided this on %(day)s: %(verdict)s.")
        % {
            "who": taken.by,
            "day": date_format(localtime(taken.at), "DATE_FORMAT"),
            "verdict": taken.get_verdict_display(),
        }
    )


def _refuse_where_impossible(adjustment: Adjustment, verdict: str, reason: str) -> None:
    """Raises Refused for what was replaced, and for a refusal without a reason."""
    if adjustment.state == Adjustment.State.SUPERSEDED:
        raise Refused(_("A newer evaluation has replaced this proposal."))
    if verdict != Verdict.ACCEPT and not reason:
        raise Refused(
            _("Please say why: the reason is read again when the next campaign is evaluated.")
        )


def _record(decision: Decision) -> Decision:
    """Store the decision with its seal, move the proposal to the verdict's state, and audit it.
    Where it was decided to stop, mails that still wait are held.
    """
    decision.save()
    seal(chain=DECISIONS, object_id=decision.pk)
    adjustment, verdict = decision.adjustment, decision.verdict
    adjustment.state = STATES[verdict]
    adjustment.save(update_fields=["state"])
    audit.record(
        action=RECORDED_AS[verdict],
        by=decision.by,
        on=adjustment,
        before=adjustment.before,
        proposed=adjustment.after,
        decided=None if verdict == Verdict.REFUSE else adjustment.agreed_value,
    )
    if adjustment.is_agreed_stop:
        pause_all(campaign=adjustment.evaluation.campaign, by=decision.by)
    return decision
