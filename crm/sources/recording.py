"""What imports write: that the days of a file are recorded now, or are not any more."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.utils import timezone

from crm.readers.models import Activity
from crm.sources.days import Told
from crm.sources.models import CoveredSpan, DataSource


def record_days(
    source: DataSource,
    places: Iterable[int | None],
    first: date,
    last: date,
    *,
    tells: Iterable[str] = (),
    import_run: int | None = None,
) -> None:
    """Store that from ``first`` to ``last`` the source has told all of these places (None: of the
    library). ``tells``: codes of what it told of, all that the source tells where none is given;
    ``import_run``: key of the import that told it, None where none did.
    """
    kinds = frozenset(map(str, tells)) or frozenset(source.tells)
    told = [Told(source.pk, place, first, last, tells=kinds) for place in places]
    record_told(source, told, import_run=import_run)


def record_told(source: DataSource, told: Iterable[Told], *, import_run: int | None) -> None:
    """Store what a file of the source told of; ``import_run``: key of the import, None where none
    did. A kind that it had not told of so far is one of its kinds from now on.
    """
    rows = []
    kinds = set(source.kinds)
    for one in told:
        row = CoveredSpan(source=source, campus_id=one.place, first=one.first, last=one.last)
        row.state, row.import_run = CoveredSpan.State.told(whole=one.whole), import_run
        row.tells, row.apart = sorted(one.tells), one.apart
        kinds |= one.tells - set(source.measures)
        rows.append(row)
    keep_spans(source, rows)
    if kinds != set(source.kinds):
        source.kinds = sorted(kinds)
        source.save(update_fields=["kinds"])


def keep_spans(source: DataSource, spans: Iterable[CoveredSpan]) -> None:
    """Store recorded days of the source, of which something is kept then."""
    stored = CoveredSpan.objects.bulk_create(spans, batch_size=5000)
    if stored:
        # Asked of the row: somebody may have taken the last file back since ``source`` was read.
        emptied = DataSource.objects.filter(pk=source.pk).exclude(emptied_at=None)
        emptied.update(emptied_at=None)
        source.emptied_at = None


def note_emptied(source: DataSource) -> None:
    """Say that nothing of the source is kept any more, where that is so: no row, and no day of
    which anything is known. Call after the last of its files was taken back. Three statements.
    """
    rows = Activity.objects.filter(source=source.code)
    if source.spans.exists() or rows.exists():
        return
    source.emptied_at = timezone.now()
    source.save(update_fields=["emptied_at"])


def told_in(import_run: int) -> list[Told]:
    """What one import told of, by its key; empty where it was taken back. One statement."""
    found = []
    for span in CoveredSpan.objects.filter(import_run=import_run):
        whole = span.state == CoveredSpan.State.FULL
        one = Told(span.source_id, span.campus_id, span.first, span.last, whole=whole)
        found.append(replace(one, apart=span.apart, tells=frozenset(span.tells)))
    return found


def note_compared(import_run: int, collections: Iterable[int]) -> None:
    """Note of the days that an import told of with which listed collections, by their keys, its
    loans were compared. One statement.
    """
    CoveredSpan.objects.filter(import_run=import_run).update(compared=sorted(collections))


def first_among_others(source: DataSource, kinds: Iterable[str]) -> bool:
    """Whether the source has told of none of ``kinds`` so far, and another one has. From its first
    day on the library's figures then rest on both. One statement.
    """
    spans = CoveredSpan.objects.exclude(state=CoveredSpan.State.LOST).order_by()
    told = spans.filter(tells__overlap=sorted(map(str, kinds)))
    by = set(told.values_list("source", flat=True).distinct())
    return bool(by) and source.pk not in by


def compared_before(source: int) -> set[int]:
    """Keys of the listed collections that loans of the source's files were compared with. One
    statement.
    """
    spans = CoveredSpan.objects.filter(source=source).exclude(compared=[])
    return set().union(*spans.order_by().values_list("compared", flat=True).distinct())


def forget_days(import_run: int) -> None:
    """Remove what this import alone had told; what others told of the same days stays, and so do
    the kinds that its source tells of. One statement.
    """
    # Each import has spans of its own, even of the same days, so one is taken out alone.
    CoveredSpan.objects.filter(import_run=import_run).delete()


def told_before(source: int) -> set[str]:
    """Codes of all that a source, by its key, has told of on any day. One statement."""
    spans = CoveredSpan.objects.filter(source=source).exclude(state=CoveredSpan.State.LOST)
    return set().union(*spans.order_by().values_list("tells", flat=True).distinct())


def told_together(source: int, places: set[int]) -> set[int]:
    """Keys of the campuses of which the last import of a source told that told of all ``places``;
    empty where none did, and without any place. One statement.

    Files of single branches tell of one each, and what one of them told of no other does.
    """
    if not places:
        return set()
    told = CoveredSpan.objects.filter(source=source, campus__isnull=False, import_run__isnull=False)
    together = defaultdict(set)
    for run, campus in told.order_by("-import_run").values_list("import_run", "campus").distinct():
        together[run].add(campus)
    return next((found for found in together.values() if places <= found), set())
