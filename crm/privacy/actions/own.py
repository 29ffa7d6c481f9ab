"""Verbs of a person on their own data: becoming a reader, correcting, confirming an address."""

from datetime import timedelta
from string import ascii_lowercase

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from core.addresses import address_key
from core.refusals import Refused
from crm.letters.actions import write
from crm.letters.models import LetterKind
from crm.privacy import letters
from crm.privacy.letters import ChildNamed, GuardianWord
from crm.privacy.models import Correction, NewAddress
from crm.privacy.own import OF_BEHAVIOUR
from crm.readers import withdrawn
from crm.readers.actions import set_consent, update_reader
from crm.readers.models import ContactChannel, Reader
from crm.readers.queries import known_reader, new_reader
from crm.staff import audit
from crm.staff.models import User
from crm.staff.queries import has_account
from crm.staff.words import AuditAction

#: Fields that a granted correction writes by itself; the others are chosen on the reader's page.
WRITTEN_AS_ASKED = {Correction.Field.NAME, Correction.Field.PHONE}
#: Where a guardian's word was said. It is nobody's own, and takes no address off the list of those
#: that nothing is sent to.
GUARDIAN = "guardian"
#: How long a code holds, and how many wrong ones end it.
CODE_HOLDS = timedelta(hours=24)
TRIES = 5


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


def _hold_address(email: str) -> None:
    """Until the transaction ends nobody else opens an account with it at this desk or another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [address_key(email)])


@transaction.atomic
def open_for_child(*, child: ChildNamed, said: GuardianWord, by: User) -> Reader:
    """Open an account for somebody under fourteen, and mail the link to choose its password.

    A guardian agreed at the desk (PIPL, article 31): who, on which day and to what stands in the
    ledger with each purpose; the trail names the day and the purposes, and no guardian. Refused
    where an account has this address already.
    """
    _hold_address(child.email)
    if has_account(child.email):
        raise Refused(letters.HAS_ACCOUNT)

    account = User(username=f"r{get_random_string(8, ascii_lowercase)}", email=child.email)
    account.set_unusable_password()
    account.save()
    # What somebody typed at the desk proves nothing about a mailbox: the letter has to be opened
    # there, and until then this row has nothing to do with others of the same address.
    EmailAddress.objects.create(user=account, email=child.email, primary=True, verified=False)
    reader = new_reader(account)
    Reader.objects.filter(pk=reader.pk).update(name=child.name, campus=by.campus)
    for purpose in said.purposes:
        set_consent(
            reader=reader,
            channel=ContactChannel.EMAIL,
            purpose=purpose,
            granted=True,
            source=GUARDIAN,
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
def set_analytics(*, reader: Reader, allowed: bool, by: User | None) -> None:
    """Let the library compute about this person, or not. What was computed so far goes.

    ``by`` is None where a restored database is told what was said after its backup.
    """
    if reader.analytics == allowed:
        return
    reader.analytics = allowed
    Reader.objects.filter(pk=reader.pk).update(analytics=allowed, updated_at=timezone.now())
    if not allowed:
        _forget_behaviour(reader)
    withdrawn.note_analytics(reader, allowed=allowed)
    audit.record(action=AuditAction.READER_ANALYTICS, by=by, on=reader, allowed=allowed)


@transaction.atomic
def silence_listed(*, by: User | None = None) -> str:
    """Switch analytics off again for whom the list of withdrawals names; a step of a restore
    (AFTER_RESTORE).

    Returns a line to tell, or nothing.
    """
    digests = withdrawn.silenced()
    if not digests:
        return ""
    n = 0
    for reader in Reader.objects.filter(analytics=True).iterator():
        if withdrawn.reader_digest(reader) in digests:
            set_analytics(reader=reader, allowed=False, by=by)
            n += 1
    return f"{n} switched off analytics again."


def _forget_behaviour(reader: Reader) -> None:
    """What was computed from goes at once, and the segments too: those that ask for nothing of it
    take the reader in again with their next refresh.
    """
    for model in OF_BEHAVIOUR:
        model._base_manager.filter(reader=reader).delete()
