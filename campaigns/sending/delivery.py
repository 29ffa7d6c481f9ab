"""The queue of record: claiming, settling and sweeping delivery rows, set-based and safe to run
twice.

A row goes pending → claimed (leased) → inflight → sent | failed | skipped | unknown. Who claimed it
stands in ``claimed_by`` as ``<run>:<batch>``; every later change names that token, so a run that
lost its rows changes nothing.
"""

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.limits.queries import rules_in_force
from campaigns.limits.quiet import is_quiet
from campaigns.sending import frequency, letters
from campaigns.sending.mail import Recipient
from campaigns.sending.models import Delivery
from core.columns import first_column
from crm.letters import endings, journal
from crm.letters.endings import (
    GRACE,
    LEASE,
    Ending,
    SendResult,
    from_journal,
    settling,
)
from crm.letters.models import FailureCode, Letter
from crm.readers.models import ContactChannel, Purpose
from crm.readers.queries import WHY_NOT_MAILABLE, mail_permission, suppressed_among
from crm.readers.undeliverable import note_refusals

State = Delivery.State
#: One durable write: what is due, judged again now, and leased or skipped. SKIP LOCKED lets several
#: workers claim from the same content without waiting for each other; the version keeps a run that
#: compiled an older text from claiming.
CLAIM = f"""
WITH due AS (
    SELECT d.id, d.reader_id
    FROM campaigns_delivery d
    WHERE d.content_id = %(content)s
      AND d.state = '{State.PENDING}'
      AND d.due_at <= statement_timestamp()
      AND (SELECT state = '{Content.State.SENDING}' AND updated_at = %(version)s
           FROM campaigns_content WHERE id = %(content)s)
    ORDER BY d.due_at
    LIMIT %(size)s
    FOR UPDATE SKIP LOCKED
), checked AS (
    SELECT due.id, due.reader_id, r.email, r.name, r.campus_id, r.kind, r.language,
           {WHY_NOT_MAILABLE} AS why
    FROM due
    JOIN crm_reader r ON r.id = due.reader_id
)
UPDATE campaigns_delivery d
SET state = CASE WHEN why = '' THEN '{State.CLAIMED}' ELSE '{State.SKIPPED}' END,
    reason = why,
    claimed_by = CASE WHEN why = '' THEN %(token)s ELSE '' END,
    lease_until = CASE WHEN why = '' THEN statement_timestamp() + %(lease)s END
FROM checked
WHERE d.id = checked.id
RETURNING why = '', d.id, email, name, campus_id, checked.kind, language, checked.reader_id
"""
#: Only while the lease holds: after it another run may have claimed the row.
INFLIGHT = f"""
UPDATE campaigns_delivery
SET state = '{State.INFLIGHT}'
WHERE id = ANY(%(pks)s)
  AND claimed_by = %(token)s
  AND state = '{State.CLAIMED}'
  AND lease_until > statement_timestamp()
RETURNING id
"""
#: A batch's endings in one statement. Whatever is to be tried again waits twice as long each time;
#: what was handed back unbegun or skipped cost no attempt.
SETTLE = f"""
UPDATE campaigns_delivery d
SET state = CASE v.kind
                WHEN '{Ending.SENT}' THEN '{State.SENT}'
                WHEN '{Ending.REFUSED}' THEN '{State.FAILED}'
                WHEN '{Ending.UNKNOWN}' THEN '{State.UNKNOWN}'
                WHEN '{Ending.SKIPPED}' THEN '{State.SKIPPED}'
                WHEN '{Ending.BACK}' THEN '{State.PENDING}'
                ELSE CASE WHEN d.attempts + 1 >= %(max)s
                          THEN '{State.FAILED}' ELSE '{State.PENDING}' END
            END,
    reason = v.reason,
    sent_at = CASE WHEN v.kind = '{Ending.SENT}'
                   THEN coalesce(to_timestamp(v.at), statement_timestamp()) END,
    attempts = d.attempts
             + CASE WHEN v.kind IN ('{Ending.BACK}', '{Ending.SKIPPED}') THEN 0 ELSE 1 END,
    due_at = CASE WHEN v.kind = '{Ending.LATER}'
                  THEN statement_timestamp()
                     + least(%(wait)s * power(2, d.attempts), %(longest)s)
                  ELSE d.due_at END,
    claimed_by = '',
    lease_until = NULL
FROM unnest(%(pks)s::bigint[], %(kinds)s::text[], %(reasons)s::text[], %(ats)s::float[])
     AS v(id, kind, reason, at)
WHERE d.id = v.id
  AND d.claimed_by = %(token)s
  AND d.state IN ('{State.CLAIMED}', '{State.INFLIGHT}', '{State.UNKNOWN}')
"""
#: The addresses that deliveries of a batch went to. A row does not keep its address: where the
#: reader has another one since the claim, nobody knows which of the two was refused.
MAILED_TO = f"""
SELECT d.id, r.email
FROM campaigns_delivery d
JOIN crm_reader r ON r.id = d.reader_id
WHERE d.id = ANY(%(pks)s)
  AND d.claimed_by = %(token)s
  AND NOT EXISTS (
      SELECT 1 FROM crm_formeraddress f
      WHERE f.reader_id = r.id
        AND f.channel = '{ContactChannel.EMAIL}'
        AND f.until >= coalesce(d.lease_until - %(lease)s, '-infinity'))
"""
#: A claimed row was never begun, so it waits again; an inflight one may have gone out.
EXPIRE = f"""
UPDATE campaigns_delivery
SET state = CASE state WHEN '{State.CLAIMED}'
                       THEN '{State.PENDING}' ELSE '{State.UNKNOWN}' END,
    reason = CASE state WHEN '{State.CLAIMED}' THEN '' ELSE '{FailureCode.LEASE_OVER}' END,
    lease_until = NULL
WHERE (state = '{State.CLAIMED}' AND lease_until < statement_timestamp())
   OR (state = '{State.INFLIGHT}'
       AND lease_until < statement_timestamp() - %(grace)s
       AND NOT split_part(claimed_by, ':', 1) = ANY(%(runs)s))
"""
#: A leased row may yet wait again, so it keeps its content open, and so does a letter to somebody
#: who is no reader.
FINISH = f"""
UPDATE campaigns_content c
SET state = '{Content.State.SENT}', finished_at = statement_timestamp()
WHERE state = '{Content.State.SENDING}'
  AND (%(content)s IS NULL OR id = %(content)s)
  AND NOT EXISTS (
      SELECT 1 FROM campaigns_delivery d
      WHERE d.content_id = c.id
        AND d.state IN ('{State.PENDING}', '{State.CLAIMED}', '{State.INFLIGHT}'))
  AND NOT EXISTS (
      SELECT 1 FROM crm_letter l
      WHERE l.kind = '{letters.KIND}'
        AND l.about = '{letters.CAUSE}' || c.id
        AND l.state IN ('{Letter.State.PENDING}', '{Letter.State.INFLIGHT}'))
"""


