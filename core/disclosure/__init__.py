"""The one door for figures about people: what a page, a chart, a file or the API may say of them.

See docs/disclosure.md. ``Count``, ``CountRow`` and ``CountTable`` are what queries make and pages
print; the functions on numbers and None below them are the rules they use, still called directly
where a part of the software has not adopted the types.
"""

from core.disclosure.about import about, count_in_tens, in_tens, rounded_to
from core.disclosure.count import (
    ABOUT,
    SHOWN,
    SMALLEST_CELL,
    Count,
    Missing,
    RoundedCount,
    is_small,
)
from core.disclosure.hiding import hidden_places, hide_row, hide_table, may_split, suppress
from core.disclosure.means import RoundedMean, may_stand_beside
from core.disclosure.responses import (
    Cell,
    Hidden,
    either,
    hidden_in_row,
    hidden_in_table,
    hidden_states,
)
from core.disclosure.tables import CountRow, CountTable, CrossedTable, counts_of

__all__ = [
    "ABOUT",
    "SHOWN",
    "SMALLEST_CELL",
    "Cell",
    "Count",
    "CountRow",
    "CountTable",
    "CrossedTable",
    "Hidden",
    "Missing",
    "RoundedCount",
    "RoundedMean",
    "about",
    "count_in_tens",
    "counts_of",
    "either",
    "hidden_in_row",
    "hidden_in_table",
    "hidden_places",
    "hidden_states",
    "hide_row",
    "hide_table",
    "in_tens",
    "is_small",
    "may_split",
    "may_stand_beside",
    "rounded_to",
    "suppress",
]
