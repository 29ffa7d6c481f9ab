"""How many days are there, told in part, closed and missing: one count, and one wording of it, for
the page of what is recorded, the preview of a file and the report of its import.
"""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import ngettext

from core.localised import listed
from core.numbers import number
from crm.sources.board import MonthCell
from crm.sources.days import Recorded
from crm.sources.states import AWAITED, BEFORE, BOTH, LOST, NOW, NOW_PART, TOGETHER, UNASKED

#: States that are counted under another one: the days are there, whichever file told of them.
COUNTED_AS = {
    TOGETHER: Recorded.FULL,
    NOW: Recorded.FULL,
    BOTH: Recorded.FULL,
    NOW_PART: Recorded.PART,
}
#: How many days are said, in the order in which they are said. Days before a source told of a place
#: at all are not among them.
SAID = {
    Recorded.FULL: lambda n: ngettext("one day there", "%(n)s days there", n),
    Recorded.PART: lambda n: ngettext("one day in part", "%(n)s days in part", n),
    Recorded.CLOSED: lambda n: ngettext("one day closed", "%(n)s days closed", n),
    Recorded.NONE: lambda n: ngettext("one day missing", "%(n)s days missing", n),
    LOST: lambda n: ngettext("one day recorded by nobody", "%(n)s days recorded by nobody", n),
    AWAITED: lambda n: ngettext("one day still to come", "%(n)s days still to come", n),
    UNASKED: lambda n: ngettext("one day not told of", "%(n)s days not told of", n),
}


def numbers_of_days(cells: Iterable[MonthCell]) -> Counter[str]:
    """{state: days of it} of all ``cells``, which may be of one month or of many."""
    found: Counter[str] = Counter()
    for cell in cells:
        for stretch in cell.stretches:
            if stretch.state != BEFORE:
                found[COUNTED_AS.get(stretch.state, stretch.state)] += stretch.width
    return found


def numbers_in_words(numbers: Counter[str]) -> str:
    """ "21 days there, 3 days in part, 7 days missing": what is none is not said. Empty where no
    day is counted at all.
    """
    said = []
    for state, in_words in SAID.items():
        n = numbers[state]
        if n:
            said.append(in_words(n) % {"n": number(n)})
    return listed(said)
