"""What is recorded, in sentences."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.localised import listed
from core.numbers import number
from crm.readers.models import Activity
from crm.sources.board import Board, BoardLine, MonthCell
from crm.sources.coverage import OWN_KINDS, Records
from crm.sources.day_numbers import numbers_in_words, numbers_of_days
from crm.sources.days import Coverage, Recorded
from crm.sources.expected import Expected
from crm.sources.gaps import Gap
from crm.sources.models import CoveredSpan, DataSource
from crm.sources.months import DAYS, MONTH, end_of_month
from crm.sources.states import AWAITED, BEFORE, LOST, TOGETHER, UNASKED

#: So many gaps are named with their days; the others are counted.
NAMED = 3
#: So far back is said beside what one reader did what was not recorded.
LOOKED_BACK = timedelta(days=364)


def days_in_words(first: date, last: date, day: Callable[[date], str] = date_format) -> str:
    """One day, a whole month by its name, else from when to when: "12 Oct 2026 – 21 Oct 2026".
    ``day``: how a day is said.
    """
    if first == last:
        return day(first)
    if first.day == 1 and last == end_of_month(first):
        return date_format(first, "YEAR_MONTH_FORMAT")
    return _("%(first)s – %(last)s") % {"first": day(first), "last": day(last)}


def gaps_in_words(coverage: Coverage) -> str:
    """The days that are not wholly recorded: the first NAMED times, and how many there are more;
    empty where all days are recorded.
    """
    return runs_in_words(coverage.missing)


def runs_in_words(runs: Sequence[tuple[date, date]]) -> str:
    """Several times: the first NAMED with their days, and how many there are more; "" for none."""
    named = _(", ").join(days_in_words(first, last) for first, last in runs[:NAMED])
    others = len(runs) - NAMED
    if others <= 0:
        return named
    return ngettext("%(named)s and %(n)s time more", "%(named)s and %(n)s times more", others) % {
        "named": named,
        "n": number(others),
    }


def resting_on(what: str, coverage: Coverage) -> str:
    """The line under a figure of ``what``, which is a name in the current language: that nothing
    was recorded, or on which days not all. Empty where all its days are recorded.
    """
    if coverage.is_whole:
        return ""
    if coverage.is_none:
        return _("%(what)s: not recorded in this time.") % {"what": what}
    return _("%(what)s: not recorded wholly for %(days)s.") % {
        "what": what,
        "days": gaps_in_words(coverage),
    }


def kinds_in_words(source: DataSource) -> str:
    """What the rows of a source are: "Visit, Seat used". A kind that nobody knows any more keeps
    its code.
    """
    labels = dict(Activity.Kind.choices)
    return listed([str(labels.get(kind, kind)) for kind in source.kinds])


def lines_of(kinds: Iterable[str], first: date, last: date) -> list[str]:
    """What a figure of several kinds lacks from ``first`` to ``last``: one sentence for each kind
    that is not recorded on all days, none for what the portal notes itself. Two statements.
    """
    records = Records(first, last)
    said = []
    for kind in kinds:
        if kind not in OWN_KINDS:
            said.append(resting_on(str(Activity.Kind(kind).label), records.of(kind)))
    return list(filter(None, said))


def lacking_lately() -> list[str]:
    """What readers did in the last twelve months, up to yesterday, that was not recorded on all
    days: one sentence a kind, none where all is there. Two statements.
    """
    yesterday = timezone.localdate() - timedelta(days=1)
    kinds = [kind for kind in Activity.Kind.values if kind not in OWN_KINDS]
    return lines_of(kinds, yesterday - LOOKED_BACK, yesterday)


#: The states of a day as they are said, and in one word inside a bar.
STATES = {
    Recorded.FULL: gettext_lazy("recorded"),
    Recorded.PART: gettext_lazy("recorded in part"),
    Recorded.NONE: gettext_lazy("missing"),
    Recorded.CLOSED: pgettext_lazy("library", "closed"),
    TOGETHER: gettext_lazy("recorded together, single days unknown"),
    AWAITED: gettext_lazy("still to come"),
    BEFORE: gettext_lazy("not there yet"),
    LOST: gettext_lazy("recorded by nobody"),
    UNASKED: gettext_lazy("not told of, and no file is expected"),
}
BRIEF = {
    Recorded.NONE: pgettext_lazy("a month", "none"),
    Recorded.CLOSED: pgettext_lazy("a month", "shut"),
    AWAITED: pgettext_lazy("a month", "due"),
    LOST: pgettext_lazy("a month", "lost"),
}


def word_of(state: str, words: Mapping) -> str:
    """The word for a state, "" where it needs none."""
    return str(words.get(state, ""))


def cell_in_words(cell: MonthCell) -> str:
    """A month, week or day of a line for those who do not see the bars."""
    last = cell.month + timedelta(days=cell.days - 1)
    month = days_in_words(cell.month, last)
    said = []
    for stretch in cell.stretches:
        said.append(
            _("%(first)s–%(last)s %(state)s")
            % {
                "first": (cell.month + timedelta(days=stretch.x)).day,
                "last": (cell.month + timedelta(days=stretch.x + stretch.width - 1)).day,
                "state": word_of(stretch.state, STATES),
            }
        )
    return _("%(month)s: %(days)s") % {"month": month, "days": _(", ").join(said)}


def expected_in_words(expected: Expected, today: date) -> str:
    """The day by which the next file is to come, or for how many days it has been missed."""
    if not expected.is_late(today):
        return brief_day(expected.due)
    days = expected.days_late(today)
    return ngettext("late by one day", "late by %(n)s days", days) % {"n": number(days)}


def missing_file(source: DataSource, first: date, last: date) -> str:
    """The source and the days its file is about: "Gate east: October 2026"; of the running year
    day and month alone.
    """
    return _("%(source)s: %(days)s") % {
        "source": source.name,
        "days": days_in_words(first, last, brief_day),
    }


def came_in_words(came: datetime | None, last: date) -> str:
    """Up to which day a source has told, and when its last file came; None of ``came`` where that
    is not known, and then it is not said.
    """
    until = brief_day(last)
    if came is None:
        return _("up to %(until)s") % {"until": until}
    return _("up to %(until)s, came on %(day)s") % {
        "until": until,
        "day": brief_day(timezone.localdate(came)),
    }


def brief_day(day: date) -> str:
    """A day without its year, where that is the running one."""
    if day.year == timezone.localdate().year:
        return date_format(day, "MONTH_DAY_FORMAT")
    return date_format(day)


# --- files that are to come -----------------------------------------------------------------------
@dataclass(frozen=True)
class FileAwaited:
    """A file that is to come, or of days in between that did not. ``places``: those it should tell
    of. ``ask``: who is asked for it, "" where nobody is named.
    """

    source: DataSource
    what: str
    places: str
    due: str
    is_late: bool
    ask: str


def files_awaited(board: Board) -> list[FileAwaited]:
    """Files of days in between that did not come, then those that are to come, the most urgent
    first.
    """
    found = []
    for source, days, lines in board.missing:
        found.append(_awaited(source, days, lines, due=_("did not come"), is_late=True))
    for expected, lines in board.awaited:
        days = (expected.first, expected.last)
        due, is_late = expected_in_words(expected, board.today), expected.is_late(board.today)
        found.append(_awaited(expected.source, days, lines, due=due, is_late=is_late))
    return found


def _awaited(
    source: DataSource, days: tuple[date, date], lines: list[BoardLine], **said
) -> FileAwaited:
    """A file as the page shows it; ``said``: ``due`` and ``is_late``. Of the whole library no place
    is named.
    """
    ask = ""
    if source.contact:
        ask = _("Ask %(who)s.") % {"who": source.contact}
    places = " · ".join(str(line.place) for line in lines if line.place)
    return FileAwaited(
        source=source, what=missing_file(source, *days), places=places, ask=ask, **said
    )


# --- one month of one line ------------------------------------------------------------------------
def gap_title(gap: Gap) -> str:
    """What the panel of a month is called: "Gate, East: no record of 12 October – 21 October
    2026". Of many times the first NAMED are said, and how many there are more.
    """
    who = source_and_place(gap)
    if not gap.runs:
        month = {"who": who, "month": date_format(gap.month, "YEAR_MONTH_FORMAT")}
        if not gap.source.is_regular:
            return _("%(who)s: what its files tell of %(month)s") % month
        return _("%(who)s: %(month)s is recorded, as far as it is over") % month
    said = {"who": who, "days": runs_in_words(gap.open_runs)}
    if gap.missing:
        return _("%(who)s: no record of %(days)s") % said
    return _("%(who)s: recorded in part, %(days)s") % said


def source_and_place(gap: Gap) -> str:
    """ "Gate, East", and of the whole library the source alone."""
    if gap.place:
        return _("%(source)s, %(place)s") % {"source": gap.source, "place": gap.place}
    return str(gap.source)


def gap_lead(gap: Gap, lost: Iterable[CoveredSpan]) -> str:
    """How many days of the month are there, in part, closed and missing, as every page counts them,
    and what is known of those that are missing: why nobody recorded them, as ``lost`` says, else
    that it is not zero.
    """
    said = {
        "numbers": numbers_in_words(numbers_of_days([gap.cell])),
        "why": listed(dict.fromkeys(one.note for one in lost if one.note)),
    }
    if said["why"]:
        return _("%(numbers)s. Nobody recorded what is missing: %(why)s") % said
    if gap.missing:
        return _("%(numbers)s. What is missing is not zero: it is not known.") % said
    if gap.runs:
        return _("%(numbers)s. On days in part there was at least so much.") % said
    if not gap.source.is_regular:
        return _("%(numbers)s. No file is expected of days that were not told of.") % said
    return _("%(numbers)s. Nothing is missing here.") % said


def heads(months: list[date]) -> list[tuple[str, str]]:
    """(brief, whole) name of each month: "11" and "November 2026". The year stands in the brief one
    of the first month of each year, "2026-01".
    """
    found = []
    year = None
    for month in months:
        brief = f"{month:%m}"
        if month.year != year:
            brief = f"{month:%Y-%m}"
        year = month.year
        found.append((brief, date_format(month, "YEAR_MONTH_FORMAT")))
    return found


def columns_in_words(months: list[date], by: str) -> list[tuple[str, str]]:
    """(brief, whole) name of each column of a board by month, week or day, from their first days:
    of weeks and days month and day, "11-23", and all days in words.
    """
    if by == MONTH:
        return heads(months)
    found = []
    for first in months:
        last = first + timedelta(days=DAYS[by] - 1)
        found.append((f"{first:%m-%d}", days_in_words(first, last)))
    return found


def lead(board: Board) -> str:
    """What the page says first: that nothing has come at all, that nothing is late, or how many
    files are.
    """
    if not board.lines:
        return _("No file has told of any day yet, so nothing can be counted.")
    if not board.late:
        return _("What is missing is neither zero nor estimated; closed days are no gap.")
    return ngettext(
        "One file has not come. What is missing is neither zero nor estimated.",
        "%(n)s files have not come. What is missing is neither zero nor estimated.",
        board.late,
    ) % {"n": number(board.late)}
