"""A published survey as its page needs it, by one statement and no cache server."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from urllib.parse import unquote

from django.db import connection
from django.utils.translation import gettext as _

from feedback.surveys import keys
from feedback.surveys.definitions import Definition, parse_definition
from feedback.surveys.models import BatchRule, OpeningTimes, Survey, SurveyVersion


@dataclass(frozen=True, slots=True)
class PublishedSurvey(OpeningTimes, BatchRule):
    """A published survey with the version asked for, or its newest; open or not."""

    survey_id: int
    slug: str
    campaign_id: int | None
    state: str
    by_invitation: bool
    anonymous: bool
    audience_id: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    version_id: int
    number: int
    sha256: str
    #: Of an anonymous survey: its own k, and the key that answers are sealed with (public half as
    #: hex digits, and what vouches for it). None where the library's k holds, and while no worker
    #: has told a key.
    smallest_batch: int | None = None
    key_id: int | None = None
    public_key: str | None = None
    key_mac: bytes | None = None

    @property
    def can_be_held(self) -> bool:
        """False for an anonymous survey as long as nothing can be sealed."""
        return not self.anonymous or self.key_id is not None

    @property
    def definition(self) -> Definition:
        """The questions as they were published in this version; one query for each version and
        process.
        """
        return _definition(self.version_id, self.sha256)


@lru_cache(maxsize=256)
def _definition(version_id: int, digest: str) -> Definition:
    """Versions never change, so each process reads one once."""
    stored = SurveyVersion.objects.values_list("definition", flat=True).get(pk=version_id)
    return parse_definition(stored)


#: A survey's page, however its address goes on; as it may be typed.
PAGE = re.compile(r"/s/(?P<slug>[^/?#]+)")


def why_not_for_everybody(target: str) -> str:
    """Why a link to ``target`` that carries no reader's key leads nowhere, in words for who makes
    it; empty where it does not, and for what is no survey's page.
    """
    found = PAGE.match(unquote(target))
    if found is None:
        return ""
    survey = Survey.objects.filter(slug=found["slug"], by_invitation=True).first()
    if survey is None:
        return ""
    return _(
        "“%(survey)s” is by invitation: who comes without the link of a mail finds no such page."
        " Link to another page, or let everybody answer."
    ) % {"survey": survey}


#: Columns in the order of ``PublishedSurvey``. A version that does not exist gives the newest.
PUBLISHED = """
SELECT
    s.id, s.slug, s.campaign_id, s.state, s.by_invitation, s.anonymous, s.audience_id,
    s.opens_at, s.closes_at, v.id, v.number, v.sha256, s.smallest_batch, k.id, k.public,
    k.mac
FROM feedback_survey s
LEFT JOIN LATERAL (
    SELECT id, encode(public, 'hex') AS public, mac
    FROM feedback_answerkey
    WHERE s.anonymous
    ORDER BY id DESC
    LIMIT 1
) k ON true
CROSS JOIN LATERAL (
    SELECT id, number, sha256
    FROM feedback_surveyversion
    WHERE survey_id = s.id
    ORDER BY number = %(number)s DESC, number DESC
    LIMIT 1
) v
WHERE s.slug = %(slug)s
    AND s.state <> %(draft)s
"""


def find_survey(slug: str, number: int = 0) -> PublishedSurvey | None:
    """The survey behind an address with version ``number`` (else the newest).

    None when there is none to see. A key that no worker vouches for is as good as none.
    """
    asked = {"slug": slug, "number": number, "draft": Survey.State.DRAFT}
    row = first_row(PUBLISHED, asked)
    if row is None:
        return None
    survey = PublishedSurvey(*row)
    if survey.public_key is None or keys.is_ours(bytes.fromhex(survey.public_key), survey.key_mac):
        return survey
    return replace(survey, key_id=None, public_key=None)


def first_row(statement: str, arguments: dict) -> tuple | None:
    """None where the statement finds nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchone()
