"""Rows of the registers, in sentences."""

from datetime import date

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.localised import listed
from core.numbers import number
from crm.registers.models import FollowerCount, SpecialDays, TeachingTerm
from crm.staff.models import Lasting


def period_in_words(start: date | None, end: date | None) -> str:
    """ "1 January 2018 – 31 December 2020", as the current language writes days; where one of the
    two is not known, that is said instead. One day is one day. Never empty.
    """
    if start and start == end:
        return date_format(start)
    if start and end:
        days = {"start": date_format(start), "end": date_format(end)}
        return _("%(start)s – %(end)s") % days
    if start:
        return _("since %(start)s, no end set") % {"start": date_format(start)}
    if end:
        return _("until %(end)s, the beginning is not recorded") % {"end": date_format(end)}
    return _("no days recorded")


def place_in_words(place: Lasting) -> list[str]:
    """When it was there, what it came from and what it goes on as: one to three sentences, those
    left out that have nothing to say.
    """
    said = [period_in_words(place.starts_on, place.ends_on)]
    parts = list(place.predecessors.all())
    if parts:
        said.append(_("from %(names)s") % {"names": listed(map(str, parts))})
    if place.successor:
        said.append(_("goes on as %(name)s") % {"name": place.successor})
    return said


def term_in_words(term: TeachingTerm) -> list[str]:
    """Its days, and how many weeks they are, begun ones included: two sentences."""
    weeks = _("%(n)s weeks") % {"n": number(term.weeks)}
    return [period_in_words(term.starts_on, term.ends_on), weeks]


def days_in_words(days: SpecialDays) -> list[str]:
    """Whether it is closed, where, when, and on which day of the week if it is one alone: three
    parts or four, in this order.
    """
    where = str(days.campus) if days.campus else _("all campuses")
    said = [str(days.get_kind_display()), where, period_in_words(days.starts_on, days.ends_on)]
    if days.weekday is not None:
        said.append(str(days.get_weekday_display()))
    return said


def recorded_in_words(n: int) -> str:
    """That something was recorded on ``n`` of the days that somebody is about to close, and what to
    do.
    """
    said = ngettext(
        "On %(n)s of these days something is recorded: somebody came, borrowed or was counted."
        " Leave it out, or say that it was closed all the same.",
        "On %(n)s of these days something is recorded: somebody came, borrowed or was counted."
        " Leave them out, or say that it was closed all the same.",
        n,
    )
    return said % {"n": number(n)}


def account_in_words(_account: Model) -> list[str]:
    """Nothing: an account has no days, and its name is said by the row itself."""
    return []


def count_in_words(count: FollowerCount) -> list[str]:
    """Followers, new and gone of one day, in this order; what was not told says so."""
    return [
        _("%(n)s followers") % {"n": told(count.followers)},
        _("new %(n)s") % {"n": told(count.came)},
        _("gone %(n)s") % {"n": told(count.went)},
    ]


def told(figure: int | None) -> str:
    """A figure with its thousands parted, or in words that there is none: nothing told is not 0."""
    if figure is None:
        return _("not measured")
    return number(figure)


def week_in_words(week) -> str:
    """Which teaching week today lies in, as ``teaching_week`` gives it; for None, between terms, a
    sentence that says that no term is recorded.
    """
    if week is None:
        return _("No term is recorded for today.")
    return _("Today is in week %(n)s of “%(term)s”.") % {"n": week.number, "term": week.term}
