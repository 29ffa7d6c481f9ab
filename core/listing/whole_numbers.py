"""Whole numbers from an address, where anybody may have written anything."""

#: No page, size or key of ours is larger; it fits PostgreSQL's integer.
MOST = 999_999_999


def whole_number(text: str | None, default, least: int = 0, most: int = MOST):
    """``text`` from an address as a whole number from ``least`` to ``most``.

    ``default`` where it is none of these: missing, signed, of another script ("²"), endless.

    ``most`` is what a column of the database takes, unless it is given.
    """
    text = text or ""
    is_decimal = text.isascii() and text.isdecimal()
    if not is_decimal or len(text) > len(str(MOST)):
        return default

    number = int(text)
    if least <= number <= most:
        return number
    return default
