"""The month's figures in words of the current language."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.month.named import OF_METRIC
from analytics.month.tiles import Tile
from analytics.month.visits import MonthVisits, told_done
from core.disclosure import Count
from core.localised import listed
from core.measures import NamedFigure
from core.numbers import large_number, number
from crm.registers.calendar import TeachingWeeks
from crm.sources.months import end_of_month
from crm.sources.words import gaps_in_words

#: The chart of the page in whose table a figure stands month by month.
PLACES = {
    "contributors": "#contributors",
    "active_readers": "#activities",
    "participants": "#activities",
    "respondents": "#echo",
}


def metric_name(metric: str) -> str:
    """Name of a monthly figure in the current language; the code of one that is not known."""
    if metric not in OF_METRIC:
        return metric
    return str(OF_METRIC[metric].label)


def metric_help(metric: str) -> str:
    """What a monthly figure counts, in one sentence; empty for one that is not known."""
    if metric not in OF_METRIC:
        return ""
    return str(OF_METRIC[metric].counted)


def told(metric: str, count: Count, href: str = "") -> NamedFigure:
    """A monthly figure as every page prints it: a large number as the language counts."""
    text = ""
    if count.is_shown:
        text = large_number(count.public_number)
    return OF_METRIC[metric].read(count, text=text, href=href)


def tile_told(tile: Tile) -> NamedFigure:
    """The number of a tile; it leads to the chart whose table has the months."""
    return told(tile.metric, tile.value, href=PLACES[tile.metric])


def rests_on(tile: Tile) -> str:
    """The line under a figure of which days are missing: at least so many, or that nothing was
    recorded. Empty where all days are recorded.
    """
    if tile.recorded.is_whole:
        return ""
    if tile.recorded.is_none:
        return _("Nothing that it could be counted by was recorded.")
    return _("At least so many: not recorded wholly for %(days)s.") % {
        "days": gaps_in_words(tile.recorded)
    }


def target_said(tile: Tile) -> str:
    """The target of a figure, in persons, and that it is reached where it is; or that it has none.

    Nothing is said of a target that is missed: days that are not recorded may have reached it.
    """
    said = {"n": number(tile.target)}
    if tile.on_target:
        return _("target %(n)s, reached") % said
    if tile.target:
        return _("target %(n)s") % said
    return _("no target")


@dataclass(frozen=True)
class Trend:
    """A rise or a fall on a tile: ``look`` the class, ``text`` an arrow with the number."""

    look: str
    text: str


def trend_of(change: int) -> Trend:
    """A fall or a rise by so many; ``change`` is not 0."""
    if change < 0:
        return Trend("down", f"▼ {number(-change)}")
    return Trend("up", f"▲ {number(change)}")


class OnLastYear(Enum):
    """How a count stands to that of the same month a year before."""

    RUNNING = "running"
    UNKNOWN = "unknown"
    SAME = "same"
    MORE = "more"
    FEWER = "fewer"


def on_last_year(change: int | None, *, is_running: bool) -> OnLastYear:
    """What a difference to last year is; None of ``change`` may not be told.

    A month that is running is compared with nothing.
    """
    if is_running:
        return OnLastYear.RUNNING
    if change is None:
        return OnLastYear.UNKNOWN
    if change == 0:
        return OnLastYear.SAME
    return OnLastYear.MORE if change > 0 else OnLastYear.FEWER


def change_words(change: int | None, *, is_running: bool = False) -> str:
    """How a count differs from a year before, in words: 31 more than …; what ``change`` is, see
    ``on_last_year``.
    """
    said = {
        OnLastYear.RUNNING: _("not comparable with last year before the month is over"),
        OnLastYear.UNKNOWN: _("no comparison with last year is possible"),
        OnLastYear.SAME: _("as many as in the same month last year"),
        OnLastYear.MORE: _("%(n)s more than in the same month last year"),
        OnLastYear.FEWER: _("%(n)s fewer than in the same month last year"),
    }
    return said[on_last_year(change, is_running=is_running)] % {"n": number(abs(change or 0))}


def weeks_in_words(month: date, last_year: date, before: date) -> str:
    """That the month has another number of teaching weeks than one that it stands beside: the same
    month a year before, or the one before it (first days). Empty where all have as many, and where
    the register of terms does not say. Two statements.
    """
    weeks = TeachingWeeks(last_year, end_of_month(month))
    here = weeks.between(month, end_of_month(month))
    if here is None:
        return ""
    others = []
    for day in (last_year, before):
        there = weeks.between(day, end_of_month(day))
        if there and not there.is_like(here):
            name = date_format(day, "YEAR_MONTH_FORMAT")
            others.append(weeks_of(name, there.taught))
    if not others:
        return ""
    months = listed([weeks_of(_("this month"), here.taught), *others])
    return _("Not alike: %(months)s.") % {"months": months}


def weeks_of(month: str, n: int) -> str:
    """How many teaching weeks a month of that name has: "February 2026 with 3 teaching weeks"."""
    return ngettext(
        "%(month)s with %(n)s teaching week", "%(month)s with %(n)s teaching weeks", n
    ) % {"month": month, "n": number(n)}


def visits_in_words(visits: MonthVisits) -> str:
    """How many visits, who counted them, as of when, and whether all days are among them; that
    nothing was measured where nobody counted.
    """
    if not visits.origin:
        return _("Visits: not measured. Neither a counter nor a gate tells of this month.")
    said = {
        "n": str(visits.count),
        "named": str(told_done(visits.rows.named)) if visits.has_named else "",
        "sources": _(", ").join(visits.sources),
        "at": date_format(localtime(visits.as_of), "DATETIME_FORMAT") if visits.as_of else "–",
    }
    return sentence_of_visits(visits) % said


def sentence_of_visits(visits: MonthVisits) -> str:
    """The sentence, with places for its numbers, by who counted and whether all days are there."""
    if visits.sources:
        return by_completeness(
            visits,
            _("Visits: %(n)s, counted by %(sources)s, as of %(at)s."),
            _("Visits: %(n)s in a part of the month, counted by %(sources)s, as of %(at)s."),
        )
    if not visits.has_unnamed:
        return by_completeness(
            visits,
            _("Visits: %(n)s, those of readers known by name, as of %(at)s."),
            _(
                "Visits: %(n)s in a part of the month, those of readers known by name, as of"
                " %(at)s."
            ),
        )
    if not visits.has_named:
        return by_completeness(
            visits,
            _("Visits: %(n)s, through gates that keep nobody's name, as of %(at)s."),
            _(
                "Visits: %(n)s in a part of the month, through gates that keep nobody's name, as of"
                " %(at)s."
            ),
        )
    return by_completeness(
        visits,
        _("Visits: %(n)s through gates, %(named)s of them of readers known by name, as of %(at)s."),
        _(
            "Visits: %(n)s through gates in a part of the month, %(named)s of them of readers known"
            " by name, as of %(at)s."
        ),
    )


def by_completeness(visits: MonthVisits, whole: str, part: str) -> str:
    """Of two sentences the one that fits."""
    return whole if visits.is_whole else part


def visits_defined() -> str:
    """What counts as a visit here, in three sentences."""
    return _(
        "Counters go first where they tell of the whole month, else what gates noted visit by"
        " visit, with names and without. Where counters that tell of a part counted more, the"
        " number is at least theirs. Counters and gates are never added together, and no rate is"
        " made of a part."
    )
