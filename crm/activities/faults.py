"""What is wrong with a batch that a program sends, though each of its fields is right by itself."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.activities.never import holds_items
from crm.activities.posting import MOST_ACTIVITIES
from crm.readers.models import NumberSystem, Reader

#: (field of the batch, what is wrong with it, in words)
Fault = tuple[str, str]


def faults_of(said: dict) -> Iterator[Fault]:
    """Everything that keeps a batch from being taken in, nothing where it may be; ``said``: its
    fields as understood.
    """
    yield from faults_of_days(said.get("first"), said.get("last"))
    yield from faults_of_rows(said)
    if "campuses" in said and "first" not in said:
        yield "campuses", _("Places are told of by days: give first and last too.")
    if "kinds" in said and "first" not in said:
        yield "kinds", _("Kinds are told of by days: give first and last too.")


def faults_of_days(first: date | None, last: date | None) -> Iterator[Fault]:
    """What is wrong with a period: it needs both days, in order, and none that is still to come.
    Nothing where no period was given.
    """
    if first is None and last is None:
        return
    if None in (first, last):
        yield "last", _("Please give both days, or neither.")
    elif last < first:
        yield "last", _("The last day is before the first.")
    elif last > timezone.localdate():
        yield "last", _("Of a day that is still to come nothing can be told.")


def faults_of_rows(said: dict) -> Iterator[Fault]:
    """What is wrong with the rows: they fit their source, add up to no more than MOST_ACTIVITIES,
    are all numbered or none, and no number names an item.
    """
    rows = said["rows"]
    refs = list(filter(None, (row.get("ref") for row in rows)))
    times = sum(row.get("count", 1) for row in rows)
    # Each sentence, and whether it has to be said.
    of_all = {
        _("Without rows the days must be given on which nothing happened."): not rows
        and "first" not in said,
        _("The rows add up to more than %(n)s.") % {"n": MOST_ACTIVITIES}: times > MOST_ACTIVITIES,
        _("Either every row has a reference, or none has."): 0 < len(refs) < len(rows),
        _("The field “ref” says which title it was; it is never read."): refs and holds_items(refs),
    }
    for fault, is_so in of_all.items():
        if is_so:
            yield "rows", fault
    for kind in sorted({row["kind"] for row in rows} - set(said["source"].kinds)):
        yield "rows", _("This source records nothing of the kind “%(kind)s”.") % {"kind": kind}
    yield from faults_of_systems(said, rows)


def faults_of_systems(said: dict, rows: list[dict]) -> Iterator[Fault]:
    """What is wrong with the systems of the numbers: a number says who somebody is only within a
    system that is known, by a register of systems or by a reader who has a number of it. Two
    statements.
    """
    usual = said.get("system", "")
    named = {row.get("system", usual) for row in rows}
    if "" in named:
        yield "system", _("Say which system gave the numbers, for all rows or in each.")
    asked = named | {usual} - {""}
    known = set(NumberSystem.objects.filter(code__in=asked).values_list("code", flat=True))
    borne = Reader.objects.filter(source__in=asked - known).order_by()
    known |= set(borne.values_list("source", flat=True).distinct())
    for system in sorted(asked - known - {""}):
        yield "system", _("Unknown system of numbers: %(system)s.") % {"system": system}
