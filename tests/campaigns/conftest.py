"""What the tests of all rooms of campaigns share."""

import pytest


@pytest.fixture
def desk(client, librarian):
    """The browser of a librarian who has signed in."""
    client.force_login(librarian)
    return client
