"""API tokens: how one is made, stored and found again."""

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone

from crm.accounts.models import ApiToken

#: Random bytes of a token: 43 characters in URL-safe base 64.
TOKEN_BYTES = 32
#: Characters shown afterwards, so that a person tells their tokens apart.
SHOWN = 6
#: Tokens one person may have at a time.
MOST_TOKENS = 20
#: Days a token may be made for; the first is what is offered.
LIFETIMES = (365, 90, 30, 7)
#: Name of the token that signing in by password makes, where the program gives none.
UNNAMED = "API"
#: A token is written down as used at most this often.
USED_EVERY = timedelta(minutes=5)


def new_token() -> str:
    """A fresh token, from the system's own source of chance.

    Text that may stand in an address, of ``TOKEN_BYTES`` random bytes.
    """
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """SHA-256 in hex, as the row keeps it.

    64 digits; a token is random, so that nothing slower is needed.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str) -> ApiToken | None:
    """The row of a token that is valid now and whose owner may sign in, with its owner.

    Staff need their second factor here as well: a token does not outlive it. One statement. None
    for everything else: nobody is told why.
    """
    rows = ApiToken.objects.valid().with_second_factor().select_related("user")
    found = rows.filter(digest=digest_of(token)).first()
    if found is None or not found.user.may_sign_in:
        return None
    if found.user.must_have_second_factor and not found.has_second_factor:
        return None
    return found


def note_use(row: ApiToken) -> None:
    """Write down that the token was used, unless that was done a moment ago.

    One statement at most; a moment is ``USED_EVERY``.
    """
    now = timezone.now()
    if row.last_used_at is None or row.last_used_at < now - USED_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
