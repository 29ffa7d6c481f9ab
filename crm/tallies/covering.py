"""Which days a source that counts has told of, from its numbers that hold."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from crm.sources.days import days_of
from crm.sources.models import CoveredSpan, DataSource
from crm.sources.periods import stretches
from crm.tallies.models import Tally, TallyMeasure
from crm.tallies.spans import DaySpan

State = CoveredSpan.State
DAY = timedelta(days=1)
#: What a list of events tells of a day on which it has none: that there was none, and nobody came.
OF_EVENTS = frozenset({TallyMeasure.EVENTS, TallyMeasure.ATTENDANCE})
#: {days: whether all that is known of them is whole}.
Spans = dict[DaySpan, bool]


def cover_anew(source: DataSource) -> None:
    """Write down what the source tells of now: after an import, its undoing, and a correction. All
    of its spans are replaced but those of days that somebody said nobody recorded. What is told of
    one thing that is counted says nothing of another.

    Call in the transaction that changed its numbers.
    """
    # That nobody recorded a day was said by a person, and stays.
    source.spans.exclude(state=State.LOST).delete()
    held = Tally.objects.in_force().filter(source=source)
    #: {(campus, days, whole, apart): measures of which this is so}.
    told: dict[tuple, list[str]] = defaultdict(list)
    known = by_place(held)
    for (campus, measure), spans in known.items():
        quiet = {}
        if measure in OF_EVENTS:
            quiet = quiet_days(known.get((campus, TallyMeasure.EVENTS), {}))
        for said in merged(quiet | spans):
            told[campus, *said].append(measure)
    rows = []
    for (campus, span, whole, apart), measures in told.items():
        row = CoveredSpan(source=source, campus_id=campus, first=span.first, last=span.last)
        row.state, row.apart, row.tells = State.told(whole=whole), apart, sorted(measures)
        rows.append(row)
    CoveredSpan.objects.bulk_create(rows, batch_size=5000)


def by_place(held) -> dict[tuple[int | None, str], Spans]:
    """{(campus, None for the whole library, and what is counted): what is told of it}. Days of
    which no number at all is known are not told of; where one of several is unknown they are told
    in part. Two statements. ``held``: the source's numbers that hold.
    """
    found: dict[tuple[int | None, str], Spans] = defaultdict(dict)
    known = held.filter(value__isnull=False).order_by("first")
    said = known.values_list("campus", "measure", "first", "last", "whole")
    for campus, measure, first, last, whole in said:
        span, spans = DaySpan(first, last), found[campus, measure]
        spans[span] = spans.get(span, True) and whole
    unknown = held.filter(value__isnull=True)
    for campus, measure, first, last in unknown.values_list("campus", "measure", "first", "last"):
        if DaySpan(first, last) in found[campus, measure]:
            found[campus, measure][DaySpan(first, last)] = False
    return found


def quiet_days(events: Spans) -> Spans:
    """The days between the events of one place, on which there was none: as whole, since a list of
    events tells of them, too, from its first to its last, but of no silence of more than a month.

    ``events``: what is told of events there; of those that are counted for longer than a day
    nothing follows. Empty without an event of a single day.
    """
    days = sorted(span.first for span in events if span.days == 1)
    found = {}
    for stretch in stretches((day, 1) for day in days):
        between = set(days_of(stretch.first, stretch.last)).difference(days)
        found |= {DaySpan(day, day): True for day in between}
    return found


def merged(spans: Spans) -> Iterator[tuple[DaySpan, bool, bool]]:
    """(days, whole, whether the days are known one by one), by their first days but for a run of
    days, which comes when it has ended. Single days that follow each other and are alike in
    ``whole`` are one run; what is longer than a day stands as it is.
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
    """(span, whole) by the first day, the shorter of two that begin together first. So single days
    that follow each other come one after another, unless something longer begins between them.
    """
    return sorted(spans.items(), key=lambda pair: (pair[0].first, pair[0].last))
