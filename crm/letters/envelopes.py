"""The sender that an envelope names, another one for each mail: what comes back to it says by its
address which mail it was (VERP), and nobody who has not had the mail can write it.

The library says which mailbox returned mail comes to, "returns@library.example"; a mail leaves
from ``returns+<token>@library.example``. Its token names the same row as what stands before
the @ of its Message-ID and is signed anew: a Message-ID stands in every answer and in the archives
of mailing lists, and the envelope's sender in the mailbox alone. Without such a mailbox mails leave
from the sender's own address.
"""

import base64
import hmac
import re
from hashlib import sha256

from django.conf import settings

from crm.library.chosen import return_address

#: What parts the mailbox from what it is told, as mail servers have it (RFC 5233).
DETAIL = "+"
#: Letters, digits, a hyphen and a dot: nothing that an address could not hold.
TOKEN = r"[a-z0-9-]{1,24}\.[a-z0-9]{20,25}"


def return_path(message_id: str) -> str:
    """The envelope's sender of the mail with this Message-ID; empty where mails have no own one."""
    mailbox, at, domain = return_address().partition("@")
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

    In small letters. ``address`` may stand in angle brackets. Always empty where no mail comes back
    to an address of its own. What left before the library chose another mailbox than the machine's
    settings say comes back to that one.
    """
    said = address.strip().strip("<>").lower()
    for back in (return_address(), settings.RETURN_ADDRESS):
        token = token_below(back, said)
        if token:
            return token
    return ""


def token_below(back: str, said: str) -> str:
    """The token of an address (``said``) below the mailbox ``back``; empty for another one."""
    mailbox, at, domain = back.lower().partition("@")
    if not at:
        return ""
    pattern = f"{re.escape(mailbox + DETAIL)}(?P<token>{TOKEN})@{re.escape(domain)}"
    found = re.fullmatch(pattern, said)
    if found is None:
        return ""
    return found["token"]
