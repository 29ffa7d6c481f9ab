"""The demonstration's readers leave the rows that real readers would leave, and no others."""

from types import SimpleNamespace

import numpy
import pytest

from campaigns.sending.models import Delivery
from crm.readers.models import Activity
from demo import behaviour, cycles
from feedback.surveys.models import Response
from feedback.surveys.projection import SOURCE, project
from tests.analytics import building as make

pytestmark = pytest.mark.django_db


def test_an_answer_of_the_demonstration_is_one_activity_however_often_it_is_projected():
    made = make.campaign()
    make.deliver(make.content(made), 60)
    Delivery.objects.update(clicked_at=make.LAUNCH)
    survey = cycles.make_survey(made, SimpleNamespace(title="Spring", slug="spring"), made.owner)

    answered = behaviour.answer_survey(
        survey, list(Delivery.objects.all()), numpy.random.default_rng(1), mood=4
    )
    project(Response.objects.all())

    assert answered == Response.objects.count() > 0
    assert list(Activity.objects.filter(kind="answer").values_list("source").distinct()) == [
        (SOURCE,)
    ]
    assert Activity.objects.filter(kind="answer").count() == answered
