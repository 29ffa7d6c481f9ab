"""The figures of months that are over: published once, and again, visibly, when late data or an
erasure changed them.

What computing writes is published in the same transaction. Whoever changes facts otherwise leaves
them different from what was published, and the look through the chains says so.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from analytics.facts.models import PublishedMonth
from analytics.facts.periods import month_start, next_month
from analytics.facts.publications import MONTHS
from analytics.facts.queries import CHANGED, FIGURES
from analytics.published import breaks
from analytics.published.models import Seal
from analytics.published.sealing import seal

#: {figure: [value, n, hash of the facts behind it]}
Figures = dict[str, list]


def figures_of(first: date, until: date) -> dict[date, Figures]:
    """{month: its figures} as the facts of ``first`` … ``until`` say now; none where there is no
    fact.
    """
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, {"first": first, "until": until})
        rows = cursor.fetchall()
    return {month: json.loads(figures) for month, figures in rows}


def last_published(months: Iterable[date]) -> dict[date, PublishedMonth]:
    """{month: its last publication}; a month that was never published is left out."""
    found = PublishedMonth.objects.filter(month__in=months).order_by("month", "-number")
    return {one.month: one for one in found.distinct("month")}


def last_sealed(months: Iterable[date]) -> dict[date, PublishedMonth]:
    """{month: its last publication of which a seal speaks}; a month without one is left out."""
    seals = Seal.objects.filter(chain=MONTHS)
    found = PublishedMonth.objects.filter(month__in=months, pk__in=seals.values("object_id"))
    return {one.month: one for one in found.order_by("month", "-number").distinct("month")}


def publish(months: list[date], at: datetime) -> int:
    """Publish those of ``months`` (in order) that are over and whose figures are new or others.

    Returns how many. Called in the transaction that computed them.
    """
    over = [month for month in months if next_month(month) <= timezone.localdate(at)]
    if not over:
        return 0
    now = figures_of(over[0], next_month(over[-1]))
    before = last_published(over)
    published = 0
    for month in over:
        published += publish_one(month, now.get(month, {}), before.get(month), at)
    return published


def publish_one(month: date, now: Figures, before: PublishedMonth | None, at: datetime) -> bool:
    """Publish the figures of a month where they are new or others; returns whether they were.

    ``before`` is its last publication, None where there is none: then a month of which nothing is
    known is left alone. An amendment names the figures that changed, and its seal what it corrects.
    """
    if before is None:
        if now:
            store(PublishedMonth(month=month, number=1, figures=now, at=at))
        return bool(now)
    changed = differing(before.figures, now)
    if changed:
        amended = PublishedMonth(
            month=month, number=before.number + 1, figures=now, changed=changed, at=at
        )
        store(amended, corrects=before.pk, reason=Seal.Reason.CHANGED)
    return bool(changed)


def store(made: PublishedMonth, **said) -> None:
    """Insert the publication and seal it; ``said`` is what the seal says besides, as ``seal`` takes
    it.
    """
    made.save(force_insert=True)
    seal(chain=MONTHS, object_id=made.pk, **said)


def publish_missing(at: datetime) -> int:
    """Publish months of before there were chains: over, with facts, and never published.

    Their seals say that they were chained later. Returns how many.
    """
    this_month = month_start(timezone.localdate(at))
    known = set(PublishedMonth.objects.values_list("month", flat=True))
    missing = 0
    for month, figures in figures_of(date.min, this_month).items():
        if month not in known:
            made = PublishedMonth(month=month, number=1, figures=figures, at=at)
            store(made, chained_later=True)
            missing += 1
    return missing


def differing(before: Figures, now: Figures) -> list[str]:
    """Names of the figures that came, went or changed, sorted; empty where nothing differs."""
    names = before.keys() | now.keys()
    return sorted(name for name in names if before.get(name) != now.get(name))


def untold_changes() -> Iterator[breaks.Break]:
    """Breaks: publications that do not say how they differ from the one before, or whose seal does
    not. Two statements for all of them.
    """
    seals = {one.object_id: one for one in Seal.objects.filter(chain=MONTHS).defer("parts")}
    last: dict[date, PublishedMonth] = {}
    for one in PublishedMonth.objects.order_by("month", "number").iterator():
        yield from untold_change(one, last.get(one.month), seals)
        last[one.month] = one


def untold_change(
    one: PublishedMonth, before: PublishedMonth | None, seals: dict[int, Seal]
) -> Iterator[breaks.Break]:
    """The same of one publication, at most one break of each kind.

    ``before``: that of the same month before it, None for the first. ``seals``: {key of the
    publication: its seal}; one without a seal is found by the look through the chain.
    """
    row = f"{PublishedMonth._meta.db_table}/{one.pk}"
    if not tells_its_change(one, before):
        yield breaks.found("change_is_untold", row=row)

    # One without a seal is found by the look through the chain, and is not told twice.
    seal_before = before and seals.get(before.pk)
    if one.pk in seals and not is_true_seal(seals[one.pk], seal_before):
        yield breaks.found("reason_is_untrue", row=row)


def tells_its_change(one: PublishedMonth, before: PublishedMonth | None) -> bool:
    """Whether number and changed figures are those that follow from the publication before it.

    The first one has number 1 and names no change; a later one that changes nothing is none.
    """
    if before is None:
        return (one.number, one.changed) == (1, [])
    changed = differing(before.figures, one.figures)
    follows = (before.number + 1, changed)
    return bool(changed) and (one.number, one.changed) == follows


def is_true_seal(seal: Seal, before: Seal | None) -> bool:
    """Whether the seal's reason, and what it corrects, follow from the seal before it.

    ``before``: the seal of the month's publication before this one, None where there is none.
    """
    if before is None:
        return (seal.reason, seal.corrects) == (Seal.Reason.FIRST, None)
    return (seal.reason, seal.corrects) == (Seal.Reason.CHANGED, before.number)


def changed_months() -> Iterator[breaks.Break]:
    """Breaks: months whose facts are not what was published last. Reads every month there is."""
    published = last_published(PublishedMonth.objects.values("month"))
    now = figures_of(date.min, date.max)
    for month, last in published.items():
        yield from differences(month, last, now)


def changed_sums(first: date, until: date) -> Iterator[breaks.Break]:
    """The same of ``first`` to before ``until``, where a sum has changed: quick enough for a page.

    One statement where nothing has; a change that leaves the sums as they were is found at night.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, {"chain": MONTHS, "first": first, "until": until})
        changed = [month for (month,) in cursor.fetchall()]
    if changed:
        now = figures_of(changed[0], next_month(changed[-1]))
        for month, last in last_sealed(changed).items():
            yield from differences(month, last, now)


def differences(
    month: date, last: PublishedMonth, now: dict[date, Figures]
) -> Iterator[breaks.Break]:
    """One break for each figure of the month that differs from those last published.

    ``now``: {month: its figures}; a month that is not in it has lost all of them.
    """
    for figure in differing(last.figures, now.get(month, {})):
        yield breaks.found("month_differs", month=f"{month:%Y-%m}", figure=figure)
