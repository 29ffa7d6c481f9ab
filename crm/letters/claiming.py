"""The queue of record for single letters: claiming, settling and sweeping their rows, set-based and
safe to run twice.

A row goes pending → inflight (leased) → sent | failed | skipped | unknown. Who claimed it stands in
``claimed_by`` as ``<run>:<batch>``; every later change names that token, so a run that lost its
rows changes nothing.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils.module_loading import import_string

from crm.letters import endings, journal
from crm.letters.endings import (
    FIRST_WAIT,
    GRACE,
    LEASE,
    Ending,
    SendResult,
    settling,
    storable,
)
from crm.letters.models import LIFE, FailureCode, Letter, LetterPurpose

State = Letter.State
#: Who waits for whom: a way into an account is of use for minutes, what goes to many for days.
ORDER = (LetterPurpose.ACCOUNT, LetterPurpose.NOTICES, LetterPurpose.PROMOTION)
#: Two runs at most mail single letters at the same time, and what they mail: one that hangs holds
#: up nothing, a mail server that does not answer holds no more than two workers, and however much
#: promotion waits, one of them has none of it in its hands.
SLOTS = {1: ORDER, 2: ORDER[:-1]}
#: The first half of the locks' names, in which no other lock of the portal lies.
LOCKS = 190_819

#: One durable write: from here on nobody claims these rows again, whatever happens. SKIP LOCKED
#: lets two workers claim without waiting for each other. Of one purpose, so that an index gives
#: what was due first, however much of another purpose waits.
CLAIM = f"""
WITH due AS (
    SELECT id
    FROM crm_letter
    WHERE state = '{State.PENDING}'
      AND due_at <= statement_timestamp()
      AND expires_at > statement_timestamp()
      AND purpose = %(purpose)s
    ORDER BY due_at, id
    LIMIT %(size)s
    FOR UPDATE SKIP LOCKED
)
UPDATE crm_letter l
SET state = '{State.INFLIGHT}',
    claimed_by = %(token)s,
    lease_until = statement_timestamp() + %(lease)s
FROM due
WHERE l.id = due.id
"""
#: A batch's endings in one statement. Whatever is to be tried again waits twice as long each time;
#: what was handed back unbegun or left out cost no attempt. Account mail that has gone keeps no
#: text: it may hold a secret. Nor does one of many that say the same: its content keeps it once.
SETTLE = f"""
UPDATE crm_letter l
SET state = CASE v.kind
                WHEN '{Ending.SENT}' THEN '{State.SENT}'
                WHEN '{Ending.REFUSED}' THEN '{State.FAILED}'
                WHEN '{Ending.UNKNOWN}' THEN '{State.UNKNOWN}'
                WHEN '{Ending.SKIPPED}' THEN '{State.SKIPPED}'
                WHEN '{Ending.BACK}' THEN '{State.PENDING}'
                ELSE CASE WHEN l.attempts + 1 >= %(max)s
                          THEN '{State.FAILED}' ELSE '{State.PENDING}' END
            END,
    reason = CASE v.kind WHEN '{Ending.BACK}' THEN l.reason ELSE v.reason END,
    sent_at = CASE WHEN v.kind = '{Ending.SENT}'
                   THEN coalesce(to_timestamp(v.at), statement_timestamp()) END,
    attempts = l.attempts
             + CASE WHEN v.kind IN ('{Ending.BACK}', '{Ending.SKIPPED}') THEN 0 ELSE 1 END,
    due_at = CASE WHEN v.kind = '{Ending.LATER}'
                  THEN statement_timestamp()
                     + least(%(wait)s * power(2, l.attempts), %(longest)s)
                  ELSE l.due_at END,
    text = CASE WHEN v.kind = '{Ending.SENT}' AND l.purpose <> '{LetterPurpose.NOTICES}'
                THEN '' ELSE l.text END,
    html = CASE WHEN v.kind = '{Ending.SENT}' AND l.purpose <> '{LetterPurpose.NOTICES}'
                THEN '' ELSE l.html END,
    claimed_by = '',
    lease_until = NULL
FROM unnest(%(pks)s::bigint[], %(kinds)s::text[], %(reasons)s::text[], %(ats)s::float[])
     AS v(id, kind, reason, at)
WHERE l.id = v.id
  AND l.claimed_by = %(token)s
  AND l.state IN ('{State.INFLIGHT}', '{State.UNKNOWN}')
"""
#: The token stays: a journal that is found later still settles the row.
EXPIRE = f"""
UPDATE crm_letter
SET state = '{State.UNKNOWN}', reason = '{FailureCode.LEASE_OVER}', lease_until = NULL
WHERE state = '{State.INFLIGHT}'
  AND lease_until < statement_timestamp() - %(grace)s
  AND NOT split_part(claimed_by, ':', 1) = ANY(%(runs)s)
"""
GIVE_UP = f"""
UPDATE crm_letter
SET state = '{State.FAILED}', reason = '{FailureCode.TOO_LATE}'
WHERE state = '{State.PENDING}' AND expires_at <= statement_timestamp()
"""
#: What would leave while it may not is due when it may, and does not count as late before.
WAIT = f"""
UPDATE crm_letter
SET due_at = %(until)s,
    queued_at = greatest(queued_at, %(until)s),
    expires_at = greatest(expires_at, %(until)s + %(life)s)
WHERE state = '{State.PENDING}'
  AND kind = %(kind)s
  AND about = ANY(%(causes)s)
  AND due_at < %(until)s
