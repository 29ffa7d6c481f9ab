"""The few statements on a reader's way: know the respondent, keep the answer.

No ORM, no cache server. Each function is one statement, ``keep`` two at most; it writes response,
vector and texts by one, so it is one transaction.
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from campaigns.links.keys import ANSWER, parse_key
from campaigns.sending.models import Delivery
from crm.readers.queries import PORTAL
from feedback.surveys import answering, sealing
from feedback.surveys.finding import PublishedSurvey, first_row
from feedback.surveys.models import Survey
from feedback.surveys.sealing import BoxContent


@dataclass(frozen=True, slots=True)
class Respondent:
    """Who answers: nobody known (all None), or the reader a mail or the sign-in names.

    ``member`` of the survey's audience; ``segment_ids`` as of the mail, or of now. ``registered``:
    the row came from the library; one person may be behind many that accounts made of themselves.
    ``joined``: keys of records that went into the reader's.
    """

    reader_id: int | None = None
    delivery_id: int | None = None
    channel_id: int | None = None
    segment_ids: tuple[int, ...] | list[int] = ()
    answered: bool = False
    member: bool = False
    registered: bool = False
    joined: tuple[int, ...] | list[int] = ()

    @property
    def is_known(self) -> bool:
        """True for a reader of the library's register: one person, who counts once (ADR 0026)."""
        return self.reader_id is not None and self.registered


NOBODY_KNOWN = Respondent()


@dataclass(frozen=True, slots=True)
class SubmittedAnswers:
    """What is to be kept; ``answers`` as ``answering.parse_answers`` gives them."""

    client_id: UUID
    language: str
    answers: dict
    flagged: str
    channel_code: str = ""


class Receipt(StrEnum):
    """What became of answers that were sent."""

    KEPT = "kept"
    AGAIN = "again"  # the very same answers came before: nothing to do
    OTHER = "other"  # other answers came before: the first stay
    CLOSED = "closed"  # the survey ended while they were on their way


ANSWERED = """EXISTS (
        SELECT 1
        FROM feedback_response r
        WHERE r.survey_id = %(survey)s
            AND r.reader_id = {reader})"""
MEMBER = """EXISTS (
        SELECT 1
        FROM crm_segmentmember m
        WHERE m.segment_id = %(audience)s
            AND m.reader_id = {reader})"""
#: Whoever took part under a record that was joined with theirs has taken part.
JOINED = """ARRAY(
        SELECT g.gone_key
        FROM crm_joinedrecord g
        WHERE g.kept_id = {reader}
            AND g.parted_at IS NULL)"""
#: Columns in the order of ``Respondent``. A mail invites by belonging to the survey's campaign, or
#: by a link that carries the reader's key to this survey. Holdouts got no mail.
INVITED = f"""
SELECT
    d.reader_id, d.id, c.channel_id, d.segment_ids,
    {ANSWERED},
    {MEMBER},
    p.source <> %(self_made)s,
    {JOINED}
FROM campaigns_delivery d
JOIN crm_reader p ON p.id = d.reader_id
JOIN campaigns_content c ON c.id = d.content_id
WHERE d.id = %(delivery)s
    AND d.state <> %(holdout)s
    AND (
        c.campaign_id = %(campaign)s
        OR EXISTS (
            SELECT 1
            FROM campaigns_trackedlink l
            WHERE l.content_id = c.id
                AND l.carries_key
                AND rtrim(split_part(split_part(l.target, '#', 1), '?', 1), '/') = %(target)s))
""".format(reader="d.reader_id")
#: The same of a reader who signed in: no mail, no channel, segments as they are now.
SIGNED_IN = f"""
SELECT
    p.id, NULL, NULL,
    ARRAY(
        SELECT m.segment_id
        FROM crm_segmentmember m
        WHERE m.reader_id = p.id
        ORDER BY 1),
    {ANSWERED},
    {MEMBER},
    p.source <> %(self_made)s,
    {JOINED}
FROM crm_reader p
WHERE p.user_id = %(user)s
""".format(reader="p.id")


