"""Verbs on single letters: write one, send one once more, leave one out."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from core import texts
from core.refusals import Refused
from crm.letters import claiming
from crm.letters.drafts import LetterDraft
from crm.letters.models import (
    ACCOUNT_LIFE,
    LIFE,
    FailureCode,
    Letter,
    LetterKind,
    LetterPurpose,
)
from crm.letters.workers import call_workers
from crm.library.naming import library_name
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: Rows of one statement.
AT_ONCE = 500
LONGEST_SUBJECT = Letter._meta.get_field("subject").max_length
LONGEST_SENDER = Letter._meta.get_field("sender").max_length
LONGEST_REASON = Letter._meta.get_field("reason").max_length


@transaction.atomic
def write(
    *,
    kind: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    language: str,
    once: str,
    reader=None,
    about: str = "",
    by: User | None = None,
    sender: str = "",
    headers: dict[str, str] | None = None,
) -> Letter:
    """Put a letter down to be mailed; the same ``once`` again gives the letter already there.

    Called in the transaction of what caused it: either both are kept or neither. ``kind`` is a
    LetterKind, ``about`` names what caused it ("feedback.voice:12"), ``sender`` is the name shown
    beside the library's address, empty for its own name, ``headers`` may hold the way out for mail
    programs.
    """
    letter, is_new = Letter.objects.get_or_create(
        once=once,
        defaults={
            "kind": kind,
            "purpose": LetterKind.purpose_of(kind),
            "address": to,
            "reader": reader,
            "by": by,
            "about": about,
            "language": language,
            "subject": texts.one_line(subject)[:LONGEST_SUBJECT],
            "text": texts.without_controls(text),
            "html": texts.without_controls(html),
            "sender": texts.one_line(sender or library_name(language))[:LONGEST_SENDER],
            "headers": headers or {},
            "expires_at": _end_of(LetterKind.purpose_of(kind)),
        },
    )
    if not is_new:
        return letter

    audit.record(action=AuditAction.LETTER_WRITE, by=by, on=letter, kind=str(kind))
    # A page of a reader's waits for no broker: theirs are found by the sweep, seconds later.
    if by is not None and by.is_library_staff:
        call_workers()
    return letter


@transaction.atomic
def write_many(
    *, kind: str, drafts: Iterable[LetterDraft], about: str, due_at: datetime, by: User
) -> int:
    """Put many letters of one cause down, to be mailed from ``due_at`` on; returns how many.

    They have one row in the trail together. Those whose ``once`` is known already are left as they
    are.
    """
    purpose = LetterKind.purpose_of(kind)
    letters = [_of_draft(draft, kind, purpose, about, due_at, by) for draft in drafts]
    Letter.objects.bulk_create(letters, batch_size=AT_ONCE, ignore_conflicts=True)
    audit.record(action=AuditAction.LETTER_WRITE, by=by, kind=str(kind))
    call_workers()
    return len(letters)


def _of_draft(
    draft: LetterDraft, kind: str, purpose: LetterPurpose, about: str, due_at: datetime, by: User
) -> Letter:
    """The row of a draft; not stored yet."""
    return Letter(
        kind=kind,
        purpose=purpose,
        once=draft.once,
        address=draft.to,
        by=by,
        about=about,
        language=draft.language,
        subject=draft.subject[:LONGEST_SUBJECT],
        text=draft.text,
        html=draft.html,
        sender=draft.sender[:LONGEST_SENDER],
        headers=draft.headers,
        due_at=due_at,
        queued_at=due_at,
        expires_at=due_at + LIFE,
    )


@transaction.atomic
def hold_back(*, about: str, kind: str, by: User) -> int:
    """Leave out what waits of one cause until ``let_go``; returns how many letters."""
    audit.record(action=AuditAction.LETTER_SKIP, by=by, kind=str(kind))
    return claiming.hold_back([about], kind)


@transaction.atomic
def let_go(*, about: str, kind: str, due_at: datetime, by: User) -> int:
    """Have mailed what was held back, from ``due_at`` on or when it was due anyway; returns how
    many letters.
    """
    audit.record(action=AuditAction.LETTER_RESEND, by=by, kind=str(kind))
    held = Letter.objects.filter(about=about, kind=kind, state=Letter.State.SKIPPED)
    # What was planned for later is not sent earlier because somebody stopped it meanwhile.
    then = Greatest("due_at", Value(due_at))
    return held.filter(reason=FailureCode.HELD_BACK).update(
        state=Letter.State.PENDING,
        reason="",
        due_at=then,
        queued_at=then,
        expires_at=then + LIFE,
    )


def _end_of(purpose: LetterPurpose):
    """Until when a letter is worth mailing, from now on."""
    life = LIFE
    if purpose == LetterPurpose.ACCOUNT:
        life = ACCOUNT_LIFE
    return timezone.now() + life


@transaction.atomic
def resend(*, letter: Letter, by: User) -> None:
    """Send a letter on its way once more: one that failed, or one in doubt.

    It keeps its Message-ID, so a mailbox that has it already can recognise the second copy. Refused
    where it is neither, and where its text was dropped.
    """
    now = timezone.now()
    # Compare and set: of two who press the button at once, one is told so.
    again = Letter.objects.filter(pk=letter.pk, state__in=Letter.RESENDABLE).exclude(
        text="", html=""
    )
    queued = again.update(
        state=Letter.State.PENDING,
        reason="",
        attempts=0,
        claimed_by="",
        lease_until=None,
        due_at=now,
        queued_at=now,
        expires_at=_new_end(letter),
    )
    if not queued:
        raise Refused(_("This letter cannot be sent again: it is on its way, or its text is gone."))
    audit.record(action=AuditAction.LETTER_RESEND, by=by, on=letter)
    call_workers()


def _new_end(letter: Letter):
    """A link in account mail does not live longer because the letter is sent again."""
    if letter.purpose == LetterPurpose.ACCOUNT:
        return letter.expires_at
    return _end_of(letter.purpose)


@transaction.atomic
def skip(*, letter: Letter, reason: str, by: User) -> None:
    """Leave a letter out that waits, failed or is in doubt; the reason stays with it.

    Refused for one that is in a worker's hands or has come to its end.
    """
    left_out = Letter.objects.filter(pk=letter.pk, state__in=Letter.SKIPPABLE)
    changed = left_out.update(
        state=Letter.State.SKIPPED, reason=texts.one_line(reason)[:LONGEST_REASON], claimed_by=""
    )
    if not changed:
        raise Refused(_("This letter cannot be left out any more."))
    if letter.purpose == LetterPurpose.ACCOUNT:
        Letter.objects.filter(pk=letter.pk).update(text="", html="")
    audit.record(action=AuditAction.LETTER_SKIP, by=by, on=letter)
