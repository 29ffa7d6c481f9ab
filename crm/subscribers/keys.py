"""What stands in links of letters to subscribers: one that confirms, once, and one that leaves.

The first is drawn at random and only its hash is stored. The second names the address by its keyed
hash, so that it leads out for ever, also of a subscription that was begun anew since; the hash is
masked, another one in each letter, so that a key in a log leads to no row.
"""

import base64
import hmac
import secrets
from hashlib import sha256

from django.conf import settings
from django.core import signing

from core.addresses import keyed_digest

#: Keeps these keys, and the mask in them, apart from all else that is signed.
SALT = "crm.subscribers.way-out"
#: Bytes of what makes each key another one.
NONCE = 8


def new_link() -> str:
    """What stands in a link to confirm an address: 256 bits."""
    return secrets.token_urlsafe(32)


def hash_of(link: str) -> str:
    """Under which a link is found again: keyed, 64 letters of hex."""
    return keyed_digest(f"subscription link {link}").hex()


def way_out(digest: bytes) -> str:
    """A key with which the address of ``digest`` (32 bytes) leaves; another one at each call.

    It can stand in an address of the web as it is, and holds for ever.
    """
    nonce = secrets.token_bytes(NONCE)
    text = base64.b32encode(nonce + _masked(digest, nonce)).decode().rstrip("=").lower()
    return _signer().sign(text)


def digest_in(key: str) -> bytes | None:
    """The digest (32 bytes) that a key of ours names; None for anything else.

    Whether anybody subscribes under it is not asked.
    """
    try:
        text = _signer().unsign(key)
    except signing.BadSignature:
        return None
    # Base 32 comes in groups of eight; what fills up the last one was left out of the link.
    padding = "=" * (-len(text) % 8)
    data = base64.b32decode(text.upper() + padding)
    return _masked(data[NONCE:], data[:NONCE])


def _masked(digest: bytes, nonce: bytes) -> bytes:
    """The digest under a mask; masked twice it is the digest again."""
    mask = hmac.digest(settings.PRIVACY_KEY.encode(), SALT.encode() + nonce, sha256)
    return (int.from_bytes(digest) ^ int.from_bytes(mask)).to_bytes(32)


def _signer() -> signing.Signer:
    """A dot ends the text: it stands in no signature."""
    return signing.Signer(salt=SALT, sep=".")
