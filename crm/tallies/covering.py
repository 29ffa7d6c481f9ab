"""Which days a source that counts has told of, from its numbers that hold."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from crm.sources.days import Told, days_of
from crm.sources.models import CoveredSpan, DataSource
from crm.sources.periods import stretches
from crm.sources.recording import keep_spans
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
    rows = []
    for one in spans_of(source, Tally.objects.in_force().filter(source=source).order_by("first")):
        row = CoveredSpan(source=source, campus_id=one.place, first=one.first, last=one.last)
        row.state, row.apart, row.tells = State.told(whole=one.whole), one.apart, sorted(one.tells)
        rows.append(row)
    keep_spans(source, rows)


def spans_of(source: DataSource, numbers: Iterable[Tally]) -> list[Told]:
    """What the source tells of by ``numbers``, stored or not, each thing once; a campus by its key,
    as the numbers have it.
    """
    #: {(campus, days, whole, apart): measures of which this is so}.
    told: dict[tuple, list[str]] = defaultdict(list)
    known = by_place(numbers)
    for (campus, measure), spans in known.items():
        quiet = {}
        if measure in OF_EVENTS:
            quiet = quiet_days(known.get((campus, TallyMeasure.EVENTS), {}))
        for said in merged(quiet | spans):
            told[campus, *said].append(measure)
    found = []
    for (campus, span, whole, apart), measures in told.items():
        one = Told(source.pk, campus, span.first, span.last, whole=whole, apart=apart)
        tells = frozenset(map(str, measures))
        found.append(replace(one, tells=tells, regular=source.is_regular))
    return found


def by_place(numbers: Iterable[Tally]) -> dict[tuple[int | None, str], Spans]:
    """{(campus, None for the whole library, and what is counted): what is told of it}. Days of
    which no number at all is known are not told of; where one of several is unknown they are told
    in part.
    """
    found: dict[tuple[int | None, str], Spans] = defaultdict(dict)
    unknown: dict[tuple[int | None, str], set[DaySpan]] = defaultdict(set)
    for one in numbers:
        at, span = (one.campus_id, str(one.measure)), DaySpan(one.first, one.last)
        if one.value is None:
            unknown[at].add(span)
        else:
            found[at][span] = found[at].get(span, True) and one.whole
    for at, spans in found.items():
        for span in unknown[at] & set(spans):
            spans[span] = False
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
