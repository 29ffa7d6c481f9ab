"""What a file's letters are in each encoding, for a person to choose the one that reads well."""

from itertools import islice
from pathlib import Path

from crm.imports.encodings import ENCODINGS
from crm.imports.opening import LONGEST_LINE, TableFormat, open_bytes, plain_file

#: Lines in which letters beyond ASCII are looked for, how many are shown, and characters of them.
LOOKED_AT, LINES, SHOWN = 20_000, 2, 40


def tasted(path: Path, form: TableFormat) -> list[tuple[str, str]]:
    """(encoding, its name and what the first such lines read in it), those first between which the
    bytes do not decide. An encoding in which they are no text is left out. Raises Unreadable.

    Two lines at most are shown, the last of those with letters beyond ASCII.
    """
    with plain_file(path, form) as inner, open_bytes(inner, packed=form.packed) as raw:
        lines = islice(iter(lambda: raw.readline(LONGEST_LINE), b""), LOOKED_AT)
        strange = [line.strip() for line in lines if not line.isascii()][-LINES:]

    found = []
    for encoding, name in sorted(ENCODINGS, key=lambda one: one[0] not in form.doubts):
        read = reading(strange, encoding)
        if read:
            found.append((encoding, f"{name}: {read}"))
    return found


def reading(lines: list[bytes], encoding: str) -> str:
    """The lines in this encoding, shortened; empty where they are no text in it."""
    try:
        texts = [line.decode(encoding) for line in lines]
    except UnicodeDecodeError:
        return ""
    if not all(map(str.isprintable, texts)):
        return ""
    return " · ".join(text[:SHOWN] for text in texts)
