"""Anonymous answers as sealed boxes: whoever has the public half of a key can close one, and only
the private half opens it again.

The boxes are HPKE messages (RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305). All boxes of one
questionnaire are of one size, the longest answers it allows: no length tells who wrote much.
"""

import base64
import json
import secrets
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from django.conf import settings

from core import vouching
from core.vouching import Word
from feedback.surveys.answering import LONGEST_TEXT
from feedback.surveys.definitions import Definition, Kind

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
#: Bytes of a question's number with its codes, fifty of them included; of a character in JSON.
QUESTION, CHARACTER = 256, 6
#: Sizes are whole multiples of it.
STEP = 4096
#: Bytes that say how long the content is.
LENGTH = 4
#: What the mark of a box is made for, as against other marks.
KIND = "held answer"
#: Bytes of the number that no other box has.
NONCE = 16


class CannotOpen(Exception):
    """No private half at hand opens this box."""


@dataclass(frozen=True)
class BoxContent:
    """What a box holds of one answer; ``channel_code`` is what the address said of the channel.

    ``known``: of a reader of the library's register whom an invitation or the sign-in names, who
    answers once. No stored response says so. What was sealed before it was asked counts as of
    nobody known.

    ``mark`` shows that a process of the portal took the answer: whoever has the database alone can
    close boxes with the public half, and copy them, and make no mark. ``nonce``, in hex, is drawn
    once: a box that was copied counts once. Both are empty in what an earlier version held.
    """

    version: int
    language: str
    answers: dict
    flagged: str
    channel: int | None = None
    channel_code: str = ""
    known: bool = False
    nonce: str = ""
    mark: str = ""

    def as_json(self) -> bytes:
        """What is sealed, as UTF-8."""
        return json.dumps(vars(self), ensure_ascii=False, separators=(",", ":")).encode()


def vouched(content: BoxContent, *, survey: int) -> BoxContent:
    """The content with a number of its own and the portal's mark, for this survey."""
    numbered = replace(content, nonce=secrets.token_hex(NONCE), mark="")
    made = vouching.mark(KIND, _said(numbered, survey), settings.PRIVACY_KEY)
    return replace(numbered, mark=made)


def is_vouched(content: BoxContent, *, survey: int) -> bool:
    """Whether a process of the portal took exactly this, for exactly this survey; false for a box
    of before boxes had numbers.
    """
    if not content.nonce:
        return False
    keys = [settings.PRIVACY_KEY, *settings.PRIVACY_KEY_FALLBACKS]
    return vouching.judge(content.mark, KIND, _said(content, survey), keys) == Word.OURS


def _said(content: BoxContent, survey: int) -> str:
    """The hash of all that a box says but its mark, whichever way its JSON was written."""
    said = json.loads(content.as_json()) | {"mark": "", "survey": survey}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def size_for(definition: Definition) -> int:
    """Bytes that hold every answer the questionnaire allows."""
    texts = len(definition.ordinals_of(Kind.TEXT)) * LONGEST_TEXT * CHARACTER
    # One for what stands beside the answers, and one for nonce and mark.
    needed = texts + (len(definition.items) + 2) * QUESTION
    return -(-needed // STEP) * STEP


def seal(content: BoxContent, *, survey: int, public: bytes, size: int) -> bytes:
    """A box of ``size`` bytes (and those of the seal) that only ``public``'s other half opens.

    The survey's number is part of the seal: a box moved to another survey does not open.
    """
    data = content.as_json()
    padded = len(data).to_bytes(LENGTH) + data.ljust(size, b"\0")
    return SUITE.encrypt(padded, X25519PublicKey.from_public_bytes(public), info=_info(survey))


def open_box(box: bytes, *, survey: int, private: X25519PrivateKey) -> BoxContent:
    """What was sealed. CannotOpen for another key, another survey and a box that was changed."""
    try:
        padded = SUITE.decrypt(box, private, info=_info(survey))
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error
    # Behind its content a box is filled up, so that its size does not tell how much was written.
    return read_content(padded[LENGTH : LENGTH + int.from_bytes(padded[:LENGTH])])


def read_content(data: bytes) -> BoxContent:
    """What ``BoxContent.as_json`` wrote. TypeError for a field that no box has."""
    return BoxContent(**json.loads(data))


def _info(survey: int) -> bytes:
    """What a box is bound to: opened for another survey it cannot be read."""
    return f"huixiang survey {survey}".encode()


# --- keys -----------------------------------------------------------------------------------------
def private_halves() -> dict[bytes, X25519PrivateKey]:
    """{public half: private half} of this process, the newest first; empty in a web process."""
    return _halves(settings.ANSWERS_PRIVATE_KEY)


@lru_cache(maxsize=4)
def _halves(text: str) -> dict[bytes, X25519PrivateKey]:
    """{public half: private half} of the keys in a setting, commas between them."""
    found = {}
    for part in text.split(","):
        if not part.strip():
            continue
        raw = base64.b64decode(part.strip())
        private = X25519PrivateKey.from_private_bytes(raw)
        public = private.public_key().public_bytes_raw()
        found[public] = private
    return found
