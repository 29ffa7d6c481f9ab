"""Held anonymous answers become responses in shuffled batches of at least five.

Why each step is as it is stands in docs/adr/0008-anonymous-answers.md.
"""

import random
from collections import defaultdict
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from core.disclosure import SMALLEST_CELL
from feedback.surveys.definitions import Definition, parse_definition
from feedback.surveys.models import HeldAnswer, Participation, Survey
from feedback.surveys.storing import IncomingAnswer, ResponseRows

shuffle = random.SystemRandom().shuffle


def mix() -> int:
    """Turn full batches of held answers into responses and hold the rest again in a new order.

    Returns how many became responses. What is written back carries this transaction's number
    instead of the one it came with.
    """
    written = 0
    not_open: list[Survey] = []
    with transaction.atomic():
        kept_back: list[HeldAnswer] = []
        for survey, held in take_held().items():
            is_open = survey.is_open()
            if not is_open:
                not_open.append(survey)

            # While a survey is not open nothing comes to mix the rest with. It may be opened again,
            # but nobody knows whether it will be, and what was answered must be counted some day.
            if not is_open or len(held) >= SMALLEST_CELL:
                written += write(survey, held)
            else:
                kept_back += held
        put_back(kept_back)

    # Each in a transaction of its own: readers wait for the lock that the mixing holds.
    for survey in not_open:
        forget_order(survey)
    return written


def take_held() -> dict[Survey, list[HeldAnswer]]:
    """All held answers by survey; their table is empty afterwards.

    TRUNCATE gives the table a new file, so neither row versions nor their transaction numbers are
    left behind.
    """
    with connection.cursor() as cursor:
        # Readers who answer meanwhile wait for this lock; the mixing must not wait long for it.
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute("LOCK TABLE feedback_heldanswer IN ACCESS EXCLUSIVE MODE")

    by_survey: dict[Survey, list[HeldAnswer]] = defaultdict(list)
    for row in HeldAnswer.objects.select_related("survey", "version").order_by("survey_id"):
        by_survey[row.survey].append(row)

    if by_survey:
        with connection.cursor() as cursor:
            # Inside a longer transaction foreign keys may still wait for their check, and TRUNCATE
            # refuses that.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("TRUNCATE feedback_heldanswer")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return by_survey


def put_back(held: list[HeldAnswer]) -> None:
    """Hold them again in a new order, under new ids."""
    shuffle(held)
    for row in held:
        row.pk = uuid4()
    HeldAnswer.objects.bulk_create(held)


def write(survey: Survey, held: list[HeldAnswer]) -> int:
    """Write one batch in random order, under fresh random ids and one common day."""
    shuffle(held)
    day = batch_day(survey, len(held))
    definitions: dict[int, Definition] = {}
    made = ResponseRows(survey)
    for row in held:
        if row.version_id not in definitions:
            definitions[row.version_id] = parse_definition(row.version.definition)
        # No reader, mail or segments: a held answer never knew them.
        answer = IncomingAnswer(
            row.answers,
            at=day,
            channel_id=row.channel_id,
            language=row.language,
            flagged=row.flagged,
        )
        made.add(answer.as_response(row.version), definitions[row.version_id])
    made.store()
    return len(held)


def batch_day(survey: Survey, size: int) -> datetime:
    """Midnight of today.

    A last batch of fewer than five takes the day of the one before, so as not to stand out.
    """
    if size < SMALLEST_CELL:
        before = survey.responses.order_by("-submitted_at").first()
        if before is not None:
            return before.submitted_at
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


@transaction.atomic
def forget_order(survey: Survey) -> int:
    """While a survey is not open, rewrite who took part in random order.

    Order and transaction then say nothing either.
    """
    took_part = list(Participation.objects.select_for_update().filter(survey=survey))
    shuffle(took_part)
    Participation.objects.filter(survey=survey).delete()
    for row in took_part:
        row.pk = None
    Participation.objects.bulk_create(took_part, batch_size=2000)
    return len(took_part)
