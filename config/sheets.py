"""Style sheets of several files, joined into one when files are collected.

A sheet that pages name may consist of the sheets it is made of, as ``@import "base/type.css";``.
Where nothing was collected a browser follows these lines itself, a request for each and one after
the other; a page of an installation fetches one file.
"""

import posixpath
import re
from collections.abc import Callable
from functools import partial

#: What may stand between the imports at the head of a sheet.
BLANK = re.compile(r"""(?:\s+|/\*.*?\*/|@charset\s+"[^"]*"\s*;)*""", re.DOTALL)
IMPORT = re.compile(
    r"""@import\s+(?:url\(\s*)?(?P<quote>["'])(?P<path>[^"']+)(?P=quote)\s*\)?(?P<when>[^;]*);""",
    re.IGNORECASE,
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
#: A string, which may hold what looks like a comment, or a comment.
TOLD = re.compile(
    r"""(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|/\*.*?\*/""",
    re.DOTALL,
)
LINE_END = re.compile(r"\s*\n\s*")
URL = re.compile(
    r"""url\(\s*(?P<quote>["']?)(?P<path>[^"')]*?)(?P=quote)\s*\)""",
    re.IGNORECASE,
)
#: ``data:…``, ``https://…``, ``/static/…``, ``#hatch`` and nothing: they lead to the same wherever
#: they are written.
FIXED = re.compile(r"[a-z][a-z0-9+.-]*:|/|#|$", re.IGNORECASE)


class SheetError(ValueError):
    """A sheet that cannot be joined, and why."""


def joined(name: str, read: Callable[[str], str], above: tuple[str, ...] = ()) -> str:
    """The sheet ``name`` with every sheet it imports in the place of the import.

    ``read`` gives the text of a sheet by its name below the root of static files, and raises
    FileNotFoundError. ``above`` are the sheets that import this one, the outermost first.
    Addresses in ``url()`` lead from the joined sheet to where they led from their own. SheetError
    where a sheet is not there, imports itself by whatever way, is imported under a condition, or
    where an import stands below a rule, where browsers pass over it.
    """
    if name in above:
        raise SheetError(f"sheets import each other in a circle: {' → '.join([*above, name])}")
    try:
        text = read(name)
    except FileNotFoundError as error:
        raise SheetError(f"{(above or [name])[-1]} imports {name}, which is not there") from error

    imported, rest = parts_of(name, text)
    if not imported:
        return text
    sheets = []
    for path in imported:
        place = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        sheet = joined(place, read, (*above, name))
        sheets.append(moved(sheet, place, name).strip())
    return "\n\n".join([*sheets, rest.strip()]).strip() + "\n"


def parts_of(name: str, text: str) -> tuple[list[str], str]:
    """The addresses that a sheet imports, in their order, and what follows them.

    Both as they are written. Comments between the imports are left out. SheetError as of
    ``joined``.
    """
    paths = []
    place = BLANK.match(text).end()
    found = IMPORT.match(text, place)
    while found:
        if found["when"].strip():
            raise SheetError(f"{name} imports {found['path']} under a condition: write it there")
        paths.append(found["path"])
        place = BLANK.match(text, found.end()).end()
        found = IMPORT.match(text, place)

    rest = text[place:]
    if "@import" in COMMENT.sub("", rest):
        raise SheetError(f"{name} imports a sheet below a rule, where browsers pass over it")
    return paths, rest


def moved(text: str, source: str, target: str) -> str:
    """The text of ``source`` as it is written in ``target``: relative addresses lead to the same
    files.
    """
    return URL.sub(partial(moved_address, source=source, target=target), text)


def moved_address(found: re.Match, source: str, target: str) -> str:
    """One ``url()`` of ``source``, written so that it leads to the same file from ``target``."""
    path = found["path"].strip()
    if FIXED.match(path):
        return found[0]
    whole = posixpath.join(posixpath.dirname(source), path)
    return f'url("{posixpath.relpath(whole, posixpath.dirname(target) or ".")}")'


def lean(text: str) -> str:
    """The sheet without what only its writers read: comments, indents and empty lines."""
    told = TOLD.sub(string_of, text)
    return LINE_END.sub("\n", told).strip() + "\n"


def string_of(found: re.Match) -> str:
    """The string that was found; nothing of a comment."""
    return found["string"] or ""
