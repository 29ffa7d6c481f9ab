"""How a mail that was claimed ended, as its run knows it or as a dead run's journal tells it.

The same for campaigns' deliveries and for single letters; each of them writes the endings into its
own rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from core.columns import keys_of
from crm.letters import journal
from crm.letters.models import FailureCode
from crm.letters.smtp import LONGEST_REASON, Answer

#: How long a run may keep a batch before others take it for dead.
LEASE = timedelta(minutes=5)
#: How long after its lease an inflight row without a journal waits for a worker on another machine
#: to speak.
GRACE = timedelta(minutes=10)
#: Waiting twice as long each time from one minute on, the eighth attempt comes after two hours: a
#: server that greylists strangers has let us in by then.
MAX_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


class Ending(StrEnum):
    """How one row of a batch ended.

    The first four are the mail server's answer. Skipped: may not be mailed. Back: not begun, waits
    again at once. Lost: the run died before this row's turn, so an attempt is counted.
    """

    SENT = Answer.SENT
    REFUSED = Answer.REFUSED
    LATER = Answer.LATER
    UNKNOWN = Answer.UNKNOWN
    SKIPPED = "skipped"
    BACK = "back"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class SendResult:
    """How one row of a batch ended; ``at`` is seconds since 1970, for a row that was sent."""

    pk: int
    kind: Ending
    reason: str = ""
    at: float | None = None


def storable(reason: str) -> str:
    """PostgreSQL stores no NUL, and a mail server may say anything.

    At most ``LONGEST_REASON`` characters.
    """
    return reason[:LONGEST_REASON].replace("\x00", "")


def settling(token: str, results: list[SendResult]) -> dict[str, Any]:
    """The parameters of a statement that writes ``results`` into the rows that ``token`` holds.

    One place says how often a mail is tried and how long it waits between.
    """
    return {
        "token": token,
        "max": MAX_ATTEMPTS,
        "wait": FIRST_WAIT,
        "longest": LONGEST_WAIT,
        "pks": keys_of(results),
        "kinds": [str(row.kind) for row in results],
        "reasons": [storable(row.reason) for row in results],
        "ats": [row.at for row in results],
    }


def refusals_in(results: list[SendResult]) -> dict[int, str]:
    """{row: reason} of what was refused for good.

    ``row`` is the primary key. What may still be tried again is not among them.
    """
    return {row.pk: row.reason for row in results if row.kind == Ending.REFUSED}


def from_journal(batch: journal.Batch, pk: int) -> SendResult:
    """How one row ended, as far as the journal tells.

    ``pk`` is one of the rows of the batch. What no line tells of was lost before it left.
    """
    if pk in batch.accepted:
        return SendResult(pk, Ending.SENT, at=batch.accepted[pk])
    if pk in batch.refused:
        kind, reason = batch.refused[pk]
        return SendResult(pk, Ending(kind), reason)
    # Begun and not answered: the one mail that was in its hand may have gone or not.
    if pk in batch.intended:
        return SendResult(pk, Ending.UNKNOWN, FailureCode.WORKER_DIED)
    return SendResult(pk, Ending.LOST, FailureCode.WORKER_DIED)


def reconcile(suffix: str, settle_batch: Callable[[journal.Batch], int]) -> int:
    """Settle the rows of every run that is dead, from its journal, and remove the journal.

    ``settle_batch`` brings one batch's rows to what it knows. Returns rows changed.
    """
    changed = 0
    for path in journal.files(suffix=suffix):
        with journal.abandoned(path) as batches:
            # None: its run holds the lock, so it is alive.
            if batches is None:
                continue
            for batch in batches:
                changed += settle_batch(batch)
            path.unlink(missing_ok=True)
    return changed


def runs_known_here(suffix: str) -> list[str]:
    """Runs whose journals lie on this machine: what those can tell is left to ``reconcile``.

    Names of runs as they stand in the rows; ``suffix`` says of which sort of mail.
    """
    return [path.name.removesuffix(suffix) for path in journal.files(suffix=suffix)]
