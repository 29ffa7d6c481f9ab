"""Numbers of items as lists and systems write them: barcodes, ISBN, numbers of records. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from operator import mul

from core.addresses import keyed_digest, normal_number
from crm.collections.models import LEAST_ITEMS

#: Items of the longest list.
MOST_ITEMS = 200_000
#: Bytes of a digest that are kept.
WIDTH = 16
#: Blanks and hyphens, with which the same number is written in many ways.
SIGNS = re.compile(r"[\s-]+")
#: An ISBN of ten signs, in small letters; its last may be an x, which stands for 10.
ISBN_10 = re.compile(r"\d{9}[\dx]")
#: Its signs, each at the place that is what it counts.
SIGNS_10 = "0123456789x"
#: Characters of an item's number; a longer text is none.
LONGEST = 64
#: What each digit counts for in the check sum of an ISBN (ISO 2108), the last of thirteen left out.
WEIGHTS_10 = range(10, 0, -1)
WEIGHTS_13 = (1, 3) * 6


def item_number(text: str) -> str:
    """A number in one form: no blanks or hyphens, small letters, digits as 0 to 9.

    Empty for none, and for a text longer than ``LONGEST``. An ISBN of ten digits is the same of
    thirteen. A quote before it is a spreadsheet's mark for text.
    """
    number = SIGNS.sub("", normal_number(text.removeprefix("'"))).casefold()
    if len(number) > LONGEST:
        return ""
    if ISBN_10.fullmatch(number):
        return longer_isbn(number)
    return number


def longer_isbn(number: str) -> str:
    """Ten digits of a book as thirteen; as they are where their last does not fit the others.

    Such a number may be any other one of ten digits, a barcode or the number of a record.
    """
    digits = map(SIGNS_10.index, number)
    if sum(map(mul, digits, WEIGHTS_10)) % 11:
        return number
    body = f"978{number[:9]}"
    total = sum(map(mul, map(int, body), WEIGHTS_13))
    return f"{body}{-total % 10}"


def digest_of(number: str) -> bytes:
    """``WIDTH`` bytes of a number that ``item_number`` has brought into its one form.

    Under the portal's own key: whoever has the list's rows cannot try numbers against them.
    """
    return keyed_digest(f"item\n{number}")[:WIDTH]


def digests_of(texts: Iterable[str]) -> set[bytes]:
    """Digests of all numbers that are some; a number that is written twice is there once."""
    numbers = set(map(item_number, texts))
    return set(map(digest_of, numbers - {""}))


def joined(digests: set[bytes]) -> bytes:
    """As they are stored: one behind the other, in order, so that equal lists are equal bytes."""
    return b"".join(sorted(digests))


def parted(stored: bytes) -> set[bytes]:
    """What ``joined`` joined."""
    stored = bytes(stored)
    return {stored[start : start + WIDTH] for start in range(0, len(stored), WIDTH)}


def tells_single_items(new: set[bytes], others: list[set[bytes]]) -> bool:
    """Whether ``new`` beside all ``others`` says more of some loan than a list may.

    A loan is known by all lists that it is of and all that it is not of, so items are parted by all
    of them at once: whoever looks at three lists that share a hundred items by pairs looks at what
    all three share as well. No part that ``new`` has, or makes, may have fewer items than a list.
    Equal lists say nothing more.
    """
    #: {(whether in the new list, whether in each of the others): items}.
    parts: Counter[tuple[bool, tuple[bool, ...]]] = Counter()
    for item in set().union(new, *others):
        in_others = tuple(item in one for one in others)
        parts[item in new, in_others] += 1
    # What lies outside of the new list and was not cut by it is as it was.
    cut = {in_others for is_new, in_others in parts if is_new}
    touched = [n for (_is_new, in_others), n in parts.items() if in_others in cut]
    return min(touched, default=LEAST_ITEMS) < LEAST_ITEMS
