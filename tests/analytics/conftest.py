"""Who looks at the insight pages, and an evaluation that says something."""

import pytest

from analytics.loop.evaluate import evaluate
from analytics.loop.models import Evaluation
from tests import recorded
from tests.analytics import building as make
from tests.factories import UserFactory
from tests.shared import kept


@pytest.fixture(autouse=True)
def everything_recorded(request):
    """Every day of every kind of activity is recorded, but where a test is about what is not."""
    uses = {"db", "transactional_db"} & set(request.fixturenames)
    about_gaps = request.node.get_closest_marker("nothing_recorded")
    if (uses or request.node.get_closest_marker("django_db")) and not about_gaps:
        request.getfixturevalue("_django_db_helper")
        recorded.always()


@pytest.fixture
def manager():
    return UserFactory(role="manager")


@pytest.fixture
def desk(client, manager):
    client.force_login(manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture(scope="module")
def told_once(django_db_setup, django_db_blocker):
    """The id of an evaluation of ``telling_campaign``."""
    yield from kept(django_db_blocker, telling_evaluation)


def telling_evaluation() -> int:
    recorded.always()
    return evaluate(make.telling_campaign(), make.AFTER).pk


@pytest.fixture
def told(db, told_once):
    return Evaluation.objects.get(pk=told_once)
