"""That a reader answered a survey, as an Activity.

Written after the fact, so that answering waits for nothing.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone

from crm.readers.models import Activity
from feedback.surveys.models import Response

SOURCE = "survey"
#: How far back the regular run looks; longer than any outage of the workers that nobody notices.
LOOK_BACK = timedelta(days=14)


def project(responses: Iterable[Response]) -> int:
    """Log one activity per response of a known reader; anonymous surveys have none. Returns how
    many were offered.
    """
    return Activity.objects.log(
        (
            response.reader_id,
            Activity.Kind.ANSWER,
            response.submitted_at,
            SOURCE,
            str(response.pk),
        )
        for response in responses
    )


def project_answers() -> int:
    """Add the activities of the last days (``LOOK_BACK``) that are missing; returns how many. Safe
    to run twice.
    """
    known = Activity.objects.filter(source=SOURCE, ref=OuterRef("ref"))
    since = timezone.now() - LOOK_BACK
    recent = Response.objects.counted().filter(reader__isnull=False, submitted_at__gte=since)
    recent = recent.annotate(ref=Cast("pk", CharField()))
    missing = recent.filter(~Exists(known)).only("pk", "reader_id", "submitted_at")
    return project(missing.iterator(chunk_size=2000))
