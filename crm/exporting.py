"""What every table that leaves as a file goes through: no cell of ours runs in a spreadsheet."""

#: What a spreadsheet would take for a formula or a command at the start of a cell, spaces before it or not.
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
SPACES = " \u00a0\u3000"


def defused(value):
    """Text that begins like a formula gets an apostrophe; numbers stay numbers, None becomes an empty cell."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(SPACES).startswith(RUNS) else text
