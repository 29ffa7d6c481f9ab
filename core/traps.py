"""What tells a program from a person in a public form, without asking the person anything.

A field that people do not see, and the signed moment at which the page was shown.
"""

import time
from collections.abc import Mapping

from django.core import signing

#: Name of the field that people do not see. Programs fill in whatever has a name.
UNSEEN = "website"
#: Name of the field with the moment.
SHOWN_AT = "t"
#: Nobody reads a form and writes in it in less than this many seconds.
TOO_FAST = 2


def stamp(at: float | None = None) -> str:
    """When the page was shown (seconds since 1970; now by default), signed.

    Whole seconds. ``suspicion`` reads it again; signed, so that no program can make one of its own.
    """
    if at is None:
        at = time.time()
    return _signer().sign(str(int(at)))


def suspicion(unseen: str, stamped: str) -> str:
    """Why what was sent looks automatic, by the values of the two fields.

    "honeypot", "unread" (no page was shown) or "fast"; empty for people.
    """
    if unseen:
        return "honeypot"

    try:
        shown_at = int(_signer().unsign(stamped))
    except (signing.BadSignature, ValueError):
        return "unread"
    if time.time() - shown_at < TOO_FAST:
        return "fast"
    return ""


def suspicion_of(posted: Mapping[str, str]) -> str:
    """The same of a form as it was posted.

    Fields that are missing count as empty: then the form was never shown.
    """
    return suspicion(posted.get(UNSEEN, ""), posted.get(SHOWN_AT, ""))


def _signer() -> signing.Signer:
    """What signs the moment at which a form was shown."""
    # The word of 0.1: pages that stand open during an upgrade stay good.
    return signing.Signer(salt="survey")
