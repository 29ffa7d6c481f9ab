"""What a single value in a rule may be.

A check is called with the value and returns nothing; it raises WrongValue when the value is not
what its key asks for. The checks touch no database.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.characters import is_storable

#: Values a list in a rule may have, and characters a text.
MAX_CHOICES = 200
MAX_TEXT = 200
#: Larger numbers lose digits on their way through JSON and numeric columns.
MAX_NUMBER = 1e15
CODE = re.compile(r"^[-a-zA-Z0-9_]{1,40}$")

Check = Callable[[Any], None]


class WrongValue(Exception):
    """A value is not what its key asks for; the message is for the person who wrote the rule."""


# --- checks with a setting of their own: each of these answers with a check -----------------------
def one_of(*allowed: str) -> Check:
    """The check for one of a few fixed texts."""

    def check(value):
        """Raises WrongValue, with what would be right."""
        if value not in allowed:
            names = ", ".join(allowed)
            raise WrongValue(_("must be one of: %(names)s") % {"names": names})

    return check


def whole_between(low: int, high: int) -> Check:
    """The check for a whole number from ``low`` to ``high``, both included."""

    def check(value):
        """Raises WrongValue, with the bounds."""
        # bool is an int to isinstance, not to JSON.
        is_in_range = type(value) is int and low <= value <= high
        if not is_in_range:
            raise WrongValue(
                _("must be a whole number from %(low)s to %(high)s") % {"low": low, "high": high}
            )

    return check


def list_of(check_one: Check) -> Check:
    """The check for a list of 1 to MAX_CHOICES values, each of which passes ``check_one``."""

    def check(value):
        """Raises WrongValue for another shape or length, and whatever ``check_one`` raises."""
        has_right_length = isinstance(value, list) and 1 <= len(value) <= MAX_CHOICES
        if not has_right_length:
            raise WrongValue(_("must be a list of 1 to %(n)s values") % {"n": MAX_CHOICES})

        for item in value:
            check_one(item)

    return check


# --- checks as they are ---------------------------------------------------------------------------
def code(value: Any) -> None:
    """A code of a register, a campus or a college; whether the register has it is not asked."""
    is_code = isinstance(value, str) and CODE.match(value)
    if not is_code:
        raise WrongValue(_("must be a code of letters, digits, - and _"))


def text(value: Any) -> None:
    """A text of 1 to MAX_TEXT characters that the database can store."""
    has_right_length = isinstance(value, str) and 1 <= len(value) <= MAX_TEXT
    if not has_right_length:
        raise WrongValue(_("must be a text of 1 to %(n)s characters") % {"n": MAX_TEXT})

    if not is_storable(value):
        raise WrongValue(_("holds a character that cannot be stored"))


def number(value: Any) -> None:
    """A number, whole or not, below MAX_NUMBER."""
    # NaN is less than nothing, so it is refused here as well.
    is_in_range = type(value) in (int, float) and abs(value) < MAX_NUMBER
    if not is_in_range:
        raise WrongValue(_("must be a number"))


def day(value: Any) -> None:
    """A day as YYYY-MM-DD, and in no other of the ways in which ISO 8601 writes one."""
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError):
        found = None

    # Python also reads 20260901 and 2026-W36-2, the database does not: only what is written back
    # the same is taken.
    if found is None or found.isoformat() != value:
        raise WrongValue(_("must be a date like 2026-09-01"))


def anything(value: Any) -> None:
    """What the value must be depends on another key and is checked with it."""
