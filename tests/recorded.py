"""What a test takes for granted: that what readers did was recorded at all."""

from datetime import date

from crm.sources.models import DataSource
from crm.sources.recording import record_days

FROM_ELSEWHERE = ["loan", "renewal", "visit", "seat", "event"]
EVER = (date(2000, 1, 1), date(2100, 12, 31))


def always(kinds=FROM_ELSEWHERE, first: date = EVER[0], last: date = EVER[1]) -> DataSource:
    """One source of all kinds that has told of every day."""
    source, made = DataSource.objects.get_or_create(
        code=f"ever-{kinds[0]}", defaults={"name": "Ever", "kinds": kinds, "rhythm": "at-will"}
    )
    if made:
        record_days(source, [None], first, last)
    return source
