"""What imports write: that the days of a file are recorded now, or are not any more."""

from collections.abc import Iterable
from datetime import date

from crm.sources.models import CoveredSpan, DataSource


def record_days(
    source: DataSource,
    places: Iterable[int | None],
    first: date,
    last: date,
    *,
    whole: bool = True,
    import_run: int | None = None,
) -> None:
    """Store that from ``first`` to ``last`` the source has told of these places (None: of the
    library). ``whole`` is False where rows are known to be missing; ``import_run``: key of the
    import that told it, None where none did.
    """
    rows = []
    for campus in places:
        span = CoveredSpan(source=source, campus_id=campus, first=first, last=last)
        span.state, span.import_run = CoveredSpan.State.told(whole=whole), import_run
        rows.append(span)
    CoveredSpan.objects.bulk_create(rows)


def forget_days(import_run: int) -> None:
    """Remove what this import alone had told; what others told of the same days stays."""
    # Each import has spans of its own, even of the same days, so one is taken out alone.
    CoveredSpan.objects.filter(import_run=import_run).delete()
