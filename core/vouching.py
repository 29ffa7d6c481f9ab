"""What the portal's own processes say of a row, which nobody can say who has the database alone.

Without Django: the programs that prepare a start use it as well.
"""

import hmac
import re
from collections.abc import Iterable
from enum import Enum
from hashlib import sha256

#: No text in UTF-8 begins so: no hash of a text that a person typed is ever one of these.
BEFORE = b"\xff huixiang key for answers "
#: Nor one of these, nor is one of these what vouches for a key.
MARKS = b"\xff huixiang mark "


def answer_key_mac(public: bytes, privacy_key: str) -> bytes:
    """What vouches for the public half of a key for answers (32 bytes)."""
    return hmac.digest(privacy_key.encode(), BEFORE + public, sha256)


def is_vouched(public: bytes, mac: bytes | None, privacy_key: str) -> bool:
    """False where nothing vouches for it, or something else than the privacy key."""
    if mac is None:
        return False
    return hmac.compare_digest(answer_key_mac(public, privacy_key), bytes(mac))


# --- rows that only the portal may have written ---------------------------------------------------
class Word(Enum):
    """Whose mark stands in a row."""

    OURS = "ours"
    ANOTHER_KEY = "another key"
    NOBODYS = "nobody's"


#: The name of the key, and 64 digits that only it can make.
MARK = re.compile(r"[0-9a-f]{8}:[0-9a-f]{64}", re.ASCII)


def mark(kind: str, text: str, privacy_key: str) -> str:
    """What vouches for a row (73 characters); ``text`` is the hash of all that the row says.

    A mark is good for one ``kind`` of row and one text, so none serves for another row.
    """
    return f"{key_name(privacy_key)}:{_hmac(privacy_key, f'{kind} {text}')}"


def judge(said: str, kind: str, text: str, keys: Iterable[str]) -> Word:
    """Whose ``said`` is, where the portal knows ``keys``, the present one and those of before.

    Whoever has none of them can at most name a key that nobody knows.
    """
    if not MARK.fullmatch(said):
        return Word.NOBODYS
    for key in keys:
        if hmac.compare_digest(said[:8], key_name(key)):
            is_true = hmac.compare_digest(said, mark(kind, text, key))
            return Word.OURS if is_true else Word.NOBODYS
    return Word.ANOTHER_KEY


def key_name(privacy_key: str) -> str:
    """Eight digits that tell keys apart, and do not lead to one."""
    return _hmac(privacy_key, "name")[:8]


def _hmac(privacy_key: str, text: str) -> str:
    return hmac.digest(privacy_key.encode(), MARKS + text.encode(), sha256).hex()
