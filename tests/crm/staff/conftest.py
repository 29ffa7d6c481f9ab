import pytest

from crm.staff.models import User
from tests.crm.staff.door import account


@pytest.fixture
def ann(db) -> User:
    """Somebody with an account whose address is confirmed."""
    return account("Ann", "ann@example.org")
