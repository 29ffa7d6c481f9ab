"""Verbs on single letters: write one, send one once more, leave one out."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import texts
from core.refusals import Refused
from crm.letters.models import ACCOUNT_LIFE, LIFE, Letter, LetterKind, LetterPurpose
from crm.letters.workers import call_workers
from crm.library.naming import library_name
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

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
