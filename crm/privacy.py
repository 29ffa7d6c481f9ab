"""Small cells and keyed hashes: what keeps a figure or a list from pointing at a person."""

import hashlib
import hmac
from collections.abc import Sequence

from django.conf import settings

#: Smallest number of persons a cell may show (domain.md 6.3).
SMALLEST_CELL = 5


def suppress(n: int | None) -> int | None:
    """Return ``n``, or None when it counts 1 to 4 persons. Zero stays zero: an empty cell names nobody."""
    return None if n is not None and 0 < n < SMALLEST_CELL else n


def hide_row(counts: Sequence[int | None], *, least_hidden: int = 2) -> list[int | None]:
    """Counts with None for hidden ones. Zero stays: an empty cell names nobody; None given is hidden already.

    Cells of 1 to 4 go; then the smallest others go as well until the hidden ones are ``least_hidden`` or more and
    together at least five (``least_hidden=3`` where a mean is printed beside: two cells could be solved from it).
    """
    shown = [suppress(n) for n in counts]
    hidden = [n or 0 for n, kept in zip(counts, shown, strict=True) if kept is None]
    for n, place in sorted((n, place) for place, n in enumerate(shown) if n):
        if not hidden or (len(hidden) >= least_hidden and sum(hidden) >= SMALLEST_CELL):
            break
        shown[place] = None
        hidden.append(n)
    return shown


def address_digest(address: str) -> bytes:
    """Keyed SHA-256 of a normalised address, for the suppression list (32 bytes)."""
    return hmac.digest(settings.PRIVACY_KEY.encode(), address.strip().casefold().encode(), hashlib.sha256)