def invited(survey: PublishedSurvey, key: str) -> Respondent | None:
    """The reader a mail's key names.

    None for a guess, another purpose, or a mail that did not invite to this survey. A key expires
    with its survey: where that is over it reads as a guess. No row holds a key, so none is left.
    """
    if survey.is_over():
        return None
    delivery_id = parse_key(key, ANSWER)
    if delivery_id is None:
        return None
    asked = {
        "delivery": delivery_id,
        "holdout": Delivery.State.HOLDOUT,
        "campaign": survey.campaign_id,
        # However the author of the mail wrote the address: with or without a slash at the end.
        "target": f"/s/{survey.slug}",
    }
    return _respondent(INVITED, survey, asked)


def signed_in(survey: PublishedSurvey, user_id: int) -> Respondent:
    """The reader a signed-in user is; nobody known for a user who is no reader."""
    return _respondent(SIGNED_IN, survey, {"user": user_id}) or NOBODY_KNOWN


def took_part(survey: PublishedSurvey, respondent: Respondent) -> bool:
    """True when this reader answered an anonymous survey; with what, nothing says."""
    persons = [keyed(survey.survey_id, f"reader {respondent.reader_id}")]
    asked = {
        "survey": survey.survey_id,
        "persons": persons + _joined_persons(survey, respondent),
    }
    return first_row(TOOK_PART, asked) is not None


def _joined_persons(survey: PublishedSurvey, respondent: Respondent) -> list[bytes]:
    """What stands for the records that went into the respondent's."""
    return [keyed(survey.survey_id, f"reader {key}") for key in respondent.joined]


def _respondent(statement: str, survey: PublishedSurvey, asked: dict) -> Respondent | None:
    """Whom ``statement`` finds, with their standing towards the survey; None
    for nobody. One query.
    """
    of_survey = {"survey": survey.survey_id, "audience": survey.audience_id}
    row = first_row(statement, asked | of_survey | {"self_made": PORTAL})
    return Respondent(*row) if row else None


#: Response, vector and texts by one statement. ON CONFLICT covers both the client's id and the
#: reader who answered before; then nothing is written at all.
KEEP = """
WITH kept AS (
    INSERT INTO feedback_response (
        id, survey_id, version_id, reader_id, delivery_id, channel_id, segment_ids,
        language, answers, digest, flagged, submitted_at)
    VALUES (
        %(id)s, %(survey)s, %(version)s, %(reader)s, %(delivery)s,
        COALESCE(%(channel)s, (SELECT id FROM campaigns_channel WHERE code = %(code)s)),
        %(segments)s::int[],
        %(language)s, %(answers)s::jsonb, %(digest)s, %(flagged)s, now())
    ON CONFLICT DO NOTHING
    RETURNING id, survey_id),
vector AS (
    INSERT INTO feedback_responsevector (response_id, survey_id, codes, nums, weight)
    SELECT id, survey_id, %(codes)s::smallint[], %(nums)s::float8[], 1
    FROM kept),
words AS (
    INSERT INTO feedback_answertext (response_id, item_id, text)
    SELECT kept.id, item.id, word.text
    FROM kept
    CROSS JOIN unnest(%(ordinals)s::int[], %(texts)s::text[]) AS word (ordinal, text)
    JOIN feedback_item item
        ON item.survey_id = %(survey)s
        AND item.ordinal = word.ordinal)
SELECT count(*) FROM kept
"""
#: True when what stood in the way of KEEP says the same.
KEPT_BEFORE = """
SELECT bool_and(digest = %(digest)s AND survey_id = %(survey)s)
FROM feedback_response
WHERE id = %(id)s
    OR (survey_id = %(survey)s AND reader_id = %(reader)s)
"""
#: That somebody took part, and the sealed answer that names nobody, by one statement: a crash loses
#: neither of them alone. Whether the survey is still open is asked here once more and by the
#: database's clock: nothing may come after the last batch (ADR 0021).
HOLD = """
WITH took_part AS (
    INSERT INTO feedback_participation (survey_id, digest, receipt, day, mixed)
    SELECT id, %(person)s, %(receipt)s, %(day)s, false
    FROM feedback_survey
    WHERE id = %(survey)s
        AND state = %(open)s
        AND (closes_at IS NULL OR closes_at > clock_timestamp())
        AND NOT EXISTS (
            SELECT 1
            FROM feedback_participation p
            WHERE p.survey_id = %(survey)s
                AND p.digest = ANY(%(joined)s::bytea[]))
    ON CONFLICT DO NOTHING
    RETURNING survey_id),
held AS (
    INSERT INTO feedback_heldanswer (id, survey_id, key_id, sealed)
    SELECT gen_random_uuid(), survey_id, %(key)s, %(sealed)s
    FROM took_part)
SELECT count(*) FROM took_part
"""
TOOK_PART = """
SELECT 1
FROM feedback_participation
WHERE survey_id = %(survey)s
    AND digest = ANY(%(persons)s::bytea[])
"""
HELD_BEFORE = """
SELECT bool_or(receipt = %(receipt)s)
FROM feedback_participation
WHERE survey_id = %(survey)s
    AND digest = ANY(%(joined)s::bytea[] || %(person)s::bytea)
HAVING count(*) > 0
"""


