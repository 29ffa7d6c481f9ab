"""Hours of the day in which no promotional mail goes: local times, from the first to before the
last, over midnight where the last is the earlier one.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.limits.models import MailRules


def is_quiet(moment: datetime, rules: MailRules) -> bool:
    """Whether ``moment`` lies in the quiet hours, by the library's own time; False where there are
    none. The hour in which they end is no part of them.
    """
    if rules.quiet_from is None:
        return False
    clock = timezone.localtime(moment).time()
    if rules.quiet_from < rules.quiet_until:
        return rules.quiet_from <= clock < rules.quiet_until
    return clock >= rules.quiet_from or clock < rules.quiet_until


def out_of_quiet(moment: datetime, rules: MailRules) -> datetime:
    """``moment`` itself, or when the quiet hours end in which it lies; then in local time."""
    if not is_quiet(moment, rules):
        return moment
    local = timezone.localtime(moment)
    end = rules.quiet_until
    ends = local.replace(hour=end.hour, minute=end.minute, second=end.second, microsecond=0)
    if ends > local:
        return ends
    # A day on the clock, not 24 hours: the hour stays the same where the clocks are changed.
    return ends + timedelta(days=1)
