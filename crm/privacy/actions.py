"""Verbs on a person's own data: correcting, confirming an address, leaving, being erased."""

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from string import ascii_lowercase

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.letters.actions import write
from crm.letters.models import LetterKind
from crm.privacy import gone, letters, traces
from crm.privacy.erasing import NAME
from crm.privacy.letters import ChildNamed, GuardianWord
from crm.privacy.models import Assessment, Correction, Departure, Incident, NewAddress
from crm.privacy.own import OF_BEHAVIOUR
from crm.privacy.reasons import AGAIN, OWN_WISH
from crm.readers.actions import OWN_PAGE, set_consent, update_reader
from crm.readers.models import ContactChannel, Purpose, Reader
from crm.readers.queries import known_reader, new_reader, twins_within_reach
from crm.staff import audit
from crm.staff.models import User
from crm.staff.queries import accounts_named
from crm.staff.words import AuditAction

log = logging.getLogger(__name__)

#: Fields that a granted correction writes by itself; the others are chosen on the reader's page.
WRITTEN_AS_ASKED = {Correction.Field.NAME, Correction.Field.PHONE}
#: How long a code holds, and how many wrong ones end it.
CODE_HOLDS = timedelta(hours=24)
TRIES = 5
ERASE = f"SELECT {NAME}(%s, %s, %s, %s, %s)"


# --- becoming a reader, correcting ----------------------------------------------------------------
@transaction.atomic
def join(*, by: User) -> Reader:
    """Make a member of staff a reader too, because they said so."""
    known = known_reader(by)
    if known is not None:
        return known
    reader = new_reader(by)
    audit.record(action=AuditAction.READER_JOIN, by=by, on=reader)
    return reader


@transaction.atomic
def open_for_child(*, child: ChildNamed, said: GuardianWord, by: User) -> Reader:
    """Open an account for somebody under fourteen, and mail the link to choose its password.

    A guardian agreed at the desk (PIPL, article 31): who, on which day and to what stands in the
    ledger with each purpose; the trail names the day and the purposes, and no guardian. Refused
    where an account has this address already.
    """
    if accounts_named(child.email) or EmailAddress.objects.filter(email__iexact=child.email):
        raise Refused(_("There is an account with this address already."))

    account = User(username=f"r{get_random_string(8, ascii_lowercase)}", email=child.email)
    account.set_unusable_password()
    account.save()
    # Nobody can sign in before the letter was opened in this mailbox.
    EmailAddress.objects.create(user=account, email=child.email, primary=True, verified=True)
    reader = new_reader(account)
    Reader.objects.filter(pk=reader.pk).update(name=child.name, campus=by.campus)
    for purpose in said.purposes:
        set_consent(
            reader=reader,
            channel=ContactChannel.EMAIL,
            purpose=purpose,
            granted=True,
            source="staff",
            by=by,
            wording=letters.guardian_in_words(said),
        )
    audit.record(
        action=AuditAction.READER_GUARDIAN,
        by=by,
        on=reader,
        day=said.day.isoformat(),
        purposes=sorted(said.purposes),
    )
    subject, text = letters.invitation(reader)
    write(
        kind=LetterKind.ACCOUNT_RESET,
        to=reader.email,
        subject=subject,
        text=text,
        language=reader.language,
        once=f"invitation:{reader.pk}",
        reader=reader,
        by=by,
    )
    return reader


@transaction.atomic
def ask_correction(*, reader: Reader, field: str, wanted: str, by: User) -> Correction:
    """Write down that something should stand otherwise; the desk decides."""
    asked = Correction.objects.create(reader=reader, field=field, wanted=wanted)
    audit.record(action=AuditAction.CORRECTION_ASK, by=by, on=reader, field=field)
    return asked


@transaction.atomic
def decide_correction(*, correction: Correction, granted: bool, answer: str, by: User) -> None:
    """Grant or refuse. Refused when somebody has decided meanwhile."""
    held = Correction.objects.select_for_update(of=("self",)).select_related("reader")
    correction = held.get(pk=correction.pk)
    if correction.decided_at is not None:
        raise Refused(_("Somebody has decided about it already."))

    correction.granted = granted
    correction.answer = answer
    correction.decided_at = timezone.now()
    correction.decided_by = by
    correction.save()
    if granted and correction.field in WRITTEN_AS_ASKED:
        update_reader(reader=correction.reader, by=by, **{correction.field: correction.wanted})
    audit.record(
        action=AuditAction.CORRECTION_DECIDE,
        by=by,
        on=correction.reader,
        field=correction.field,
        granted=granted,
    )


