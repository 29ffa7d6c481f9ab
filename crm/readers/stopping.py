"""The stop list: readers to whom nothing is sent, by the word of staff.

Somebody has died, is ill, is in a dispute with the library. Consent is not touched by it, and no
file takes anybody off: only staff, or the end of the day that was named.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.columns import keys_of
from core.refusals import Refused
from crm.readers.models import Reader
from crm.readers.queries import twins_of
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def stop_mail(*, reader: Reader, reason: str, until: date | None, by: User) -> list[int]:
    """Send nothing to the reader until the end of the day ``until``, or for good; returns the keys
    of the rows, since other rows of the same person stop with this one.

    Refused for a day that has passed.
    """
    if until is not None and until < timezone.localdate():
        raise Refused(_("That day has passed."))
    rows = [reader.pk, *keys_of(twins_of(reader))]
    now = timezone.now()
    for row in Reader.objects.select_for_update(of=("self",)).filter(pk__in=rows).order_by("pk"):
        Reader.objects.filter(pk=row.pk).update(
            stop_reason=reason, stop_until=_end_of(until), updated_at=now
        )
        # Without the reason: whoever reads the trail may not open each of these readers.
        audit.record(action=AuditAction.READER_STOP, by=by, on=row)
    return rows


@transaction.atomic
def end_stop(*, reader: Reader, by: User) -> list[int]:
    """Let letters go to the reader again, and to other rows of the same person; returns their keys.

    Refused where nothing is stopped.
    """
    stopped = Reader.objects.select_for_update(of=("self",)).exclude(stop_reason="")
    if not stopped.filter(pk=reader.pk).exists():
        raise Refused(_("Nothing is stopped for this reader."))
    rows = stopped.filter(pk__in=[reader.pk, *keys_of(twins_of(reader))]).order_by("pk")
    ended = list(rows)
    for row in ended:
        Reader.objects.filter(pk=row.pk).update(
            stop_reason="", stop_until=None, updated_at=timezone.now()
        )
        audit.record(action=AuditAction.READER_STOP_END, by=by, on=row)
    return keys_of(ended)


def _end_of(day: date | None) -> datetime | None:
    """The first moment after the day, by the library's clock; None for a stop
    without a last day.
    """
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