def claim(content: Content, token: str, size: int) -> list[Recipient]:
    """Lease up to ``size`` due rows of this very version of ``content`` to ``token``; empty where
    nothing is due or the text has been changed since.

    Whether the reader may be mailed is judged again in the same statement, but for the suppression
    list (``suppressed``); rows that fail are skipped with a reason. In quiet hours nothing of a
    promotional content is claimed.
    """
    # Judged for each batch, since quiet hours may begin during a run.
    if is_held(content):
        return []
    values = {
        "content": content.pk,
        "version": content.updated_at,
        "size": size,
        "token": token,
        "lease": LEASE,
        # The list holds keyed hashes: the claimed addresses are compared with it afterwards, since
        # hashing those of all readers for every batch would take longer than sending it.
        "suppressed": [],
        "permission": mail_permission(content.purpose),
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        rows = cursor.fetchall()

    recipients = []
    for may_be_mailed, *row in rows:
        # The others have been skipped by the statement itself.
        if may_be_mailed:
            recipients.append(Recipient(*row))
    return recipients


def suppressed(content: Content, recipients: list[Recipient]) -> set[int]:
    """Ids of the deliveries whose address is on the suppression list for the content's purpose."""
    return suppressed_among(((to.pk, to.email) for to in recipients), content.purpose)


def too_frequent(content: Content, recipients: list[Recipient]) -> set[int]:
    """Ids of the deliveries whose mailbox has had as many promotional mails as the library sends,
    since the content was launched.
    """
    return frequency.over_the_cap(content, {to.pk: to.email for to in recipients})


def mark_inflight(token: str, pks: list[int]) -> set[int]:
    """Say in the database, before anything is sent, that these may go out; returns the ids of those
    that may.

    Rows no longer ours, or whose lease is over, are not among them.
    """
    with connection.cursor() as cursor:
        cursor.execute(INFLIGHT, {"pks": pks, "token": token})
        return set(first_column(cursor))


def settle(token: str, results: Iterable[SendResult]) -> int:
    """Write how the rows of ``token`` ended, in one statement, and keep what that says of their
    addresses.

    Returns how many changed. A second call changes none.
    """
    rows = list(results)
    if not rows:
        return 0

    # Asked before the endings are written, which take the token out of the rows.
    refused = _refused(token, rows)
    # Only rows that still name this token change: whoever lost them has nothing more to say.
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, settling(token, rows))
        changed = cursor.rowcount
    # Behind the endings: an address that is not marked costs one more try, a row would be lost.
    note_refusals(refused)
    return changed


