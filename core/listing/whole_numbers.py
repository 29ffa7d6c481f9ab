"""Whole numbers from an address, where anybody may have written anything."""

#: No page, size or key of ours is larger; it fits PostgreSQL's integer.
MOST = 999_999_999


def whole_number(text: str | None, default, least: int = 0, most: int = MOST):
    """``text`` from an address as a whole number from ``least`` to ``most``.

    ``default`` where it is none of these: missing, signed, of another script ("²"), endless.
    """
    text = text or ""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(MOST)):
        return default
    if not least <= int(text) <= most:
        return default
    return int(text)
