"""Small cells and keyed hashes: what keeps a figure or a list from pointing at a person."""

import hashlib
import hmac

from django.conf import settings

#: Smallest number of persons a cell may show (domain.md 6.3).
SMALLEST_CELL = 5


def suppress(n: int | None) -> int | None:
    """Return ``n``, or None when it counts 1 to 4 persons. Zero stays zero: an empty cell names nobody."""
    return None if n is not None and 0 < n < SMALLEST_CELL else n


def address_digest(address: str) -> bytes:
    """Keyed SHA-256 of a normalised address, for the suppression list (32 bytes)."""
    return hmac.digest(settings.PRIVACY_KEY.encode(), address.strip().casefold().encode(), hashlib.sha256)