def keep(survey: PublishedSurvey, respondent: Respondent, submitted: SubmittedAnswers) -> Receipt:
    """Keep an answer once.

    The same again is AGAIN; other answers by the same reader or under the same id are OTHER.
    CLOSED when an anonymous survey ended meanwhile; then nothing is kept.
    """
    if survey.anonymous:
        write, look_back = HOLD, HELD_BEFORE
        arguments = _anonymous_arguments(survey, respondent, submitted)
    else:
        write, look_back = KEEP, KEPT_BEFORE
        arguments = _named_arguments(survey, respondent, submitted)

    (written,) = first_row(write, arguments)
    if written:
        return Receipt.KEPT

    # Only now: nearly everybody answers once and waits for one statement.
    before = first_row(look_back, arguments)
    if before is None:
        return Receipt.CLOSED
    (is_same,) = before
    return Receipt.AGAIN if is_same else Receipt.OTHER


def _anonymous_arguments(
    survey: PublishedSurvey, respondent: Respondent, submitted: SubmittedAnswers
) -> dict:
    """What the statement that holds an anonymous answer is given, by name."""
    # Nobody is known by name: then one page of one browser may answer once.
    person = f"browser {submitted.client_id}"
    if respondent.reader_id:
        person = f"reader {respondent.reader_id}"
    # With the random id only the browser knows, or answers could be guessed and compared.
    receipt = f"{submitted.client_id} {answering.digest(submitted.answers)}"
    return {
        "survey": survey.survey_id,
        "open": Survey.State.OPEN,
        "key": survey.key_id,
        "sealed": _sealed(survey, respondent, submitted),
        "person": keyed(survey.survey_id, person),
        "joined": _joined_persons(survey, respondent),
        "receipt": keyed(survey.survey_id, receipt),
        # No time of day: beside the log of the web server it would name the answer's sender.
        "day": timezone.localdate(),
    }


def _sealed(survey: PublishedSurvey, respondent: Respondent, submitted: SubmittedAnswers) -> bytes:
    """The answers in a box that only the survey's key opens; its size tells nothing of them."""
    content = BoxContent(
        version=survey.version_id,
        language=submitted.language,
        answers=submitted.answers,
        flagged=submitted.flagged,
        channel=respondent.channel_id,
        channel_code=submitted.channel_code,
        known=respondent.is_known,
    )
    public = bytes.fromhex(survey.public_key)
    size = sealing.size_for(survey.definition)
    content = sealing.vouched(content, survey=survey.survey_id)
    return sealing.seal(content, survey=survey.survey_id, public=public, size=size)


def _named_arguments(
    survey: PublishedSurvey, respondent: Respondent, submitted: SubmittedAnswers
) -> dict:
    """What the statement that keeps an answer is given, by name."""
    vector = answering.vector_of(survey.definition, submitted.answers)
    words = dict(answering.texts(survey.definition, submitted.answers))
    return {
        "survey": survey.survey_id,
        "version": survey.version_id,
        "channel": respondent.channel_id,
        "code": submitted.channel_code,
        "language": submitted.language,
        "answers": answering.canonical(submitted.answers),
        "flagged": submitted.flagged,
        "id": str(submitted.client_id),
        "reader": respondent.reader_id,
        "delivery": respondent.delivery_id,
        "segments": list(respondent.segment_ids),
        "digest": answering.digest(submitted.answers),
        "codes": vector.codes,
        "nums": vector.nums,
        "ordinals": list(words),
        "texts": list(words.values()),
    }


def keyed(survey_id: int, text: str) -> bytes:
    """Hash with the installation's privacy key (32 bytes)."""
    # Different in every survey, so that nobody can be followed from one to the next.
    message = f"survey {survey_id} {text}"
    return hmac.digest(settings.PRIVACY_KEY.encode(), message.encode(), sha256)
