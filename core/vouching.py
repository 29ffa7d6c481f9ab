"""What the portal's own processes say of a row, which nobody can say who has the database alone.

Without Django: the programs that prepare a start use it as well.
"""

import hmac
from hashlib import sha256

#: No text in UTF-8 begins so: no hash of a text that a person typed is ever one of these.
BEFORE = b"\xff huixiang key for answers "


def answer_key_mac(public: bytes, privacy_key: str) -> bytes:
    """What vouches for the public half of a key for answers (32 bytes)."""
    return hmac.digest(privacy_key.encode(), BEFORE + public, sha256)


def is_vouched(public: bytes, mac: bytes | None, privacy_key: str) -> bool:
    """False where nothing vouches for it, or something else than the privacy key."""
    if mac is None:
        return False
    return hmac.compare_digest(answer_key_mac(public, privacy_key), bytes(mac))
