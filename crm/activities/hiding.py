"""What is taken out of a row before anything of it is stored: titles, addresses, names.

An item's number is compared with the listed collections in memory; only the collection stays. A
page's address is reduced to its host. Whose visit it is becomes a key under the portal's own, with
another one each month: it is told apart within the month, and leads to nobody.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from urllib.parse import urlsplit

from core.addresses import keyed_digest, normal_number
from crm.imports.fields import Refusal
from crm.imports.rows import BrokenRow, Row

#: Changes a row in its place.
Step = Callable[[list[str]], None]
#: What no reader number begins with: a number that was hidden already.
HIDDEN = "~"
#: What tells the address of a page, or a host with its port, from the name of a platform.
ADDRESS = re.compile(r"[/?]|^www\.|:\d+$")
#: Hexadecimal digits of a key: nobody meets another's by chance.
LENGTH = 32


def hidden(rows: Iterator[Row], steps: Iterable[Step]) -> Iterator[Row]:
    """The rows after all steps. Of a broken row, where nobody knows what is what, nothing is left.

    Without steps rows stay as they are.
    """
    steps = list(steps)
    if not steps:
        yield from rows
        return
    for line, row in rows:
        if isinstance(row, BrokenRow):
            yield line, BrokenRow(row.reason, "")
            continue
        for step in steps:
            step(row)
        yield line, row


def emptying(places: Iterable[int]) -> Step:
    """Nothing is left of what stands in these columns."""
    places = list(places)

    def step(row: list[str]) -> None:
        for place in places:
            row[place] = ""

    return step


def host_alone(place: int) -> Step:
    """Of a page's address its host alone stays."""

    def step(row: list[str]) -> None:
        row[place] = host_of(row[place])

    return step


def host_of(cell: str) -> str:
    """ "https://www.example.org:443/a?q=x" → example.org; a name of a platform as it is."""
    text = cell.strip().casefold()
    if not ADDRESS.search(text):
        return text
    # urlsplit finds a host only behind two slashes.
    address = text if "://" in text else f"//{text}"
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        # What cannot be taken apart may hold anything.
        return ""
    return host.removeprefix("www.")


def nameless(number: int, moment: Callable[[list[str]], datetime]) -> Step:
    """The number in column ``number`` becomes a key that holds for the month of the row.

    ``moment`` gives the row's moment and raises Refusal where none stands there: such a row is
    refused later, and keeps no number either.
    """

    def step(row: list[str]) -> None:
        # Spreadsheets set an apostrophe before a number that is to stay a text.
        said = normal_number(row[number].removeprefix("'"))
        if not said:
            return
        try:
            month = f"{moment(row):%Y-%m}"
        except Refusal:
            month = ""
        row[number] = HIDDEN + key_of("visitor", month, said)

    return step


def key_of(*parts: str) -> str:
    """Under the portal's own key, so that nobody tries all numbers until one fits."""
    return keyed_digest("\n".join(parts)).hex()[:LENGTH]
