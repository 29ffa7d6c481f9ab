"""The few statements on a reader's way: find the survey, know the guest, keep the answer. No ORM,
no cache server.

Each function is one statement. ``keep`` writes response, vector and texts by one statement, so it
is one transaction.
"""

import hmac
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns.links.keys import ANSWER, read_key
from feedback.surveys import answering
from feedback.surveys.definitions import Definition, read
from feedback.surveys.models import Survey, SurveyVersion


class Door(NamedTuple):
    """A published survey with the version asked for, or its newest."""

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

    @property
    def is_early(self) -> bool:
        return (
            self.state == Survey.State.OPEN
            and self.opens_at is not None
            and timezone.now() < self.opens_at
        )

    @property
    def is_open(self) -> bool:
        late = self.closes_at is not None and timezone.now() >= self.closes_at
        return self.state == Survey.State.OPEN and not self.is_early and not late

    @property
    def definition(self) -> Definition:
        return _definition(self.version_id, self.sha256)


class Guest(NamedTuple):
    """Who answers: nobody known (all None), or the reader a mail or the sign-in names."""

    reader_id: int | None = None
    delivery_id: int | None = None
    channel_id: int | None = None
    segment_ids: tuple | list = ()
    answered: bool = False
    member: bool = False


class Outcome(StrEnum):
    KEPT = "kept"
    AGAIN = "again"  # the very same answers came before: nothing to do
    OTHER = "other"  # other answers came before: the first stay


class Sheet(NamedTuple):
    """What is to be kept."""

    client_id: UUID
    language: str
    answers: dict
    digest: str
    flagged: str
    channel_code: str = ""


@lru_cache(maxsize=256)
def _definition(version_id: int, digest: str) -> Definition:
    """Versions never change, so each process reads one once."""
    return read(SurveyVersion.objects.values_list("definition", flat=True).get(pk=version_id))


DOOR = """
SELECT s.id, s.slug, s.campaign_id, s.state, s.by_invitation, s.anonymous, s.audience_id, s.opens_at, s.closes_at,
       v.id, v.number, v.sha256
FROM feedback_survey s
CROSS JOIN LATERAL (
    SELECT id, number, sha256 FROM feedback_surveyversion
    WHERE survey_id = s.id ORDER BY number = %s DESC, number DESC LIMIT 1) v
WHERE s.slug = %s AND s.state <> 'draft'
"""


def door(slug: str, number: int = 0) -> Door | None:
    """The survey behind an address with version ``number`` (else the newest).

    None when there is none to see.
    """
    with connection.cursor() as cursor:
        cursor.execute(DOOR, [number, slug])
        row = cursor.fetchone()
    return Door(*row) if row else None


ANSWERED = "EXISTS (SELECT 1 FROM feedback_response r WHERE r.survey_id = %(survey)s AND r.reader_id = {reader})"
MEMBER = "EXISTS (SELECT 1 FROM crm_segmentmember m WHERE m.segment_id = %(audience)s AND m.reader_id = {reader})"
INVITED = f"""
SELECT d.reader_id, d.id, c.channel_id, d.segment_ids, {ANSWERED}, {MEMBER}
FROM campaigns_delivery d JOIN campaigns_content c ON c.id = d.content_id
WHERE d.id = %(delivery)s AND d.state <> 'holdout' AND (
    c.campaign_id = %(campaign)s
    OR EXISTS (SELECT 1 FROM campaigns_trackedlink l
               WHERE l.content_id = c.id AND l.carries_key AND starts_with(l.target, %(target)s)))
""".format(reader="d.reader_id")
SIGNED_IN = f"""
SELECT p.id, NULL, NULL,
       ARRAY(SELECT m.segment_id FROM crm_segmentmember m WHERE m.reader_id = p.id ORDER BY 1), {ANSWERED}, {MEMBER}
FROM crm_reader p WHERE p.user_id = %(user)s
""".format(reader="p.id")


def invited(door: Door, key: str) -> Guest | None:
    """The guest a mail's key names.

    None for a guess, another purpose, or a mail that did not invite to this survey.
    """
    delivery_id = read_key(key, ANSWER)
    if delivery_id is None:
        return None
    asked = {"delivery": delivery_id, "campaign": door.campaign_id, "target": f"/s/{door.slug}/"}
    return _guest(INVITED, door, asked)


def signed_in(door: Door, user_id: int) -> Guest:
    """The reader a signed-in user is; an empty guest for a user who is no reader."""
    return _guest(SIGNED_IN, door, {"user": user_id}) or Guest()


