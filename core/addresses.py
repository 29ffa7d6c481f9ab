import hashlib
import hmac
import re

from django.conf import settings

#: RFC 5321 lets almost anything stand before the @; these characters never do without quoting,
#: which nobody uses.
ADDRESS = re.compile(
    r"[^\s@<>,;:\"()\[\]\\\x00-\x20\x7f]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?"
)


class BadAddress(ValueError):
    """What stands in the address field is no address."""


def check_address(text: str) -> str:
    """The address with its domain in ASCII.

    BadAddress for anything that could not be written in one header line.
    """
    local, at, domain = text.strip().rpartition("@")
    try:
        address = f"{local}{at}{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise BadAddress(text) from error
    if not ADDRESS.fullmatch(address) or len(address) > 254 or ".." in address:
        raise BadAddress(text)
    return address


def address_digest(address: str) -> bytes:
    """Keyed SHA-256 of a normalised address, for the suppression list (32 bytes)."""
    return hmac.digest(
        settings.PRIVACY_KEY.encode(), address.strip().casefold().encode(), hashlib.sha256
    )
