"""Programs that speak to the API, and texts that say nothing."""

from datetime import timedelta

from django.utils import timezone
from rest_framework.test import APIClient

from crm.accounts import tokens
from crm.accounts.models import ApiToken

#: Texts of white space, controls, zero width characters and fillers; of code points that mean
#: nothing (private, not assigned, no characters, what stands for an object that is not there); of
#: marks with no letter below them.
BLANK = [
    "\u200b\u200d\u3000",
    "\u2800\u3164",
    " \u00a0\t\n",
    "\ufeff\u202e\u00ad",
    "\U000e0100\u180b",
    "\ue000\U000f0000\U00100000",
    "\u0378\U0010fffd\U0010ffff\ufdd0\uffff",
    "\ufffc\U00016fe4",
    "\u0301 \u0903\u20dd",
]


def token_of(user, name: str = "test") -> str:
    """A token of this user, used a moment ago, so that its use is not written down again."""
    token, now = tokens.new_token(), timezone.now()
    ApiToken.objects.update_or_create(
        user=user,
        name=name,
        defaults={
            "digest": tokens.digest_of(token),
            "beginning": token[: tokens.SHOWN],
            "expires_at": now + timedelta(days=1),
            "last_used_at": now,
        },
    )
    return token


def client_of(user) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token_of(user)}")
    return client
