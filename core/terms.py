"""How long each kind of data is kept: each room says it in its ``terms.py``, settings list rooms.

A term has bounds; within them the library chooses. Once a night what is over its term is removed,
in bounded batches, by the room that keeps it. A table without a term says how long else it is kept
(``KEPT_WHILE``). A test compares both with the registry of holds and with all histories.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet

from core.rooms import said_by

#: Rows of one transaction: a moment's work, so that nobody waits for its locks.
BATCH = 5_000

Interval = tuple[datetime, datetime]


class Busy(Exception):
    """Somebody is at work on these rows just now: nothing was removed, and more may be over."""


@dataclass(frozen=True)
class Over:
    """What is over its term: all before ``before`` but what lies in one of ``kept``, from its first
    moment to before its last. ``most`` rows of it are removed at once.
    """

    before: datetime
    kept: tuple[Interval, ...] = ()
    most: int = BATCH

    def keeps(self, at: datetime) -> bool:
        """Whether ``at`` lies in one of the times that are kept.

        Each has its first moment in it and its last one not. Such rows stay although they lie
        before ``before``.
        """
        return any(start <= at < end for start, end in self.kept)


@dataclass(frozen=True)
class Term:
    """One kind of data that is kept for a number of days.

    ``default`` is that number unless the library chooses another, from ``least`` to ``most``.
    ``becomes`` says what happens to a row that is over. ``due`` counts such rows; ``remove`` takes
    one batch of them and returns how many, or raises Busy with nothing taken. ``by_owner``: the
    database's owner removes them, in a function that writes its own audit row.
    """

    code: str
    title: Any
    models: tuple[str, ...]
    becomes: Any
    default: int
    least: int
    most: int
    due: Callable[[Over], int]
    remove: Callable[[Over], int]
    by_owner: bool = False


@dataclass(frozen=True)
class KeptWhile:
    """Tables whose rows have no number of days, and how long they are kept instead."""

    models: tuple[str, ...]
    reason: Any


@cache
def registered() -> tuple[Term, ...]:
    """All terms, in the order of the rooms.

    From ``terms.TERMS`` of each room in ROOMS_WITH_TERMS. Read once for each process.
    """
    return tuple(_said("TERMS"))


@cache
def kept_while() -> tuple[KeptWhile, ...]:
    """What is kept by another rule than days, in the order of the rooms.

    From ``terms.KEPT_WHILE`` of each room. Read once for each process.
    """
    return tuple(_said("KEPT_WHILE"))


def term(code: str) -> Term:
    """The term of that name. Raises ImproperlyConfigured where no room has it."""
    for one in registered():
        if one.code == code:
            return one
    raise ImproperlyConfigured(f"no room has the term {code}")


def still_needed() -> tuple[Interval, ...]:
    """Times of which rows are still counted by somebody, whatever their term: each room that counts
    says so by a function of its ``STILL_NEEDED``.
    """
    found: list[Interval] = []
    for asked in _said("STILL_NEEDED"):
        found += asked()
    return tuple(sorted(found))


def waiting() -> Iterator[tuple[str, str]]:
    """What holds rows beyond their term and waits for a person: words, and where to do it.

    Each room that has such rows says so by a function of its ``WAITING``; asked anew each time.
    """
    for asked in _said("WAITING"):
        yield from asked()


def _said(name: str) -> Iterator:
    """What each room lists under ``name``."""
    return said_by(settings.ROOMS_WITH_TERMS, "terms", name)


# --- how most rooms remove ------------------------------------------------------------------------
def deleting(rows: Callable[[Over], QuerySet]) -> dict[str, Callable[[Over], int]]:
    """``due`` and ``remove`` of rows that go whole."""

    def remove(over: Over) -> int:
        """One batch, the oldest keys first; how many rows were found, without those that hang on
        them.
        """
        found = rows(over)
        batch = list(found.order_by("pk").values_list("pk", flat=True)[: over.most])
        found.model._base_manager.filter(pk__in=batch).delete()
        return len(batch)

    return {"due": lambda over: rows(over).count(), "remove": remove}


def emptying(rows: Callable[[Over], QuerySet], **values: Any) -> dict[str, Callable[[Over], int]]:
    """``due`` and ``remove`` of rows that stay without the columns of ``values``. ``rows`` must not
    find a row again that has these values.
    """

    def remove(over: Over) -> int:
        """One batch, the oldest keys first; how many rows were changed."""
        found = rows(over)
        batch = list(found.order_by("pk").values_list("pk", flat=True)[: over.most])
        return found.model._base_manager.filter(pk__in=batch).update(**values)

    return {"due": lambda over: rows(over).count(), "remove": remove}
