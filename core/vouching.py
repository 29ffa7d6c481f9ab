"""A mark that shows that a row was written by a process of the portal: it is made with a key that
does not stand in the database, so whoever has the database alone cannot make it.

Without Django: the programs that prepare a start use it as well.
"""

import hmac
from hashlib import sha256

#: Stands before what is marked. No text in UTF-8 begins so: no keyed hash of something that a
#: person typed is ever such a mark.
PREFIX = b"\xff huixiang key for answers "


def answer_key_mac(public: bytes, privacy_key: str) -> bytes:
    """The mark of the public half of a key for answers (32 bytes)."""
    return hmac.digest(privacy_key.encode(), PREFIX + public, sha256)


def is_vouched(public: bytes, mac: bytes | None, privacy_key: str) -> bool:
    """Whether ``mac`` is the mark of this public half; False where there is none."""
    if mac is None:
        return False
    return hmac.compare_digest(answer_key_mac(public, privacy_key), bytes(mac))
