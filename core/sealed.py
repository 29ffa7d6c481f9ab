"""Short texts that lie in the database sealed: readable only with a key that is not in it.

Fernet (AES-128-CBC with HMAC-SHA-256), under a key of its own that is made of PRIVACY_KEY. What was
sealed under a key of before opens as long as that stands in PRIVACY_KEY_FALLBACKS.
"""

import base64
import hmac
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

#: Nothing else is made of the privacy key under this name.
USE = b"\xff huixiang sealed text"


class WrongSeal(Exception):
    """Not sealed at all, changed, or sealed under a key that the portal does not have."""


def seal_text(text: str) -> str:
    """Another sealed text each time; about four thirds of the text's length and 100 characters.

    Text of the base64 of URLs, under the present PRIVACY_KEY.
    """
    return _keys().encrypt(text.encode()).decode()


def open_text(sealed: str) -> str:
    """What was sealed. Raises WrongSeal.

    Under the present key or one of PRIVACY_KEY_FALLBACKS. How old it is does not matter.
    """
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise WrongSeal from error


def _keys() -> MultiFernet:
    """The present key first: what is sealed is sealed under it."""
    roots = [settings.PRIVACY_KEY, *settings.PRIVACY_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key_of(root)) for root in roots])


def _key_of(root: str) -> bytes:
    """A key for Fernet, which is of no use for anything else made from the same root."""
    return base64.urlsafe_b64encode(hmac.digest(root.encode(), USE, sha256))
