"""A person's decision about one adjustment.

Accept, accept with a change, or refuse with a reason.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from analytics.loop.mix import FLOOR
from analytics.loop.models import Adjustment, Decision
from crm.staff import audit
from crm.staff.models import User

Kind, Verdict = Adjustment.Kind, Decision.Verdict
STATES = {
    Verdict.ACCEPT: Adjustment.State.ACCEPTED,
    Verdict.CHANGE: Adjustment.State.CHANGED,
    Verdict.REFUSE: Adjustment.State.REFUSED,
}
#: Kinds of which a person may choose another value, with its lowest and highest.
RANGES = {Kind.CHANNEL_SHARE: (FLOOR, 100), Kind.TIMING: (0, 23), Kind.STANDARD: (-100, 10_000_000)}


class NotDecided(Exception):
    """The decision was not taken; the message says why."""


@transaction.atomic
def decide(
    *, adjustment: Adjustment, verdict: str, by: User, value=None, reason: str = ""
) -> Decision:
    """Record what ``by`` decided. The same decision again changes nothing; another one is refused.

    Raises PermissionDenied without ``decisions.make``; NotDecided for a missing reason, a value out
    of range, an adjustment decided differently already or replaced by a newer evaluation.
    """
    if not by.can("decisions.make"):
        raise PermissionDenied
    adjustment = Adjustment.objects.select_for_update().get(pk=adjustment.pk)
    verdict, reason = Verdict(verdict), reason.strip()
    value = checked_value(adjustment, value) if verdict == Verdict.CHANGE else None
    taken = Decision.objects.select_related("by").filter(adjustment=adjustment).first()
    if taken is not None:
        return _again(taken, verdict, value)
    if adjustment.state == Adjustment.State.SUPERSEDED:
        raise NotDecided(_("A newer evaluation has replaced this proposal."))
    if verdict != Verdict.ACCEPT and not reason:
        raise NotDecided(
            _("Please say why: the reason is read again when the next campaign is evaluated.")
        )
    decision = Decision.objects.create(
        adjustment=adjustment, verdict=verdict, value=value, reason=reason, by=by
    )
    adjustment.state = STATES[verdict]
    adjustment.save(update_fields=["state"])
    audit.record(
        action=f"adjustment.{verdict}",
        by=by,
        on=adjustment,
        before=adjustment.before,
        after=adjustment.after,
    )
    return decision


def checked_value(adjustment: Adjustment, value):
    """The other value a person chose, as the number the field takes. Raises NotDecided."""
    if adjustment.kind not in RANGES:
        raise NotDecided(_("This proposal can be accepted or refused, not changed."))
    low, high = RANGES[adjustment.kind]
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise NotDecided(_("Please give the value you want instead.")) from None
    whole = adjustment.kind != Kind.STANDARD
    if not low <= number <= high or (whole and number != int(number)):
        raise NotDecided(
            _("The value must lie between %(low)s and %(high)s.") % {"low": low, "high": high}
        )
    return int(number) if whole else number


def _again(taken: Decision, verdict: str, value) -> Decision:
    if (taken.verdict, taken.value) == (verdict, value):
        return taken
    raise NotDecided(
        _("%(who)s has already decided this on %(day)s: %(verdict)s.")
        % {
            "who": taken.by,
            "day": date_format(localtime(taken.at), "DATE_FORMAT"),
            "verdict": taken.get_verdict_display(),
        }
    )
