"""How much time is left, and when something was, in words of the current language."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.today.items import DeskClock, Group, Left, end_of
from core.numbers import duration, number
from crm.sources.words import brief_day


def until(due: datetime, clock: DeskClock) -> Left:
    """How long it is until a moment, or since when it is over."""
    group = clock.group_of(due)
    day = brief_day(timezone.localdate(due))
    if group == Group.LATE:
        words = _("overdue by %(time)s") % {"time": duration(clock.now - due)}
        return Left(words, _("was due %(day)s") % {"day": day}, group, due, has_term=True)

    words = _("%(time)s left") % {"time": duration(due - clock.now)}
    beneath = _("by %(day)s") % {"day": day}
    if group == Group.TODAY:
        beneath = _("by %(time)s") % {"time": time_format(timezone.localtime(due), "TIME_FORMAT")}
    return Left(words, beneath, group, due, has_term=True)


def until_day(day: date, clock: DeskClock) -> Left:
    """How many days it is to the last one on which it is in time."""
    due = end_of(day)
    days = (day - clock.today).days
    if days < 0:
        words = ngettext("overdue by one day", "overdue by %(n)s days", -days)
        beneath = _("was due %(day)s")
    elif days == 0:
        words, beneath = _("until tonight"), _("by %(day)s")
    else:
        words, beneath = ngettext("one day left", "%(n)s days left", days), _("by %(day)s")
    said = {"n": number(abs(days)), "day": brief_day(day)}
    return Left(words % said, beneath % said, clock.group_of(due), due, has_term=True)


def waiting_since(since: datetime, clock: DeskClock) -> Left:
    """Of what has no term: how long it waits already."""
    words = _("waits for %(time)s") % {"time": duration(clock.now - since)}
    return Left(words, _("no date is set"), Group.LATER, since, has_term=False)


def standing_since(since: datetime | None, clock: DeskClock) -> Left:
    """Of what stands still until somebody does something; None where nobody knows since when."""
    if since is None:
        return Left(_("right now"), "", Group.STILL, clock.now, has_term=True)
    words = _("%(time)s ago") % {"time": duration(clock.now - since)}
    return Left(words, moment(since, clock), Group.STILL, since, has_term=True)


def moment(at: datetime, clock: DeskClock) -> str:
    """When something was: the time of day of today's, the day before as "yesterday", else the
    day.
    """
    local = timezone.localtime(at)
    said = {"time": time_format(local, "TIME_FORMAT"), "day": brief_day(local.date())}
    days = (clock.today - local.date()).days
    # Farther back the day is needed: nobody counts back three days in their head.
    message = {0: "%(time)s", 1: _("yesterday, %(time)s")}.get(days, _("%(day)s, %(time)s"))
    return message % said


def day_in_words(clock: DeskClock) -> str:
    """The day and the time of day at which somebody looks."""
    local = timezone.localtime(clock.now)
    return _("%(day)s, %(weekday)s, %(time)s") % {
        "day": date_format(local, "MONTH_DAY_FORMAT"),
        "weekday": date_format(local, "l"),
        "time": time_format(local, "TIME_FORMAT"),
    }


def since_in_words(since: datetime, clock: DeskClock, *, is_known: bool) -> str:
    """From when on the page says what changed; ``is_known``: somebody was here then."""
    if not is_known:
        days = round((clock.now - since) / timedelta(days=1))
        return ngettext("the last day", "the last %(n)s days", days) % {"n": number(days)}
    return _("since %(at)s") % {"at": moment(since, clock)}
