"""Programs that speak to the API."""

from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient


def client_of(user) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.get_or_create(user=user)[0].key}")
    return client
