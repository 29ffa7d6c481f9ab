"""What the heads of columns say over which numbers are spread: months, hours, places. Pure."""

from datetime import date

from crm.imports.fields import Refusal
from crm.tallies.cells import minute_of
from crm.tallies.options import CountOptions
from crm.tallies.spans import is_day, month_in_header, span_of


def spread_columns(header: list[str], options: CountOptions) -> list[tuple[int, str, str]]:
    """(place in the row, name, "month", "hour" or "place") of each column spread that the header
    has, in the order in which they were chosen; one that the header lacks is passed over, and
    ``problems`` names it.
    """
    return [
        (header.index(name), name, kind_of_column(name))
        for name in options.spread
        if name in header
    ]


def day_of_head(name: str) -> date | None:
    """The day that a column is called by, with its year first; None for another name. Raises
    Refusal for a day that is none, as 2019-02-30.
    """
    if not is_day(name.strip()):
        return None
    return span_of(name).first


def kind_of_column(name: str) -> str:
    """What a column is called like: "month", which may be a quarter or a day too, "hour", else
    "place".
    """
    if month_in_header(name):
        return "month"
    if is_hour(name):
        return "hour"
    return "place"


def is_hour(name: str) -> bool:
    """Whether a column is called like an hour, by a colon or by 时 or 点 behind the number: a
    number alone is none.
    """
    if not any(sign in name for sign in (":", "：", "时", "点")):
        return False
    try:
        return minute_of("hour", name) is not None
    except Refusal:
        return False
