"""Programs that speak to the API, and texts that say nothing."""

from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

#: Texts of white space, controls, zero width characters and fillers.
BLANK = [
    "\u200b\u200d\u3000",
    "\u2800\u3164",
    " \u00a0\t\n",
    "\ufeff\u202e\u00ad",
    "\U000e0100\u180b",
]


def client_of(user) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.get_or_create(user=user)[0].key}")
    return client
