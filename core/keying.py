"""Keys of the portal's own for what the database computes by itself, as whole files are compared.

``core.addresses.keyed_digest`` takes a text at a time. Here a statement makes the same kind of
digest of each of its rows, under a key derived for one purpose: the portal's own key is in no
statement, and no log of statements holds it.
"""

import hashlib
import hmac
from dataclasses import dataclass

from core.addresses import keyed_digest

#: Bytes of a block of SHA-256, by which HMAC (RFC 2104) pads its key.
BLOCK = 64
#: What the two halves of HMAC mix the key with.
INNER, OUTER = 0x36, 0x5C
#: SQL of a digest in hexadecimal digits; ``{text}`` is an expression, ``params`` gives the rest.
IN_SQL = (
    "encode(sha256(%(key_outer)s || sha256(%(key_inner)s || convert_to({text}, 'UTF8'))), 'hex')"
)


@dataclass(frozen=True)
class DerivedKey:
    """A key for one ``purpose``, which nobody makes without the portal's own. Changing that one
    changes this.
    """

    purpose: str

    @property
    def bytes(self) -> bytes:
        """32 bytes."""
        return keyed_digest(f"key for {self.purpose}")

    def hex_of(self, text: str) -> str:
        """64 hexadecimal digits, as ``sql`` makes them."""
        return hmac.digest(self.bytes, text.encode(), hashlib.sha256).hex()

    @property
    def params(self) -> dict[str, bytes]:
        """What a statement with ``sql`` in it is run with besides."""
        padded = self.bytes.ljust(BLOCK, b"\0")
        return {
            "key_inner": bytes(byte ^ INNER for byte in padded),
            "key_outer": bytes(byte ^ OUTER for byte in padded),
        }


def sql(text: str) -> str:
    """The SQL of the digest of ``text``, an expression of the house's own, never of a person's."""
    return IN_SQL.format(text=text)
