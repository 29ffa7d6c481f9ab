"""How figures are printed for people: one function for each kind of figure.

An absent figure (None) is never printed as 0: every function says "not measured" instead. Counts of
persons, which may have to be withheld, are printed by core/disclosure/.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import wraps

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.disclosure import Missing
from core.localised import is_chinese

MYRIAD = 10_000
MINUTE, HOUR, DAY = 60, 3600, 86_400
MINUS = "\N{MINUS SIGN}"
#: Keeps what stands on either side of it on one line.
JOINED = "\N{WORD JOINER}"


def missing(value):
    """The value, or why there is none: None and an empty text are "not measured".

    In the present language. Any other value is given back as it is, 0 too.
    """
    if value in (None, ""):
        return str(Missing.NOT_MEASURED)
    if isinstance(value, Missing):
        return str(value)
    return value


def is_missing(value) -> bool:
    """True for the two ways to have no figure; 0 is a figure.

    None, and a ``Missing`` that says why.
    """
    return value is None or isinstance(value, Missing)


def or_missing(print_figure: Callable) -> Callable:
    """Decorator: ``print_figure`` prints a figure; where there is none, why stands in its place."""

    @wraps(print_figure)
    def printed(value, *args, **kwargs):
        """The figure in words; what stands for a missing one where there is none."""
        if is_missing(value):
            return missing(value)
        return print_figure(value, *args, **kwargs)

    return printed


def with_minus(printed: str) -> str:
    """A printed figure with the sign of subtraction instead of a hyphen: "-2.0" → "−2.0"."""
    return printed.replace("-", MINUS)


@or_missing
def number(value, decimals: int = 0) -> str:
    """3912 → 3,912; with one decimal 3912.56 → 3,912.6.

    With exactly ``decimals`` places, so that a column of figures stands level.
    """
    return with_minus(f"{value:,.{decimals}f}")


@or_missing
def signed(value, decimals: int = 1) -> str:
    """A difference with its sign: 3.14 → +3.1, -2 → −2.0; what rounds to nothing has none."""
    if not round(value, decimals):
        return f"{0:.{decimals}f}"
    return with_minus(f"{value:+,.{decimals}f}")


@or_missing
def plain(value, decimals: int | None = None) -> str:
    """A figure without needless zeros: 3000.00 → 3,000 and 4.30 → 4.3.

    At most ``decimals`` places; a float without ``decimals`` shows at most ten digits, so that what
    binary fractions add (0.1 + 0.2) is not seen.
    """
    if decimals is not None:
        exact = Decimal(f"{value:.{decimals}f}")
    elif isinstance(value, Decimal):
        exact = value
    else:
        exact = Decimal(f"{value:.10g}")

    # Adding 0 makes a 0 of the -0 that a small negative figure is rounded to.
    return with_minus(f"{exact.normalize() + 0:,f}")


@or_missing
def large_number(value) -> str:
    """A large figure as the language counts: 275000 → 27.5万 in Chinese, 275,000 in English.

    Below 10,000, and in English always, whole and with separators. For figures like downloads of a
    year. Below zero by its size without the sign.
    """
    if is_chinese() and abs(value) >= MYRIAD:
        return in_myriads(value)
    return number(value)


def in_myriads(value: float, decimals: int = 1) -> str:
    """Chinese myriads with at most ``decimals`` places: 275000 → 27.5万, 80000 → 8万.

    Needless zeros are left out. Any value: whether it is large enough is for ``large_number``.
    """
    return f"{plain(value / MYRIAD, decimals)}万"


@or_missing
def percent(share: float | None, decimals: int = 1) -> str:
    """A share between 0 and 1 as a percentage: 0.123 → 12.3 %.

    With exactly ``decimals`` places, so that a column of them stands level.
    """
    return per_hundred(share * 100, decimals)


@or_missing
def per_hundred(value: float | None, decimals: int | None = 1) -> str:
    """A figure that is a percentage already: 12.34 → 12.3 %; without needless zeros for None.

    With exactly ``decimals`` places.
    """
    if decimals is None:
        return f"{plain(value)} %"
    return with_minus(f"{value:.{decimals}f} %")


@or_missing
def money(value, decimals: int = 0, symbol: str = "¥") -> str:
    """An amount of money, by default without small change: 18000 → ¥18,000.

    The one place where the currency's sign and the amount meet: a sentence takes the whole,
    ``_("%(left)s is left") % {"left": money(left, 2)}``. With ``decimals=2`` to the fen, where
    somebody is refused over a difference that whole yuan would not show.
    """
    return with_minus(f"{symbol}{value:,.{decimals}f}")


def interval(low: str, high: str) -> str:
    """Two printed figures as a range: 3.1–7.8, or in words where one has a sign.

    The two are printed by the caller, in one unit; between them stands an en dash, after which no
    line ends.
    """
    if low.startswith((MINUS, "+")) or high.startswith((MINUS, "+")):
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    return f"{low}–{JOINED}{high}"


@or_missing
def duration(value: timedelta | float | None) -> str:
    """Seconds or a timedelta in the largest sensible unit: 40 seconds, 3 minutes, 5 hours, 12 days.

    A unit begins at one and a half of it (days at two), so that rounding never says "1 minute" of
    89 seconds.
    """
    if isinstance(value, timedelta):
        value = value.total_seconds()
    seconds = int(value)

    if seconds < 1.5 * MINUTE:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    if seconds < 1.5 * HOUR:
        minutes = round(seconds / MINUTE)
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if seconds < 2 * DAY:
        hours = round(seconds / HOUR)
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(seconds / DAY)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
