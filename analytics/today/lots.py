"""How many rows of a kind are late, due today or stand still, and the most urgent of them: two
statements a kind, however many rows there are.
"""

from collections import Counter
from collections.abc import Callable

from django.db.models import Count, Q, QuerySet

from analytics.today import words
from analytics.today.items import MOST, DeskClock, DeskItem, Lot, Rest


def due_at_a_moment(rows: QuerySet, clock: DeskClock) -> Counter:
    """{"n", "late", "today"} of rows with a moment ``due``."""
    found = rows.aggregate(
        n=Count("pk"),
        late=Count("pk", filter=Q(due__lt=clock.now)),
        today=Count("pk", filter=Q(due__gte=clock.now, due__lte=clock.midnight)),
    )
    return Counter(found)


def due_on_a_day(rows: QuerySet, clock: DeskClock) -> Counter:
    """{"n", "late", "today"} of rows with a date ``due``, the last day on which it is in time."""
    found = rows.aggregate(
        n=Count("pk"),
        late=Count("pk", filter=Q(due__lt=clock.today)),
        today=Count("pk", filter=Q(due=clock.today)),
    )
    return Counter(found)


def without_term(rows: QuerySet, _clock: DeskClock) -> Counter:
    """{"n"} of rows that are never due."""
    return Counter(n=rows.count())


def standing_still(rows: QuerySet, _clock: DeskClock) -> Counter:
    """{"n", "still"} of rows of which nothing goes on until somebody does something."""
    n = rows.count()
    return Counter(n=n, still=n)


def lot_of(
    rows: QuerySet,
    item_of: Callable[..., DeskItem],
    count: Callable,
    clock: DeskClock,
    *,
    kind: str,
    url: str,
) -> Lot:
    """The first ``MOST`` of ``rows``, which are in the order of their urgency, as items.

    ``count``: a function of this module. ``kind``: a key of ``words.MORE``. ``url``: the address of
    all of them.
    """
    items = list(map(item_of, rows[:MOST]))
    found = count(rows, clock)
    others = found["n"] - len(items)
    rest = None
    if others > 0:
        rest = Rest(words.more(kind, others), url)
    return Lot(items, found["late"], found["today"], found["still"], rest)
