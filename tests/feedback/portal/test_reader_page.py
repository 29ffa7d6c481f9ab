"""The page of one reader as a relationship: what was given and got, and what became of it."""

import pytest

from tests.factories import UserFactory
from tests.feedback.person import tingyu
from tests.looking import said_why

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    librarian = UserFactory(role="librarian")
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    client.librarian = librarian
    return client


def opened(desk, reader, **query):
    said_why(reader, by=desk.librarian)
    return desk.get(reader.get_absolute_url(), query)


def test_page(desk):
    reader = tingyu()
    page = opened(desk, reader)
    assert page.status_code == 200

    assert "白露" in page.content.decode()
