"""A mark that shows that a row was written by a process of the portal: it is made with a key that
does not stand in the database, so whoever has the database alone cannot make it.

Without Django: the programs that prepare a start use it as well.
"""

import hmac
import re
from collections.abc import Iterable
from enum import Enum
from hashlib import sha256

#: Stands before what is marked. No text in UTF-8 begins so: no keyed hash of something that a
#: person typed is ever such a mark.
PREFIX = b"\xff huixiang key for answers "
#: The same for what is published; and no mark of one kind is ever one of the other.
MARKS = b"\xff huixiang mark "


def answer_key_mac(public: bytes, privacy_key: str) -> bytes:
    """The mark of the public half of a key for answers (32 bytes).

    HMAC-SHA-256 under PRIVACY_KEY, with ``PREFIX`` before it.
    """
    return hmac.digest(privacy_key.encode(), PREFIX + public, sha256)


def is_vouched(public: bytes, mac: bytes | None, privacy_key: str) -> bool:
    """Whether ``mac`` is the mark of this public half; False where there is none.

    Compared in constant time. ``mac`` may be a memoryview, as the database gives it.
    """
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
    """Eight digits that tell keys apart, and do not lead to one.

    Hexadecimal. Two keys share a name once in four thousand million.
    """
    return _hmac(privacy_key, "name")[:8]


def _hmac(privacy_key: str, text: str) -> str:
    """HMAC-SHA256 of the text under the key for this use alone; 64 hexadecimal digits."""
    return hmac.digest(privacy_key.encode(), MARKS + text.encode(), sha256).hex()
