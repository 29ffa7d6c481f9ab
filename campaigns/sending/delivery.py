"""The queue of record: claiming, settling and sweeping delivery rows, set-based and safe to run
twice.

A row goes pending → claimed (leased) → inflight → sent | failed | skipped | unknown. Who claimed it
stands in ``claimed_by`` as ``<run>:<batch>``; every later change names that token, so a run that
lost its rows changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.contents.models import Content
from campaigns.sending.mail import Recipient
from campaigns.sending.models import Delivery
from core.addresses import address_digests
from crm.letters import journal
from crm.readers.models import Suppression

LEASE = timedelta(minutes=5)
#: How long after its lease an inflight row without a journal waits for a worker on another machine
#: to speak.
GRACE = timedelta(minutes=10)
MAX_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)

#: Why a row was skipped, stored as a code and shown in the reader's language.
REASONS = {
    "no_consent": _("has withdrawn consent"),
    "no_address": _("has no address"),
    "left": _("is no longer a reader"),
    "suppressed": _("address is on the suppression list"),
    "bad_address": _("the address is not a valid one"),
    "not_composed": _("the message could not be composed"),
    "worker_died": _("the sending process ended while this was on its way"),
    "lease_over": _("nobody reported back in time"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one row of a batch ended.

    ``kind`` is sent, refused, later, unknown, skipped, back or lost.
    """

    pk: int
    kind: str
    reason: str = ""
    at: float | None = None


CLAIM = """
WITH due AS (
    SELECT d.id, d.reader_id FROM campaigns_delivery d
    WHERE d.content_id = %(content)s AND d.state = 'pending' AND d.due_at <= statement_timestamp()
      AND (SELECT state = 'sending' AND updated_at = %(version)s FROM campaigns_content WHERE id = %(content)s)
    ORDER BY d.due_at LIMIT %(size)s FOR UPDATE SKIP LOCKED
), checked AS (
    SELECT due.id, r.email, r.name, r.campus_id, r.kind, r.language,
           CASE WHEN r.state <> 'active' THEN 'left'
                WHEN NOT 'email' = ANY(r.consents) THEN 'no_consent'
                WHEN r.email = '' THEN 'no_address' ELSE '' END AS why
    FROM due JOIN crm_reader r ON r.id = due.reader_id
)
UPDATE campaigns_delivery d
SET state = CASE WHEN why = '' THEN 'claimed' ELSE 'skipped' END, reason = why,
    claimed_by = CASE WHEN why = '' THEN %(token)s ELSE '' END,
    lease_until = CASE WHEN why = '' THEN statement_timestamp() + %(lease)s END
FROM checked WHERE d.id = checked.id
RETURNING why = '', d.id, email, name, campus_id, checked.kind, language
"""
INFLIGHT = """
UPDATE campaigns_delivery SET state = 'inflight'
WHERE id = ANY(%s) AND claimed_by = %s AND state = 'claimed' AND lease_until > statement_timestamp() RETURNING id
"""
SETTLE = """
UPDATE campaigns_delivery d
SET state = CASE v.kind WHEN 'sent' THEN 'sent' WHEN 'refused' THEN 'failed' WHEN 'unknown' THEN 'unknown'
                        WHEN 'skipped' THEN 'skipped' WHEN 'back' THEN 'pending'
                        ELSE CASE WHEN d.attempts + 1 >= %(max)s THEN 'failed' ELSE 'pending' END END,
    reason = v.reason,
    sent_at = CASE WHEN v.kind = 'sent' THEN coalesce(to_timestamp(v.at), statement_timestamp()) END,
    attempts = d.attempts + CASE WHEN v.kind IN ('back', 'skipped') THEN 0 ELSE 1 END,
    due_at = CASE WHEN v.kind = 'later' THEN statement_timestamp() + least(%(wait)s * power(2, d.attempts), %(longest)s)
                  ELSE d.due_at END,
    claimed_by = '', lease_until = NULL
FROM unnest(%(pks)s::bigint[], %(kinds)s::text[], %(reasons)s::text[], %(ats)s::float[]) AS v(id, kind, reason, at)
WHERE d.id = v.id AND d.claimed_by = %(token)s AND d.state IN ('claimed', 'inflight', 'unknown')
"""
EXPIRE = """
UPDATE campaigns_delivery
SET state = CASE state WHEN 'claimed' THEN 'pending' ELSE 'unknown' END,
    reason = CASE state WHEN 'claimed' THEN '' ELSE 'lease_over' END, lease_until = NULL
WHERE (state = 'claimed' AND lease_until < statement_timestamp())
   OR (state = 'inflight' AND lease_until < statement_timestamp() - %s AND NOT split_part(claimed_by, ':', 1) = ANY(%s))
"""
FINISH = """
UPDATE campaigns_content c SET state = 'sent', finished_at = statement_timestamp()
WHERE state = 'sending' AND (%(content)s IS NULL OR id = %(content)s) AND NOT EXISTS (
    SELECT 1 FROM campaigns_delivery d
    WHERE d.content_id = c.id AND d.state IN ('pending', 'claimed', 'inflight'))
"""


