"""What is taken out of a row before anything of it is stored: titles, addresses, names.

An item's number is compared with the listed collections in memory; only the collection stays. A
page's address is reduced to its host. Whose visit it is becomes a key that was drawn for this one
reading of the file and is kept nowhere, with another one each month: people are told apart within
the file and the month, and no second file, no list of numbers and no dump can be laid beside it.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from urllib.parse import urlsplit

from core.addresses import number_key
from crm.activities.models import HIDDEN, HIDDEN_REF
from crm.imports.fields import Refusal
from crm.imports.rows import BrokenRow, Row
from crm.readers.models.activity import REFERENCES

#: Changes a row in its place.
Step = Callable[[list[str]], None]
#: What tells the address of a page, or a host with its port, from the name of a platform.
ADDRESS = re.compile(r"[/?]|^www\.|:\d+$")
#: Hexadecimal digits of a key: nobody meets another's by chance.
LENGTH = 32


def hidden(rows: Iterator[Row], steps: Iterable[Step]) -> Iterator[Row]:
    """The rows after all steps, in their order; rows are changed in their place. Of a broken row,
    where nobody knows what is what, nothing is left but why it is broken, with or without steps.
    """
    steps = list(steps)
    for line, row in rows:
        if isinstance(row, BrokenRow):
            yield line, BrokenRow(row.reason, "")
            continue
        for step in steps:
            step(row)
        yield line, row


def emptying(places: Iterable[int]) -> Step:
    """The step that empties these columns, by their places from 0."""
    places = list(places)

    def step(row: list[str]) -> None:
        """Nothing is left of what stands in them."""
        for place in places:
            row[place] = ""

    return step


def host_alone(place: int) -> Step:
    """The step that leaves, of the address of a page in the column at ``place``, its host."""

    def step(row: list[str]) -> None:
        """See ``host_of`` for what is no address, and for what cannot be taken apart."""
        row[place] = host_of(row[place])

    return step


def host_of(cell: str) -> str:
    """ "https://www.example.org:443/a?q=x" → example.org; a name of a platform as it is, in small
    letters. Empty for an address that cannot be taken apart, or that has no host.
    """
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


class FileKey:
    """A key of one reading of one file: drawn by chance, held in memory, and gone with the reading.

    Whoever brings the same numbers again gets other keys of them, the portal itself among them.
    """

    def __init__(self):
        """Draws the key."""
        self._drawn = secrets.token_bytes(32)

    def of(self, *parts: str) -> str:
        """LENGTH hexadecimal digits; equal parts in equal order give equal ones as long as this
        object lives.
        """
        text = "\n".join(parts).encode()
        return hmac.digest(self._drawn, text, hashlib.sha256).hex()[:LENGTH]


def hidden_reference(text: str) -> str:
    """A row's own number as it may be kept: HIDDEN and forty hexadecimal digits, made under the
    site's key for references. One that is hidden already, and an empty one, come back as they are.
    """
    if not text or re.match(HIDDEN_REF, text):
        return text
    return HIDDEN + REFERENCES.hex_of(text)[:40]


def nameless(number: int, moment: Callable[[list[str]], datetime], key: FileKey) -> Step:
    """The number in column ``number`` becomes a key that holds for the month of the row.

    ``moment`` gives the row's moment and raises Refusal where none stands there: such a row is
    refused later, and of its number nothing stays, since all months would share what did.
    """

    def step(row: list[str]) -> None:
        """An empty number stays empty; that of a row without a moment is emptied."""
        # Spreadsheets set an apostrophe before a number that is to stay a text.
        said = number_key(row[number].removeprefix("'"))
        if not said:
            return
        try:
            month = f"{moment(row):%Y-%m}"
        except Refusal:
            row[number] = ""
            return
        row[number] = HIDDEN + key.of("visitor", month, said)

    return step
