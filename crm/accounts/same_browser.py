"""A link in a mail is opened in the browser that asked for it, or by somebody who knows whose
account it opens.

Anybody may have a link to their own account mailed to somebody else, or pass one on: whoever opens
it would act in that account as if it were theirs. So the browser that asks gets a cookie with a
random text, and the link holds a digest of it. Elsewhere the address of the account is asked for.
"""

import hmac
import secrets

from django.conf import settings

from core.addresses import keyed_digest

COOKIE = f"{settings.COOKIE_PREFIX}asked-here"
#: Seconds for which the browser is known again: as long as the longest of such links holds.
HOLDS = 24 * 3600


def mark_of(request) -> str:
    """The random text of this browser; a new one where it has none so far.

    To be stored with ``remember``, whoever asked and whatever came of it.
    """
    return request.COOKIES.get(COOKIE, "") or secrets.token_urlsafe(16)


def remember(response, mark: str):
    """The response, with the text for the browser to keep."""
    response.set_cookie(
        COOKIE,
        mark,
        max_age=HOLDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def digest_of(mark: str) -> str:
    """What a link holds of the text: keyed, so that the link does not tell it. 64 hex digits."""
    return keyed_digest(f"asked here {mark}").hex()


def is_asked_here(request, digest: str) -> bool:
    """Whether this browser asked for the link that holds the digest."""
    mark = request.COOKIES.get(COOKIE, "")
    return bool(mark) and hmac.compare_digest(digest_of(mark), digest)
