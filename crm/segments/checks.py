"""What a single value in a rule may be.

A check is called with the value and returns nothing; it raises WrongValue when the value is not
what its key asks for. The checks touch no database.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

#: Values a list in a rule may have.
MAX_CHOICES = 200
MAX_TEXT = 200
#: Larger numbers lose digits on their way through JSON and numeric columns.
MAX_NUMBER = 1e15
CODE = re.compile(r"^[-a-zA-Z0-9_]{1,40}$")

Check = Callable[[Any], None]


class WrongValue(Exception):
    """A value is not what its key asks for; the message is for the person who wrote the rule."""


def one_of(*allowed: str) -> Check:
    def check(value):
        if not isinstance(value, str) or value not in allowed:
            raise WrongValue(_("must be one of: %(names)s") % {"names": ", ".join(allowed)})

    return check


def whole_number(low: int, high: int) -> Check:
    """A whole number from ``low`` to ``high``, both included."""

    def check(value):
        # bool is an int to Python, not to JSON.
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or not low <= value <= high:
            raise WrongValue(
                _("must be a whole number from %(low)s to %(high)s") % {"low": low, "high": high}
            )

    return check


def list_of(check_one: Check) -> Check:
    """A list of 1 to MAX_CHOICES values, each of which passes ``check_one``."""

    def check(value):
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_CHOICES:
            raise WrongValue(_("must be a list of 1 to %(n)s values") % {"n": MAX_CHOICES})
        for item in value:
            check_one(item)

    return check


def code(value: Any) -> None:
    if not isinstance(value, str) or not CODE.match(value):
        raise WrongValue(_("must be a code of letters, digits, - and _"))


def text(value: Any) -> None:
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_TEXT:
        raise WrongValue(_("must be a text of 1 to 200 characters"))
    # PostgreSQL stores neither NUL nor half a surrogate pair, and a query with one fails as a
    # whole.
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise WrongValue(_("holds a character that cannot be stored"))


def number(value: Any) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # Written so that NaN, which is not less than anything, is refused as well.
    if not is_number or not abs(value) < MAX_NUMBER:
        raise WrongValue(_("must be a number"))


def day(value: Any) -> None:
    """A day as YYYY-MM-DD."""
    try:
        # Python also reads 20260901 and 2026-W36-2, the database does not: only what is written
        # back the same is taken.
        if date.fromisoformat(value).isoformat() != value:
            raise ValueError(value)
    except (TypeError, ValueError):
        raise WrongValue(_("must be a date like 2026-09-01")) from None


def anything(value: Any) -> None:
    """What the value must be depends on another key and is checked with it."""
