"""The sender that an envelope names, another one for each mail: what comes back to it says by its
address which mail it was (VERP), and nobody who has not had the mail can write it.

``RETURN_ADDRESS`` is the mailbox that returned mail comes to, "returns@library.example"; a mail
leaves from ``returns+<token>@library.example``. Its token names the same row as what stands before
the @ of its Message-ID and is signed anew: a Message-ID stands in every answer and in the archives
of mailing lists, and the envelope's sender in the mailbox alone. Without the setting, mails leave
from the sender's own address.
"""

import base64
import hmac
import re
from hashlib import sha256

from django.conf import settings

#: What parts the mailbox from what it is told, as mail servers have it (RFC 5233).
DETAIL = "+"
#: Letters, digits, a hyphen and a dot: nothing that an address could not hold.
TOKEN = r"[a-z0-9-]{1,24}\.[a-z0-9]{20,25}"


def return_path(message_id: str) -> str:
    """The envelope's sender of the mail with this Message-ID; empty where mails have no own one."""
    mailbox, at, domain = settings.RETURN_ADDRESS.partition("@")
    if not at:
        return ""
    token = return_token(message_id.strip("<>").partition("@")[0])
    return f"{mailbox}{DETAIL}{token}@{domain}"


def return_token(token: str) -> str:
    """What comes back to, of the mail whose Message-ID has this token: the same name, and as many
    other letters of a signature.
    """
    name, _dot, signature = token.partition(".")
    # Not SECRET_KEY, which is renewed now and then: bounces come days later.
    root = settings.PRIVACY_KEY.encode()
    digest = hmac.digest(root, f"huixiang.return.{token}".encode(), sha256)
    letters = base64.b32encode(digest).decode().lower()
    return f"{name}.{letters[: len(signature)]}"


def token_in(address: str) -> str:
    """What a mail was told that came back to ``address``; empty for any other address.

    In small letters. ``address`` may stand in angle brackets. Always empty where RETURN_ADDRESS is
    not set.
    """
    mailbox, at, domain = settings.RETURN_ADDRESS.partition("@")
    if not at:
        return ""
    pattern = f"{re.escape(mailbox + DETAIL)}(?P<token>{TOKEN})@{re.escape(domain)}"
    found = re.fullmatch(pattern, address.strip().strip("<>").lower())
    if found is None:
        return ""
    return found["token"]
