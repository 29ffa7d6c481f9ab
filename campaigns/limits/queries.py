"""The rules in force, and which campaigns a limit has stopped."""

from campaigns.limits.models import LimitStop, MailRules
from campaigns.plan.models import Campaign


def rules_in_force() -> MailRules:
    """What the library has chosen, else the usual rules, not stored. Asked for anew each time, in
    one statement.
    """
    return MailRules.objects.filter(pk=1).first() or MailRules(pk=1)


def open_stop(campaign: Campaign | int) -> LimitStop | None:
    """The stop by a limit that nobody has ended; None where the campaign may be mailed."""
    return LimitStop.objects.filter(campaign=campaign, resumed_at__isnull=True).first()


def last_stop(campaign: Campaign | int) -> LimitStop | None:
    """The newest stop by a limit, ended or not; None where there was none."""
    return LimitStop.objects.filter(campaign=campaign).first()
