"""Which days a source that counts has told of, from its numbers that hold."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import F

from crm.sources.days import days_of
from crm.sources.models import CoveredSpan, DataSource
from crm.sources.periods import stretches
from crm.tallies.models import Tally, TallyMeasure
from crm.tallies.spans import DaySpan

State = CoveredSpan.State
DAY = timedelta(days=1)
#: {days: whether all that is known of them is whole}.
Spans = dict[DaySpan, bool]


def cover_anew(source: DataSource) -> None:
    """Write down what the source tells of now: after an import, its undoing, and a correction. All
    of its spans are replaced but those of days that somebody said nobody recorded.

    Call in the transaction that changed its numbers.
    """
    # That nobody recorded a day was said by a person, and stays.
    source.spans.exclude(state=State.LOST).delete()
    held = Tally.objects.in_force().filter(source=source)
    measures = sorted(set(held.order_by().values_list("measure", flat=True)))
    rows = []
    for campus, spans in by_place(held).items():
        if TallyMeasure.EVENTS in measures:
            spans = with_quiet_days(spans, held)
        for span, whole, apart in merged(spans):
            row = CoveredSpan(source=source, campus_id=campus, first=span.first, last=span.last)
            row.state, row.apart = State.told(whole=whole), apart
            rows.append(row)
    CoveredSpan.objects.bulk_create(rows, batch_size=5000)


def by_place(held) -> dict[int | None, Spans]:
    """{campus, None for the whole library: what is told of it}. Days of which no number at all is
    known are not told of; where one of several is unknown they are told in part. Two statements.
    ``held``: the source's numbers that hold.
    """
    found: dict[int | None, Spans] = defaultdict(dict)
    known = held.filter(value__isnull=False).order_by("first")
    for campus, first, last, whole in known.values_list("campus", "first", "last", "whole"):
        span = DaySpan(first, last)
        found[campus][span] = found[campus].get(span, True) and whole
    unknown = held.filter(value__isnull=True)
    for campus, first, last in unknown.values_list("campus", "first", "last"):
        if DaySpan(first, last) in found[campus]:
            found[campus][DaySpan(first, last)] = False
    return found


def with_quiet_days(spans: Spans, held) -> Spans:
    """The spans with the days between events added as whole: a list of events tells of the days
    without one, too, from its first to its last, but of no silence of more than a month. What
    ``spans`` say of a day themselves goes before.
    """
    days = (
        held.filter(measure=TallyMeasure.EVENTS, first=F("last"))
        .order_by("first")
        .values_list("first", flat=True)
    )
    counts: dict[date, int] = defaultdict(int)
    for day in days:
        counts[day] += 1
    found = {}
    for stretch in stretches(sorted(counts.items())):
        for day in days_of(stretch.first, stretch.last):
            found[DaySpan(day, day)] = True
    return found | spans


def merged(spans: Spans) -> Iterator[tuple[DaySpan, bool, bool]]:
    """(days, whole, whether the days are known one by one). Single days that follow each other and
    are alike in ``whole`` are one; what is longer than a day stands as it is.
    """
    run: DaySpan | None = None
    state = True
    for span, whole in in_order(spans):
        if span.days > 1:
            yield span, whole, False
            continue
        if run and span.first == run.last + DAY and whole == state:
            run = DaySpan(run.first, span.last)
            continue
        if run:
            yield run, state, True
        run, state = span, whole
    if run:
        yield run, state, True


def in_order(spans: Spans) -> Iterable[tuple[DaySpan, bool]]:
    """(span, whole) by the first day, the shorter of two that begin together first."""
    return sorted(spans.items(), key=lambda pair: (pair[0].first, pair[0].last))