def _guest(statement: str, door: Door, asked: dict) -> Guest | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked | {"survey": door.survey_id, "audience": door.audience_id})
        row = cursor.fetchone()
    return Guest(*row) if row else None


KEEP = """
WITH kept AS (
    INSERT INTO feedback_response (id, survey_id, version_id, reader_id, delivery_id, channel_id, segment_ids,
                                   language, answers, digest, flagged, submitted_at)
    VALUES (%(id)s, %(survey)s, %(version)s, %(reader)s, %(delivery)s,
            COALESCE(%(channel)s, (SELECT id FROM campaigns_channel WHERE code = %(code)s)), %(segments)s::int[],
            %(language)s, %(answers)s::jsonb, %(digest)s, %(flagged)s, now())
    ON CONFLICT DO NOTHING RETURNING id, survey_id),
vector AS (
    INSERT INTO feedback_responsevector (response_id, survey_id, codes, nums, weight)
    SELECT id, survey_id, %(codes)s::smallint[], %(nums)s::float8[], 1 FROM kept),
words AS (
    INSERT INTO feedback_answertext (response_id, item_id, text)
    SELECT kept.id, item.id, word.text
    FROM kept, unnest(%(ordinals)s::int[], %(texts)s::text[]) AS word (ordinal, text)
    JOIN feedback_item item ON item.survey_id = %(survey)s AND item.ordinal = word.ordinal)
SELECT count(*) FROM kept
"""
BEFORE = """
SELECT bool_and(digest = %(digest)s AND survey_id = %(survey)s) FROM feedback_response
WHERE id = %(id)s OR (survey_id = %(survey)s AND reader_id = %(reader)s)
"""
HOLD = """
WITH burnt AS (
    INSERT INTO feedback_participation (survey_id, digest, receipt, day)
    VALUES (%(survey)s, %(person)s, %(receipt)s, %(day)s)
    ON CONFLICT DO NOTHING RETURNING survey_id),
held AS (
    INSERT INTO feedback_heldanswer (id, survey_id, version_id, channel_id, language, answers, flagged)
    SELECT gen_random_uuid(), survey_id, %(version)s,
           COALESCE(%(channel)s, (SELECT id FROM campaigns_channel WHERE code = %(code)s)),
           %(language)s, %(answers)s::jsonb, %(flagged)s FROM burnt)
SELECT count(*) FROM burnt
"""
BURNT_BEFORE = "SELECT receipt = %(receipt)s FROM feedback_participation WHERE survey_id = %(survey)s AND digest = %(person)s"


def keep(door: Door, guest: Guest, sheet: Sheet) -> Outcome:
    """Keep an answer once.

    The same again is AGAIN; other answers by the same reader or under the same id are OTHER.
    """
    arguments = _arguments(door, guest, sheet)
    write, look = (HOLD, BURNT_BEFORE) if door.anonymous else (KEEP, BEFORE)
    with connection.cursor() as cursor:
        cursor.execute(write, arguments)
        if cursor.fetchone()[0]:
            return Outcome.KEPT
        cursor.execute(look, arguments)
        return Outcome.AGAIN if cursor.fetchone()[0] else Outcome.OTHER


def _arguments(door: Door, guest: Guest, sheet: Sheet) -> dict:
    shared = {
        "survey": door.survey_id,
        "version": door.version_id,
        "channel": guest.channel_id,
        "code": sheet.channel_code,
        "language": sheet.language,
        "answers": answering.canonical(sheet.answers),
        "flagged": sheet.flagged,
    }
    if door.anonymous:
        person = f"reader {guest.reader_id}" if guest.reader_id else f"browser {sheet.client_id}"
        return shared | {
            "person": keyed(door.survey_id, person),
            "receipt": keyed(door.survey_id, f"{sheet.client_id} {sheet.digest}"),
            "day": timezone.localdate(),
        }
    codes, nums = answering.vectors(door.definition, sheet.answers)
    words = answering.texts(door.definition, sheet.answers)
    return shared | {
        "id": str(sheet.client_id),
        "reader": guest.reader_id,
        "delivery": guest.delivery_id,
        "segments": list(guest.segment_ids),
        "digest": sheet.digest,
        "codes": codes,
        "nums": nums,
        "ordinals": [ordinal for ordinal, _text in words],
        "texts": [text for _ordinal, text in words],
    }


def keyed(survey_id: int, text: str) -> bytes:
    """Hash with the installation's privacy key, different in every survey (32 bytes)."""
    return hmac.digest(settings.PRIVACY_KEY.encode(), f"survey {survey_id} {text}".encode(), sha256)
