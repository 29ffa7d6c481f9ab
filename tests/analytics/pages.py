"""How the tests of the insight pages read a page and count its statements."""

from html import unescape

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.loop.models import Adjustment
from tests.analytics import building as make
from tests.factories import AdjustmentFactory, EvaluationFactory, VoiceFactory


def text(response):
    return " ".join(response.content.decode().split())


def plain_text(response) -> str:
    """The page as it is read: entities resolved, without the joiners that keep intervals whole."""
    return unescape(text(response)).replace("\u2060", "")


def statements_for_one_and_three_rows(client, name: str) -> tuple[int, int]:
    """How many statements a page takes with one proposal and one voice, and with three."""
    counts = []
    for more in (1, 2):
        for _row in range(more):
            adjustment = AdjustmentFactory(evaluation=EvaluationFactory())
            VoiceFactory(received_at=make.LAUNCH)
            assert adjustment.state == Adjustment.State.PROPOSED
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"analytics:{name}")).status_code == 200
        counts.append(len(queries))
    return counts[0], counts[1]