# --- an address that is theirs --------------------------------------------------------------------
@transaction.atomic
def ask_address(*, reader: Reader, address: str, by: User) -> NewAddress:
    """Send a code to an address that somebody says is theirs; it is theirs when they know it.

    Refused for a day once codes were guessed at too often: asking again gives no new tries.
    """
    now = timezone.now()
    before = NewAddress.objects.select_for_update(of=("self",)).filter(
        reader=reader, channel=ContactChannel.EMAIL, asked_at__gt=now - CODE_HOLDS
    )
    tries = before.values_list("tries", flat=True).first() or 0
    if tries >= TRIES:
        raise Refused(_("Too many wrong codes were typed. Please try again tomorrow."))

    asked, _is_new = NewAddress.objects.update_or_create(
        reader=reader,
        channel=ContactChannel.EMAIL,
        defaults={"address": address, "tries": tries, "asked_at": now},
    )
    audit.record(action=AuditAction.ADDRESS_ASK, by=by, on=reader, channel=ContactChannel.EMAIL)
    subject, text = letters.code_letter(asked)
    write(
        kind=LetterKind.ACCOUNT_VERIFY,
        to=asked.address,
        subject=subject,
        text=text,
        language=reader.language,
        once=f"address:{asked.pk}:{asked.asked_at.isoformat()}",
        reader=reader,
        about=f"crm.reader:{reader.pk}",
        by=by,
    )
    return asked


@transaction.atomic
def confirm_address(*, asked: NewAddress, code: str, by: User) -> bool:
    """Take the address over where the code is right; False where it is not.

    Refused once the code is too old or was guessed at too often. What was withdrawn on the old
    address stays withdrawn: it stands in the reader's row.
    """
    asked = NewAddress.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if asked.tries >= TRIES or timezone.now() - asked.asked_at > CODE_HOLDS:
        raise Refused(_("This code does not hold any more. Have a new one sent."))
    if not letters.is_code_of(asked, code):
        NewAddress.objects.filter(pk=asked.pk).update(tries=asked.tries + 1)
        return False

    reader = asked.reader
    update_reader(reader=reader, by=by, email=asked.address)
    asked.delete()
    audit.record(action=AuditAction.ADDRESS_CONFIRM, by=by, on=reader)
    return True


# --- analytics about oneself ----------------------------------------------------------------------
@transaction.atomic
def set_analytics(*, reader: Reader, allowed: bool, by: User) -> None:
    """Let the library compute about this person, or not. What was computed so far goes."""
    if reader.analytics == allowed:
        return
    reader.analytics = allowed
    Reader.objects.filter(pk=reader.pk).update(analytics=allowed, updated_at=timezone.now())
    if not allowed:
        _forget_behaviour(reader)
    audit.record(action=AuditAction.READER_ANALYTICS, by=by, on=reader, allowed=allowed)


def _forget_behaviour(reader: Reader) -> None:
    """What was computed from goes at once, and the segments too: those that ask for nothing of it
    take the reader in again with their next refresh.
    """
    for model in OF_BEHAVIOUR:
        model._base_manager.filter(reader=reader).delete()


# --- leaving --------------------------------------------------------------------------------------
@transaction.atomic
def ask_to_leave(*, reader: Reader, by: User) -> Departure:
    """The reader wants to be erased. Nothing is sent to them from now on; the rest waits a few
    days, in which they can change their mind.
    """
    # Also what was never allowed: the address is stopped with it, and no later file gives it.
    for channel in ContactChannel.values:
        for purpose in Purpose.values:
            set_consent(
                reader=reader,
                channel=channel,
                purpose=purpose,
                granted=False,
                source=OWN_PAGE,
                by=by,
            )
    due = timezone.now() + timedelta(days=settings.ERASE_AFTER_DAYS)
    # Asked twice, the first day holds: nobody puts off what they wanted.
    departure, _is_new = Departure.objects.get_or_create(reader=reader, defaults={"due_at": due})
    audit.record(action=AuditAction.READER_LEAVE, by=by, on=reader)
    return departure


@transaction.atomic
def stay(*, reader: Reader, by: User) -> None:
    """They changed their mind. Refused where they are erased already.

    Whoever is erasing them just now is waited for, and whoever comes later finds no wish.
    """
    if not Reader.objects.select_for_update().filter(pk=reader.pk).first():
        raise Refused(_("You are erased already: it was too late to stay."))
    deleted, _by_model = Departure.objects.filter(reader=reader).delete()
    if deleted:
        audit.record(action=AuditAction.READER_STAY, by=by, on=reader)
        # A try that a crash ended may stand in the list: a restored backup would erase them.
        transaction.on_commit(gone.settle, robust=True)


@transaction.atomic
def erase(*, reader: Reader, reason: str, by: User | None) -> None:
    """Take a person out of everything, for good, with every row of theirs
    (``queries.twins_of``) that ``by`` may open.

    ``reason`` is one of ``reasons.CODES``. ``by`` is None where the time that the reader was given
    is over. Rows that figures rest on stay without a person (each room's ``holds.py`` says which);
    the keyed hashes of their addresses stay, so that no import mails them again.
    """
    for row in _held(_keys_of(reader.pk, by)):
        _erase_row(row, reason, by)


def _keys_of(pk: int, by: User | None) -> list[int]:
    """The row of that key and its twins within reach; none where it is gone."""
    # As it stands now: what was handed in may have been read before an address changed.
    current = Reader.objects.filter(pk=pk).first()
    if current is None:
        return []
    return [current.pk, *(twin.pk for twin in twins_within_reach(current, by=by))]