def _refused(token: str, results: list[SendResult]) -> list[tuple[str, str]]:
    """(address, reason) of the rows among ``results`` that were refused for their address; without
    those whose reader has another address since the claim.
    """
    reasons = endings.refusals_in(results)
    if not reasons:
        return []
    with connection.cursor() as cursor:
        cursor.execute(MAILED_TO, {"pks": list(reasons), "token": token, "lease": LEASE})
        return [(address, reasons[pk]) for pk, address in cursor.fetchall()]


@transaction.atomic
def settle_batch(batch: journal.Batch) -> int:
    """Bring the rows of a dead run's batch to what its journal knows.

    What it never touched waits again. Returns how many rows changed.
    """
    leased = Delivery.objects.filter(
        claimed_by=batch.token,
        # Unknown too: the lease may have run out before this journal was found.
        state__in=[State.CLAIMED, State.INFLIGHT, State.UNKNOWN],
    )
    pks = leased.select_for_update().values_list("pk", flat=True)
    results = [from_journal(batch, pk) for pk in pks]
    return settle(batch.token, results)


def reconcile() -> int:
    """Settle the rows of every run that is dead, from its journal; returns rows changed."""
    return endings.reconcile(journal.DELIVERIES, settle_batch)


def expire() -> int:
    """Free claims whose lease is over; returns how many rows changed.

    An inflight row that no journal here can settle becomes unknown.
    """
    # The journals of these runs say more than a lease that is over.
    runs = endings.runs_known_here(journal.DELIVERIES)
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE, {"grace": GRACE, "runs": runs})
        return cursor.rowcount


def finish(content_id: int | None = None) -> int:
    """Close contents with nothing left to send, the one given or all; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(FINISH, {"content": content_id})
        return cursor.rowcount


def is_held(content: Content) -> bool:
    """Whether these are quiet hours, in which promotional mail waits; never for a notice."""
    return content.is_promotion and is_quiet(timezone.now(), rules_in_force())


def due() -> QuerySet[Delivery]:
    """Rows that could go out now, of contents that are being sent; in quiet hours those of notices
    alone.
    """
    found = Delivery.objects.filter(
        state=State.PENDING,
        due_at__lte=timezone.now(),
        content__state=Content.State.SENDING,
    )
    if is_quiet(timezone.now(), rules_in_force()):
        return found.filter(content__purpose=Purpose.NOTICES)
    return found


def due_contents() -> list[int]:
    """Ids of the contents that have something to send now, in ascending order."""
    contents = due().values_list("content_id", flat=True).distinct()
    return sorted(contents)
