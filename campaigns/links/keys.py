"""Signed keys of one delivery: short enough for a link, useless to guess, bound to one purpose.

A key is ``<delivery id in base 32>-<20 letters of HMAC-SHA-256>`` (100 bits). Nothing is stored.
Keys are made with ``SECRET_KEY`` and read with ``SECRET_KEY_FALLBACKS`` as well: renewing it ends
no link that was mailed.
"""

import base64
import hmac
import re
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from django.conf import settings

#: What a key may be used for; one made for another purpose reads as a guess.
CLICK, ANSWER, UNSUBSCRIBE, MESSAGE = "click", "answer", "unsubscribe", "message"
#: Hides the digest of an address in a key; stays as long as the suppression list does.
ADDRESS = "address"
DIGITS = "0123456789abcdefghijklmnopqrstuv"
MAC_LETTERS = 20
#: Letters of 32 bytes in base 32, and what would fill them up to whole bytes.
DIGEST_LETTERS, PADDING = 52, "===="
LARGEST_ID = 2**63 - 1
#: An id in base 32, no longer than the largest one.
NUMBER = re.compile(rf"[{DIGITS}]{{1,13}}")


@cache
def _secret(purpose: str, root: str) -> bytes:
    """A key of its own for each purpose, so that a click's key cannot unsubscribe anybody."""
    return hmac.digest(root.encode(), f"huixiang.delivery.{purpose}".encode(), sha256)


def signature(text: str, purpose: str) -> str:
    """20 letters of a-z and 2-7 that only this installation can make for ``text``."""
    if purpose == MESSAGE:
        # A Message-ID is compared by mailboxes, with no fallback: its key is the one that stays.
        return _signature(text, purpose, settings.PRIVACY_KEY)
    return _signature(text, purpose, settings.SECRET_KEY)


def _signature(text: str, purpose: str, root: str) -> str:
    """20 letters of the signature that the key made of ``root`` gives."""
    digest = hmac.digest(_secret(purpose, root), text.encode(), "sha256")
    # 13 bytes are the fewest that give 20 letters; most mails hold several keys.
    letters = base64.b32encode(digest[:13])[:MAC_LETTERS]
    return letters.decode().lower()


def base32(number: int) -> str:
    """A whole number ≥ 0 in the digits Python's ``int(text, 32)`` reads."""
    text = ""
    while True:
        number, digit = divmod(number, 32)
        text = DIGITS[digit] + text
        if not number:
            return text


def delivery_key(delivery_id: int, purpose: str) -> str:
    """The key of a delivery for ``purpose`` ("click", "answer", "unsubscribe"), letters, digits and
    a hyphen.
    """
    number = base32(delivery_id)
    return f"{number}-{signature(number, purpose)}"


class WayOut(NamedTuple):
    """What the key of a mail names: the delivery, its reader, and the digest under which the mailed
    address stands on the suppression list; None for what it does not name.
    """

    delivery: int | None = None
    reader: int | None = None
    digest: bytes | None = None


def way_out_key(delivery_id: int, reader_id: int, digest: bytes) -> str:
    """The key by which a mail's reader leaves, ``<delivery>-<reader>-<digest>-<letters>``.

    It names reader and address (``digest``: 32 bytes) itself, so that the mail leads out also when
    no row knows them any more: what is known of it then stands in their hands alone. The digest is
    masked, another one in each mail, so that a key in a log leads to no row.
    """
    number = base32(delivery_id)
    address = base64.b32hexencode(_masked(digest, number))[:DIGEST_LETTERS].decode().lower()
    text = f"{number}-{base32(reader_id)}-{address}"
    return f"{text}-{signature(text, UNSUBSCRIBE)}"


def parse_way_out(key: str) -> WayOut:
    """What a key out of a mail names; nothing for a guess.

    No address in keys of earlier versions, and no reader in those of a test mail or of 0.1.
    """
    text, _hyphen, mac = key.rpartition("-")
    number, *named = text.split("-")
    if not named:
        return WayOut(parse_key(key, UNSUBSCRIBE))
    if not key.isascii() or not _is_ours(text, mac, UNSUBSCRIBE):
        return WayOut()
    # This installation made it of ids that it had.
    reader, *address = named
    digest = None
    if address:
        digest = _masked(base64.b32hexdecode(address[0].upper() + PADDING), number)
    return WayOut(int(number, 32), int(reader, 32), digest)


def _masked(digest: bytes, number: str) -> bytes:
    """The digest under a mask of its delivery's own; masked twice it is the digest again."""
    mask = hmac.digest(_secret(ADDRESS, settings.PRIVACY_KEY), number.encode(), "sha256")
    return (int.from_bytes(digest) ^ int.from_bytes(mask)).to_bytes(32)


def parse_key(key: str, purpose: str) -> int | None:
    """The delivery's id, or None for anything this installation did not make for ``purpose``
    (constant time).
    """
    number, _hyphen, mac = key.partition("-")
    if not key.isascii() or not _is_ours(number, mac, purpose):
        return None
    return _id_of(number)


def message_token(delivery_id: int) -> str:
    """What stands before the @ of a delivery's Message-ID."""
    number = base32(delivery_id)
    return f"{number}.{signature(number, MESSAGE)}"


def delivery_named(token: str) -> int | None:
    """The id of the delivery that a token names, whoever made it: the caller compares what this
    installation makes of it. None for what names none, and for more than a row's id can be.
    """
    number, _dot, _mac = token.partition(".")
    if not token.isascii():
        return None
    return _id_of(number)


def _is_ours(text: str, mac: str, purpose: str) -> bool:
    """True for what was signed with the present secret, or one that was it and still counts."""
    for root in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        # In constant time: how long a comparison takes must not tell how much of a guess was right.
        if hmac.compare_digest(mac, _signature(text, purpose, root)):
            return True
    return False


def _id_of(number: str) -> int | None:
    """The id of a row that ``base32`` wrote; None for what it never writes."""
    # ``int`` reads signs, spaces and underscores too; a key of ours holds none.
    if not NUMBER.fullmatch(number):
        return None
    delivery_id = int(number, 32)
    # Thirteen digits hold more than a bigint, and PostgreSQL would raise where a 404 is due.
    if delivery_id > LARGEST_ID:
        return None
    return delivery_id
