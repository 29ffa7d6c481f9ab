"""An answer that is on its way while its survey is closed: none is lost, none is left alone."""

from contextlib import closing
from uuid import uuid4

import psycopg2
import pytest

from feedback.surveys import anonymity, finding, intake
from feedback.surveys.models import HeldAnswer, Participation, Response
from tests import servers
from tests.feedback.building import close, fill, published

pytestmark = pytest.mark.django_db(transaction=True)
K = 5
#: A submit of another process that has begun and is not done: the row is there, and no commit.
UNDER_WAY = """
INSERT INTO feedback_heldanswer (id, survey_id, key_id, sealed)
SELECT %(id)s, survey_id, key_id, %(sealed)s
FROM feedback_heldanswer
LIMIT 1
"""


def test_last_batch_waits_for_the_submit_that_is_under_way(client):
    survey = published(anonymous=True)
    fill(client, survey, K)
    submitted = intake.SubmittedAnswers(uuid4(), "en", {"1": 1}, "")
    box = intake._sealed(finding.find_survey(survey.slug), intake.NOBODY_KNOWN, submitted)
    with closing(psycopg2.connect(servers.test_database_url())) as other:
        with other.cursor() as cursor:
            cursor.execute(UNDER_WAY, {"id": str(uuid4()), "sealed": psycopg2.Binary(box)})
        close(survey)
        # Nothing is written without it, and nothing is thrown away.
        assert anonymity.mix() == 0
        assert (HeldAnswer.objects.count(), Response.objects.count()) == (K, 0)
        other.commit()
    assert anonymity.mix() == K + 1
    assert HeldAnswer.objects.count() == 0


def test_submit_that_waited_for_the_last_batch_is_told_that_the_survey_is_closed(client):
    """Its page and its first look at the survey are from before; the statement looks once more."""
    survey = published(anonymous=True)
    fill(client, survey, K)
    still_open = finding.find_survey(survey.slug)
    close(survey)
    assert anonymity.mix() == K
    submitted = intake.SubmittedAnswers(uuid4(), "en", {"1": 1}, "")
    assert intake.keep(still_open, intake.NOBODY_KNOWN, submitted) == intake.Receipt.CLOSED
    assert (HeldAnswer.objects.count(), Participation.objects.count()) == (0, K)


def test_replay_while_who_took_part_is_written_anew_is_a_replay(client):
    survey = published(anonymous=True)
    asked = finding.find_survey(survey.slug)
    submitted = intake.SubmittedAnswers(uuid4(), "en", {"1": 1}, "")
    receipts = []
    for _run in range(3):
        receipts.append(intake.keep(asked, intake.NOBODY_KNOWN, submitted))
        fill(client, survey, K)
        anonymity.mix()
    assert receipts == [intake.Receipt.KEPT, intake.Receipt.AGAIN, intake.Receipt.AGAIN]
