"""Every page opens when the retention clock has removed what was over its term.

The rows that the pages are about are ten years old: whatever the night takes of them is gone.
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.loop.models import Evaluation
from campaigns.contents.models import Content
from campaigns.plan.models import Campaign
from campaigns.sending.models import Delivery
from crm.clock.models import Night
from crm.clock.nightly import run_night
from crm.imports.models import ImportBatch
from crm.letters.models import Letter
from crm.readers.models import Reader
from crm.segments.models import Segment
from feedback.voices.models import Voice
from tests import clock
from tests.house.test_permissions import MATRIX, client_of
from tests.permissions import ROLES, World

pytestmark = pytest.mark.django_db
#: What a page of the matrix is about, and where its rows are kept.
SUBJECTS = {
    "segment": Segment,
    "campaign": Campaign,
    "content": Content,
    "delivery": Delivery,
    "evaluation": Evaluation,
    "batch": ImportBatch,
    "note": Letter,
    "voice": Voice,
}


@pytest.fixture
def aged():
    """The world of the matrix with the oldest row of each kind in it, after the night."""
    clock.fill()
    world = World()
    for name, model in SUBJECTS.items():
        setattr(world, name, model._base_manager.order_by("pk").first())
    # The one whose months are folded and whom the library looked at, on the desk and on their own.
    world.reader = world.me = Reader.objects.order_by("pk").first()
    Reader.objects.filter(pk=world.me.pk).update(user=world.user("reader"))

    assert run_night(night=timezone.localdate())
    for model in SUBJECTS.values():
        assert model._base_manager.exists()
    return world


def pages(world, visitor: str) -> dict[str, str]:
    """{name: path} of everything that this visitor may read: desk, own pages, API, files."""
    found = {}
    for name, access in sorted(MATRIX.items()):
        if access.allows(visitor) and not access.post:
            found[name] = reverse(name, kwargs=access.arguments(world)) + access.query
    return found


@pytest.mark.parametrize("visitor", ["anonymous", *ROLES])
def test_no_page_is_an_error_after_the_night(visitor, aged):
    """In 0.1 the page of a segment was one, from the first night on."""
    client = client_of(aged, visitor)
    client.raise_request_exception = False
    broken = {}
    opened = pages(aged, visitor)
    for name, path in opened.items():
        status = client.get(path, MATRIX[name].body(aged)).status_code
        if status >= 500:
            broken[name] = status
    assert broken == {}
    assert len(opened) > 10


def test_night_has_removed_something_of_every_kind(aged):
    assert not Night.objects.filter(removed=0).exists()