def _held(keys: list[int]) -> list[Reader]:
    """Those rows, which nobody else changes or erases from now on."""
    gone.hold()
    rows = Reader.objects.select_for_update(of=("self",)).select_related("user").order_by("pk")
    return list(rows.filter(pk__in=keys))


def _erase_row(reader: Reader, reason: str, by: User | None) -> None:
    """Take one row and what hangs on it out of everything."""
    # All that is read of the person is read before the row is gone.
    digest = traces.identity_digest(reader.source, reader.number)
    uploads = traces.uploads_that_may_hold(reader)
    with gone.noted(digest):
        traces.suppress_for_good(reader)
        traces.delete_refused_rows(reader)
        traces.delete_kept_forms(reader)
        traces.delete_sessions(reader)
        addresses = traces.mailboxes(reader)
        # While the rows that it notes are there.
        traces.empty_admin_log(reader)
        traces.empty_unfinished_accounts(reader)
        traces.delete_account(reader.user)

        with connection.cursor() as cursor:
            cursor.execute(ERASE, [reader.pk, digest, addresses, by.pk if by else None, reason])
    transaction.on_commit(partial(traces.drop_uploads, uploads))


def erase_due(*, by: User | None = None, seconds: float = 180) -> int:
    """Erase everybody whose time to change their mind is over; returns how many.

    One transaction for each: whoever cannot be erased holds up nobody, is shown on the desk and
    tried again in the next run, after the others. What is left after so many ``seconds`` waits for
    it, too.
    """
    ends = time.monotonic() + seconds
    waiting = Departure.objects.due().order_by(F("failed_at").asc(nulls_first=True), "due_at")
    n = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        if time.monotonic() > ends:
            break
        n += _try_to_erase(pk, by)
    gone.settle()
    return n


def _try_to_erase(pk: int, by: User | None) -> bool:
    try:
        return _erase_departing(pk, by)
    # Whatever is wrong with one: the log says what, the next run tries again.
    except Exception:
        log.exception("departure %s: the reader could not be erased", pk)
        Departure.objects.filter(pk=pk).update(failed_at=timezone.now())
        return False


@transaction.atomic
def _erase_departing(pk: int, by: User | None) -> bool:
    """Erase whoever asked for it by the departure ``pk``; False where they stay after all."""
    reader = Reader.objects.filter(departure=pk).first()
    if reader is None:
        return False
    rows = _held(_keys_of(reader.pk, by))
    # Again, now that nobody can change it: they may have said so since the run began.
    if Departure.objects.due().select_for_update(of=("self",)).filter(pk=pk).first() is None:
        return False
    for row in rows:
        _erase_row(row, OWN_WISH, by)
    return True


@transaction.atomic
def erase_again(*, until: Mapping[bytes, datetime], by: User | None = None) -> int:
    """Erase every row that a restored backup brought back: {digest: when they were erased}.

    Those rows and no others: each that went had its own digest written down, and in older data
    another person may look like a twin. A row that was made later is of somebody who came back.
    Returns how many were there. For the restore, before the portal opens.
    """
    keys = []
    for reader in Reader.objects.only("pk", "source", "number", "created_at").iterator():
        erased_at = until.get(traces.identity_digest(reader.source, reader.number))
        if erased_at is not None and reader.created_at <= erased_at:
            keys.append(reader.pk)
    for row in _held(keys):
        _erase_row(row, AGAIN, by)
    return len(keys)


@transaction.atomic
def erase_listed(*, by: User | None = None) -> str:
    """Erase again whom the list of the erased names; the step of a restore (AFTER_RESTORE).

    Returns a line to tell, or nothing.
    """
    n = erase_again(until=gone.believe(), by=by)
    if not n:
        return ""
    return f"{n} erased again."


# --- the data officer's record --------------------------------------------------------------------
@transaction.atomic
def write_assessment(*, after: int, said: dict, by: User) -> Assessment:
    """Keep the next version of the impact assessment.

    ``said``: its texts and days by field. ``after``: the version that was read before (0: none).
    Refused where somebody has written another one meanwhile.
    """
    # Two who write at once wait here for each other: a version has no row yet to be held.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [Assessment._meta.db_table])
    current = Assessment.objects.current()
    number = current.number if current else 0
    if number != after:
        raise Refused(_("Somebody has written another version meanwhile. Read that one first."))

    written = Assessment.objects.create(number=number + 1, written_by=by, **said)
    audit.record(action=AuditAction.IMPACT_WRITE, by=by, on=written, version=written.number)
    return written


@transaction.atomic
def write_incident(*, incident: Incident, by: User) -> Incident:
    """Keep what is known of an incident so far."""
    if incident.pk is None:
        incident.written_by = by
    incident.save()
    audit.record(action=AuditAction.INCIDENT_WRITE, by=by, on=incident)
    return incident