def claim(content: Content, token: str, size: int) -> list[Recipient]:
    """Lease up to ``size`` due rows of this very version of ``content`` to ``token``.

    Consent, membership and address are checked again in the same statement; rows that fail are
    skipped with a reason.
    """
    values = {
        "content": content.pk,
        "version": content.updated_at,
        "size": size,
        "token": token,
        "lease": LEASE,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return [Recipient(*row) for ours, *row in cursor.fetchall() if ours]


def suppressed(recipients: list[Recipient]) -> set[int]:
    """Ids of the deliveries whose address is on the suppression list."""
    digests = {to.pk: address_digests(to.email) for to in recipients}
    asked = set().union(*digests.values())
    found = Suppression.objects.filter(channel="email", digest__in=asked)
    hit = {bytes(digest) for digest in found.values_list("digest", flat=True)}
    return {pk for pk, own in digests.items() if not own.isdisjoint(hit)}


def mark_inflight(token: str, pks: list[int]) -> set[int]:
    """Say in the database, before anything is sent, that these may go out.

    Rows no longer ours are not returned.
    """
    with connection.cursor() as cursor:
        cursor.execute(INFLIGHT, [pks, token])
        return {pk for (pk,) in cursor.fetchall()}


def settle(token: str, outcomes: Iterable[Outcome]) -> int:
    """Write how the rows of ``token`` ended, in one statement.

    Returns how many changed. A second call changes none.
    """
    rows = list(outcomes)
    if not rows:
        return 0
    values = {
        "token": token,
        "max": MAX_ATTEMPTS,
        "wait": FIRST_WAIT,
        "longest": LONGEST_WAIT,
        "pks": [row.pk for row in rows],
        "kinds": [row.kind for row in rows],
        "reasons": [row.reason[:200].replace("\x00", "") for row in rows],
        "ats": [row.at for row in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, values)
        return cursor.rowcount


@transaction.atomic
def settle_batch(batch: journal.Batch) -> int:
    """Bring the rows of a dead run's batch to what its journal knows.

    What it never touched waits again.
    """
    leased = Delivery.objects.filter(
        claimed_by=batch.token, state__in=["claimed", "inflight", "unknown"]
    )
    outcomes = [
        _from_journal(batch, pk) for pk in leased.select_for_update().values_list("pk", flat=True)
    ]
    return settle(batch.token, outcomes)


def _from_journal(batch: journal.Batch, pk: int) -> Outcome:
    if pk in batch.accepted:
        return Outcome(pk, "sent", at=batch.accepted[pk])
    if pk in batch.refused:
        return Outcome(pk, *batch.refused[pk])
    if pk in batch.intended:
        return Outcome(pk, "unknown", "worker_died")
    return Outcome(pk, "lost", "worker_died")


def reconcile() -> int:
    """Settle the rows of every run that is dead, from its journal, and remove the journal.

    Returns rows changed.
    """
    changed = 0
    for path in journal.files():
        with journal.abandoned(path) as batches:
            if batches is not None:
                changed += sum(settle_batch(batch) for batch in batches)
                path.unlink(missing_ok=True)
    return changed


def expire() -> int:
    """Free claims whose lease is over.

    An inflight row that no journal here can settle becomes unknown.
    """
    runs = [path.name.removesuffix(journal.SUFFIX) for path in journal.files()]
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE, [GRACE, runs])
        return cursor.rowcount


def finish(content_id: int | None = None) -> int:
    """Close contents with nothing left to send; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(FINISH, {"content": content_id})
        return cursor.rowcount


def due() -> QuerySet[Delivery]:
    """Rows that could go out now, of contents that are being sent."""
    return Delivery.objects.filter(
        state="pending", due_at__lte=timezone.now(), content__state="sending"
    )


def due_contents() -> list[int]:
    """Ids of the contents that have something to send now."""
    return sorted(due().order_by().values_list("content_id", flat=True).distinct())
