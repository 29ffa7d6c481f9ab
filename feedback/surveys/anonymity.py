"""Held anonymous answers become responses in shuffled batches of five.

Docs/adr/0008-anonymous-answers.md.
"""

import random
from itertools import groupby
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from core.disclosure import SMALLEST_CELL
from feedback.surveys import answering
from feedback.surveys.definitions import Definition, read, sha256
from feedback.surveys.models import (
    AnswerText,
    HeldAnswer,
    Item,
    Participation,
    Response,
    ResponseVector,
    Survey,
)

shuffle = random.SystemRandom().shuffle


def mix() -> int:
    """Turn full batches of held answers into responses and write the rest back in a new order;
    returns how many.

    TRUNCATE gives the table a new file, so neither row versions nor their transaction numbers are
    left behind; what is written back carries this transaction's number instead of the one it came
    with.
    """
    over = []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute("LOCK TABLE feedback_heldanswer IN ACCESS EXCLUSIVE MODE")
        held = list(HeldAnswer.objects.select_related("survey", "version").order_by("survey_id"))
        if not held:
            return 0
        with connection.cursor() as cursor:
            # Inside a longer transaction foreign keys may still wait for their check, and TRUNCATE
            # refuses that.
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE feedback_heldanswer; SET CONSTRAINTS ALL DEFERRED"
            )
        kept_back, written = [], 0
        for survey, group in groupby(held, key=lambda row: row.survey):
            rows = list(group)
            if len(rows) >= SMALLEST_CELL or not survey.is_open():
                written += write(survey, rows)
                over += [] if survey.is_open() else [survey]
            else:
                kept_back += rows
        shuffle(kept_back)
        for row in kept_back:
            row.pk = uuid4()
        HeldAnswer.objects.bulk_create(kept_back)
    for survey in over:
        forget_order(survey)
    return written


def write(survey: Survey, rows: list[HeldAnswer]) -> int:
    """Write one batch in random order, under fresh random ids and one common day."""
    shuffle(rows)
    day = batch_day(survey, len(rows))
    definitions: dict[int, Definition] = {
        row.version_id: read(row.version.definition) for row in rows
    }
    items = dict(Item.objects.filter(survey=survey).values_list("ordinal", "pk"))
    responses, vectors, texts = [], [], []
    for row in rows:
        response = Response(
            id=uuid4(),
            survey=survey,
            version_id=row.version_id,
            channel_id=row.channel_id,
            language=row.language,
            answers=row.answers,
            digest=sha256(row.answers),
            flagged=row.flagged,
            submitted_at=day,
        )
        codes, nums = answering.vectors(definitions[row.version_id], row.answers)
        responses.append(response)
        vectors.append(ResponseVector(response=response, survey=survey, codes=codes, nums=nums))
        words = answering.texts(definitions[row.version_id], row.answers)
        texts += [
            AnswerText(response=response, item_id=items[ordinal], text=text)
            for ordinal, text in words
        ]
    Response.objects.bulk_create(responses)
    ResponseVector.objects.bulk_create(vectors)
    AnswerText.objects.bulk_create(texts)
    return len(rows)


def batch_day(survey: Survey, size: int):
    """Midnight of today.

    A last batch of fewer than five takes the day of the one before, so as not to stand out.
    """
    before = (
        survey.responses.order_by("-submitted_at").values_list("submitted_at", flat=True).first()
    )
    if size < SMALLEST_CELL and before is not None:
        return before
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


@transaction.atomic
def forget_order(survey: Survey) -> int:
    """Once a survey is over, rewrite who took part in random order.

    Order and transaction then say nothing either.
    """
    rows = list(Participation.objects.select_for_update().filter(survey=survey))
    shuffle(rows)
    Participation.objects.filter(survey=survey).delete()
    for row in rows:
        row.pk = None
    Participation.objects.bulk_create(rows, batch_size=2000)
    return len(rows)
