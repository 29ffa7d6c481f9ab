"""Who looks at the insight pages, and an evaluation that says something."""

import pytest

from analytics.loop.evaluate import evaluate
from tests.analytics import building as make
from tests.factories import UserFactory


@pytest.fixture
def manager():
    return UserFactory(role="manager")


@pytest.fixture
def desk(client, manager):
    client.force_login(manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def told():
    return evaluate(make.telling_campaign(), make.AFTER)
