"""What of a refused row is kept, cell by cell: what reads as what its column is, and nothing else.

A title with a comma that nobody quoted moves all that stands behind it into other columns, so that
a part of it may stand in any of them, beside the number of who read it.
"""

import re
from collections.abc import Callable

from crm.activities.happenings import SAID, kind_in
from crm.activities.hiding import hidden_reference
from crm.activities.models import MONTH_COUNTS
from crm.activities.moments import looks_like_moment
from crm.activities.naming import RowPlaces
from crm.imports.clocks import is_written_as_clock
from crm.imports.fields import Refusal, number
from crm.imports.items import is_item

#: Cell → what of it is kept.
Keep = Callable[[str], str]
#: Columns of what programs send that were found to be one of few words, or a count, before.
CHECKED = ("kind", "system", "count")
#: How often, as it is written: 1204 or 1,204.
NUMBER = re.compile(r"[\d.,，]+")

# --- numbers, which only all rows and the register tell to be such --------------------------------
#: Letters of a number as a, digits as 9: A1-07 is a9-99.
SHAPE = "translate(lower({}), 'bcdefghijklmnopqrstuvwxyz012345678', repeat('a', 25) || '999999999')"
#: So many different numbers of one shape are a shape of the file, and such a part of them all.
MANY, PART = 20, 10
#: At the ends of a register in the order of its numbers as many are looked at.
AT_EACH_END = 1000
OF_REGISTER = """
    SELECT o.number FROM unnest({{systems}}) y CROSS JOIN LATERAL (
        (SELECT {number} AS number FROM {table} WHERE {system} = y ORDER BY {number} LIMIT {n})
        UNION ALL
        (SELECT {number} FROM {table} WHERE {system} = y ORDER BY {number} DESC LIMIT {n})) o"""
#: Shapes with a digit of numbers in the register, of rows that lead to readers, and of so many
#: strangers that they are another register's: a name that somebody bears may be a title as well.
SHAPES = f"""
    SELECT DISTINCT {SHAPE.format("known.number")} AS shape
    FROM (
        {OF_REGISTER.format(table="crm_reader", system="source", number="number", n=AT_EACH_END)}
        UNION
        {OF_REGISTER.format(table="crm_identity", system="system", number="number", n=AT_EACH_END)}
        UNION
        SELECT number FROM {{table}} WHERE reason IS NULL) known
    UNION
    SELECT shape
    FROM (
        SELECT {SHAPE.format("strange.number")} AS shape, count(*) AS n,
            sum(count(*)) OVER () AS total
        FROM (
            SELECT DISTINCT number FROM {{table}} WHERE reason = 'unknown-reader') strange
        GROUP BY 1) shapes
    WHERE n >= {MANY} AND n * {PART} >= total"""
HAS_REFUSED = "SELECT EXISTS (SELECT 1 FROM {table} WHERE reason IS NOT NULL)"
#: Where a refused row has its number: of one with very many cells that alone is kept.
PLACE = "CASE WHEN jsonb_array_length(s.raw) = 1 THEN 0 ELSE %(number_place)s END"
#: Numbers that look like none are taken out of what is kept of refused rows.
KEEP_NUMBERS = f"""
    WITH shapes AS ({SHAPES})
    UPDATE {{table}} s
    SET raw = jsonb_set(s.raw, ARRAY[({PLACE})::text], '""')
    WHERE s.reason IS NOT NULL AND s.raw ->> ({PLACE}) <> ''
      AND NOT EXISTS (
        SELECT 1 FROM shapes
        WHERE shape LIKE '%%9%%' AND shape = {SHAPE.format(f"s.raw ->> ({PLACE})")})"""


# --- all other cells ------------------------------------------------------------------------------
def keepers(places: RowPlaces, own_words: dict[str, str], platform: Keep) -> dict[str, Keep]:
    """{field: what of its cell is kept}; of a field that is not among them nothing is.

    ``own_words``: what the library says happened, as ``kind_in`` takes it; ``platform``: a key of
    one that nobody can read back.
    """
    found: dict[str, Keep] = {
        "number": readable_number,
        "at": moment_or_nothing,
        "time": clock_or_nothing,
        "campus": known_place(places),
        "ref": hidden_reference,
        "platform": platform,
    }
    for field in SAID:
        found[field] = known_word(field, own_words)
    found |= dict.fromkeys(MONTH_COUNTS, digits_or_nothing)
    return found | dict.fromkeys(CHECKED, str)


def readable_number(cell: str) -> str:
    """A number in its normal form, as rows that are taken have it; nothing for what is none, and
    for that of a book. Whether it looks like a reader's is asked of all rows (KEEP_NUMBERS).
    """
    if is_item(cell):
        return ""
    try:
        return number(cell)
    except Refusal:
        return ""


def moment_or_nothing(cell: str) -> str:
    """A day or a moment as it is written, also one that cannot be: 2026-02-30, 2026-10-01 25:61."""
    is_one = looks_like_moment(cell) and not is_item(cell)
    return cell if is_one else ""


def clock_or_nothing(cell: str) -> str:
    """A time of day as it is written, also one that no day has."""
    return cell if is_written_as_clock(cell) else ""


def digits_or_nothing(cell: str) -> str:
    """How often something was done, as it is written."""
    return cell if NUMBER.fullmatch(cell) else ""


def known_place(places: RowPlaces) -> Keep:
    """Of a place its name, where it is stored; nothing of one that is not, be it a place or not."""

    def keep(cell: str) -> str:
        """The name as the row has it."""
        return cell if places.is_stored(cell) else ""

    return keep


def known_word(field: str, own: dict[str, str]) -> Keep:
    """Of what happened the word of the system, where it is one that is understood. ``field`` is one
    of SAID, ``own`` as in ``kind_in``.
    """
    kind_of = kind_in(field, own, "")

    def keep(cell: str) -> str:
        """The word as the row has it."""
        try:
            kind_of(cell)
        except Refusal:
            return ""
        return cell

    return keep
