"""One published world for the tests of a file; each takes back what it does to it."""

import pytest

from analytics.loop.models import Evaluation
from crm.staff.models import User
from tests.analytics.published.world import publish
from tests.shared import kept


@pytest.fixture(scope="module")
def published_once(django_db_setup, django_db_blocker):
    yield from kept(django_db_blocker, publish)


@pytest.fixture
def manager(db, published_once):
    return User.objects.get(pk=published_once[1])


@pytest.fixture
def published(db, published_once):
    return Evaluation.objects.get(pk=published_once[0])