"""
HOLD_BACK = f"""
UPDATE crm_letter
SET state = '{State.SKIPPED}', reason = '{FailureCode.HELD_BACK}'
WHERE state = '{State.PENDING}' AND kind = %(kind)s AND about = ANY(%(causes)s)
"""
PUT_OFF = f"""
UPDATE crm_letter
SET due_at = statement_timestamp() + %(wait)s, reason = %(reason)s
WHERE state = '{State.PENDING}' AND due_at <= statement_timestamp() AND purpose = ANY(%(purposes)s)
"""


class LettersWait(NamedTuple):
    """Letters of a kind, and of these causes, leave at the moment ``until`` and not before."""

    kind: str
    causes: list[str]
    until: datetime


def claim(token: str, size: int, purposes: Sequence[LetterPurpose] = ORDER) -> list[Letter]:
    """Lease up to ``size`` due letters of these purposes to ``token``, inflight at once, and give
    them: one purpose after the other, and of each what was due first. One statement for each
    purpose until there are enough, and one that gives them.
    """
    order = list(map(str, purposes))
    left = size
    with connection.cursor() as cursor:
        for purpose in order:
            values = {"token": token, "size": left, "lease": LEASE, "purpose": purpose}
            cursor.execute(CLAIM, values)
            left -= cursor.rowcount
            if not left:
                break
    ours = Letter.objects.filter(claimed_by=token, state=State.INFLIGHT)
    # The sort is stable: what was due first stays first.
    return sorted(ours.order_by("due_at", "pk"), key=lambda letter: order.index(letter.purpose))


def settle(token: str, results: Iterable[SendResult]) -> int:
    """Write how the letters of ``token`` ended, in one statement, and keep what that says of their
    addresses.

    Returns how many changed. A second call changes none.
    """
    rows = list(results)
    if not rows:
        return 0

    refused = _refused(token, rows)
    changed = _execute(SETTLE, settling(token, rows))
    # Behind the endings: an address that is not marked costs one more try, a letter would be lost.
    if refused:
        import_string(settings.LETTERS_REFUSED)(refused)
    return changed


def _refused(token: str, results: list[SendResult]) -> list[tuple[str, str]]:
    """(address, reason) of the letters among ``results`` that were refused for good."""
    reasons = endings.refusals_in(results)
    ours = Letter.objects.filter(claimed_by=token, pk__in=list(reasons))
    return [(address, reasons[pk]) for pk, address in ours.values_list("pk", "address")]


@transaction.atomic
def settle_batch(batch: journal.Batch) -> int:
    """Bring the letters of a dead run's batch to what its journal knows.

    What it never touched waits again. Returns how many rows changed.
    """
    leased = Letter.objects.filter(
        claimed_by=batch.token,
        # Unknown too: the lease may have run out before this journal was found.
        state__in=[State.INFLIGHT, State.UNKNOWN],
    )
    pks = leased.select_for_update().values_list("pk", flat=True)
    results = [endings.from_journal(batch, pk) for pk in pks]
    return settle(batch.token, results)


def reconcile() -> int:
    """Settle the letters of every run that is dead, from its journal; returns rows changed.

    A run is dead where nobody holds its journal's lock.
    """
    return endings.reconcile(journal.LETTERS, settle_batch)


def expire() -> int:
    """Say of letters that nobody here can settle that they are in doubt; returns how many.

    Those whose lease was over long ago and whose run's journal is not on this machine. One
    statement.
    """
    return _execute(EXPIRE, {"grace": GRACE, "runs": endings.runs_known_here(journal.LETTERS)})


def give_up() -> int:
    """End letters that are of no more use; returns how many.

    Past the moment until which they are worth mailing. One statement.
    """
    return _execute(GIVE_UP, {})


def put_off(reason: str, purposes: Sequence[LetterPurpose] = ORDER) -> int:
    """Let all of these purposes that is due wait a minute and say why: the mail server, or our
    disk, takes none of it.

    Costs no attempt, since no letter is to blame. Returns how many rows changed.
    """
    values = {"wait": FIRST_WAIT, "reason": storable(reason), "purposes": list(map(str, purposes))}
    return _execute(PUT_OFF, values)


def wait(order: LettersWait | None) -> int:
    """Let what an order speaks of wait for its moment; returns how many rows changed."""
    if order is None:
        return 0
    return _execute(WAIT, {**order._asdict(), "life": LIFE})


def hold_back(causes: Iterable[str], kind: str) -> int:
    """Leave out what waits of these causes, for as long as whoever stopped it says; returns how
    many rows changed. What a run has in its hands at this moment is judged by it.
    """
    return _execute(HOLD_BACK, {"causes": list(causes), "kind": str(kind)})


def _execute(statement: str, values: dict) -> int:
    """How many rows the statement changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


@contextlib.contextmanager
def a_slot() -> Iterator[Sequence[LetterPurpose]]:
    """``with a_slot() as purposes``: what this run may mail; nothing while as many runs as may are
    mailing already.

    The lock belongs to this connection: whoever dies, or loses the database, loses it.
    """
    slot = _free_slot()
    try:
        yield SLOTS.get(slot, ())
    finally:
        if slot is not None:
            # A connection that was lost has no lock any more.
            with contextlib.suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, slot])


def _free_slot() -> int | None:
    """The number of a lock that is ours now; None where all are taken."""
    with connection.cursor() as cursor:
        for slot in SLOTS:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, slot])
            (ours,) = cursor.fetchone()
            if ours:
                return slot
    return None
