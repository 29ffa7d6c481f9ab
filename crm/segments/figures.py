"""What a segment's page shows.

Who is in it and how it grew. Every cell that counts 1 to 4 persons is hidden.
"""

from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from core.charts import Chart, lines
from core.disclosure import hide_row, suppress
from crm.readers.models import ContactChannel, Reader
from crm.readers.queries import MAILABLE, allowed
from crm.segments.models import Segment
from crm.staff.models import Campus

#: One scan of the members for both tables and the channels; kind and campus are null in the other's
#: rows.
MAKE_UP = f"""
SELECT grouping(r.kind), grouping(r.campus_id), r.kind, r.campus_id, count(*),
    count(*) FILTER (WHERE {MAILABLE}),
    count(*) FILTER (WHERE {allowed(ContactChannel.SMS)}),
    count(*) FILTER (WHERE {allowed(ContactChannel.WECHAT)})
FROM crm_segmentmember m JOIN crm_reader r ON r.id = m.reader_id
WHERE m.segment_id = %(segment)s
GROUP BY GROUPING SETS ((r.kind), (r.campus_id), ())
"""
BY_DAY = """
SELECT (at AT TIME ZONE %s)::date, count(*) FILTER (WHERE entered), count(*) FILTER (WHERE NOT entered)
FROM crm_segmentlog WHERE segment_id = %s GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class Cell:
    """``n`` persons, and their share of the segment.

    Both None when hidden. ``n`` is what a page may print.
    """

    label: str
    n: int | None
    share: float | None


@dataclass(frozen=True)
class MakeUp:
    size: int
    kinds: list[Cell]
    campuses: list[Cell]
    channels: list[Cell]


def make_up(segment: Segment) -> MakeUp:
    """Members now stored, by kind, by campus and by the channel that reaches them."""
    suppressed = Reader.objects.filter(memberships__segment=segment).suppressed()
    with connection.cursor() as cursor:
        cursor.execute(MAKE_UP, {"segment": segment.pk, "suppressed": suppressed})
        rows = cursor.fetchall()
    total = next((row for row in rows if row[0] and row[1]), None)
    size = total[4] if total else 0
    kinds = {kind: n for no_kind, _no_campus, kind, _campus, n, *_rest in rows if not no_kind}
    campuses = {
        campus: n for _no_kind, no_campus, _kind, campus, n, *_rest in rows if not no_campus
    }
    names = {campus.pk: str(campus) for campus in Campus.objects.all()}
    reach = zip(
        ContactChannel.labels, total[5:] if total else [0] * len(ContactChannel.labels), strict=True
    )
    return MakeUp(
        size,
        partition(
            [(str(label), kinds[kind]) for kind, label in Reader.Kind.choices if kind in kinds],
            size,
        ),
        partition([(names.get(pk, _("no campus")), n) for pk, n in by_size(campuses)], size),
        [cell(str(label), n, size) for label, n in reach],
    )


def by_size(counts: dict) -> list[tuple]:
    return sorted(counts.items(), key=lambda item: -item[1])


def cell(label: str, n: int, size: int) -> Cell:
    # A channel that reaches all but one to four would name those.
    shown = suppress(n) is not None and suppress(size - n) is not None
    return Cell(label, n if shown else None, n / size if shown and size else None)


def partition(parts: list[tuple[str, int]], size: int) -> list[Cell]:
    """Cells that add up to the segment; what is hidden cannot be had by subtraction."""
    counts = [n for _label, n in parts]
    shown = [None] * len(parts) if suppress(size) is None else hide_row(counts)
    cells = zip(parts, shown, strict=True)
    return [Cell(label, n, n / size if n is not None else None) for (label, _full), n in cells]


def by_day(segment: Segment) -> list[tuple[date, int, int, int]]:
    """(day, members at its end, entered, left) for each day something changed, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(BY_DAY, [settings.TIME_ZONE, segment.pk])
        rows = cursor.fetchall()
    sizes = accumulate(entered - left for _day, entered, left in rows)
    return [
        (day, size, entered, left) for (day, entered, left), size in zip(rows, sizes, strict=True)
    ]


def without_small_changes(days: list[tuple[date, int, int, int]]) -> list[tuple[int | None, ...]]:
    """(size, entered, left) per day, None for what would tell of a change of one to four.

    All changes add up to the size now. A single hidden one would follow, so the next smallest goes
    as well, and a size in between is left out unless the hidden changes before and after it cover
    each other.
    """
    changes = [n for _day, _size, entered, left in days for n in (entered, left)]
    hidden = {place for place, n in enumerate(changes) if suppress(n) is None}
    spare = sorted((n, place) for place, n in enumerate(changes) if n and place not in hidden)
    while hidden and spare and not _covered([changes[place] for place in hidden]):
        hidden.add(spare.pop(0)[1])
    kept, since, told = [], 0, 0
    for index, (_day, size, *flows) in enumerate(days):
        before, after = (
            [changes[p] for p in hidden if p in part] for part in _parts(since, index, len(days))
        )
        known = _covered(before) and _covered(after) and suppress(abs(size - told)) is not None
        if known:
            since, told = index + 1, size
        cells = [None if 2 * index + side in hidden else n for side, n in enumerate(flows)]
        kept.append((size if known else None, *cells))
    return kept


def _parts(since: int, index: int, end: int) -> tuple[range, range]:
    """Places of the changes from day ``since`` to day ``index``, and of those after it."""
    return range(2 * since, 2 * index + 2), range(2 * index + 2, 2 * end)


def _covered(hidden: list[int]) -> bool:
    return not hidden or (len(hidden) > 1 and suppress(sum(hidden)) is not None)


def history_chart(segment: Segment) -> Chart | None:
    """Members over time from the enter/leave log.

    None before the first refresh that found somebody.
    """
    days = by_day(segment)
    if not days:
        return None
    kept = without_small_changes(days)
    labels = [day.isoformat() for day, *_rest in days]
    members = _("Members")
    return Chart(
        id=f"segment-{segment.pk}",
        figure=lines(
            labels, {members: [suppress(size) for size, *_rest in kept]}, xaxis={"type": "date"}
        ),
        caption=_("Members over time"),
        columns=[_("Day"), members, _("Joined"), _("Dropped out")],
        rows=[
            (label, *map(printed, numbers, cells))
            for label, (_day, *numbers), cells in zip(labels, days, kept, strict=True)
        ],
        n=segment.size,
        as_of=segment.refreshed_at,
    )


def printed(n: int, told: int | None) -> int | str | None:
    """``told``, what may be shown of ``n``.

    None where a larger number is hidden with a small one.
    """
    return told if suppress(n) is not None else "<5"
