"""Brackets in words: what stands at the edges of the map and beside every choice of one."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.disclosure import Count
from core.localised import listed
from core.numbers import number
from crm.readers.models import Activity
from crm.rfc.models import BRACKET_NUMBERS, BRACKETS, Edges, ScoreRun
from crm.rfc.queries import Part, kinds_of

#: The three figures, in the order in which they are named.
FIGURES = {
    "recency": gettext_lazy("Recency"),
    "frequency": gettext_lazy("Frequency"),
    "contribution": pgettext_lazy("a figure", "Contribution"),
}


def part_in_words(part: Part) -> str:
    """The kinds of activity that count for ``part``, by their names in the current language, their
    first letters small: "loan, renewal, visit". In the order in which the kinds are declared.
    """
    labels = [str(Activity.Kind(kind).label) for kind in kinds_of(part)]
    return listed([label[:1].lower() + label[1:] for label in labels])


def used_in_words() -> str:
    """What frequency counts, in one sentence that names every kind of use."""
    return _("How often somebody used something: %(kinds)s.") % {"kinds": part_in_words(Part.USE)}


def given_in_words() -> str:
    """What contribution counts, in one sentence that names every kind of gift."""
    return _("How often somebody gave something: %(kinds)s.") % {"kinds": part_in_words(Part.GIFT)}


def counted_in_words(total: Count, run: ScoreRun) -> str:
    """How many readers the map shows, as of when, and since when their doings are counted."""
    said = _("n = %(n)s, as of %(time)s; frequency and contribution are counted since %(since)s.")
    return said % {
        "n": total,
        "time": date_format(timezone.localtime(run.computed_at), "DATETIME_FORMAT"),
        "since": date_format(run.counted_since, "DATE_FORMAT"),
    }


def recency_words(edges: Sequence[int], bracket: int) -> str:
    """ "8 to 30 days ago" for bracket 4 of 7, 30, 90, 180. ``edges``: days, ascending; bracket 5 is
    the most recent, and 1 is longer ago than the last edge.
    """
    if bracket == BRACKETS:
        return ngettext("within the last day", "within %(n)s days", edges[0]) % {"n": edges[0]}
    if bracket == 1:
        return _("more than %(n)s days ago") % {"n": number(edges[-1])}
    place = BRACKETS - bracket
    return _("%(low)s to %(high)s days ago") % {
        "low": number(edges[place - 1] + 1),
        "high": number(edges[place]),
    }


def times_words(edges: Sequence[int], bracket: int) -> str:
    """ "6 to 14 times" for bracket 3 of 2, 6, 15, 40. ``edges``: times, ascending; bracket 1 lies
    below the first edge and begins with none at all, bracket 5 has no upper end.
    """
    if bracket == BRACKETS:
        return _("%(n)s times or more") % {"n": number(edges[-1])}
    low = 0
    if bracket > 1:
        low = edges[bracket - 2]
    return _times_between(low, edges[bracket - 1] - 1)


def _times_between(low: int, high: int) -> str:
    """How often, both ends included: "not at all", "once", "2 to 5 times". For 0 to 3 it says "0 to
    3 times", since both are meant.
    """
    if high == 0:
        return _("not at all")
    if low == high:
        return ngettext("once", "%(n)s times", low) % {"n": number(low)}
    return _("%(low)s to %(high)s times") % {"low": number(low), "high": number(high)}


def bracket_words(figure: str, edges: Edges, bracket: int) -> str:
    """What a bracket of one of the FIGURES means by these edges, in days for recency and in times
    for the others. ``bracket``: 1 to 5.
    """
    if figure == "recency":
        return recency_words(edges.recency, bracket)
    return times_words(getattr(edges, figure), bracket)


def choices_of(figure: str, edges: Edges) -> list[tuple[int, str]]:
    """(bracket, "5: within 7 days") of one of the FIGURES, the best first, as a field for a choice
    takes them. ``edges``: those by which the readers were placed.
    """
    found = []
    for bracket in reversed(BRACKET_NUMBERS):
        words = bracket_words(figure, edges, bracket)
        found.append((bracket, _("%(n)s: %(words)s") % {"n": bracket, "words": words}))
    return found
