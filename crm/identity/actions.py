"""Verbs on who is who: systems of numbers, further numbers, and whose record an account has."""

import hashlib

from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.identity import claims
from crm.imports.guessing import bare_name
from crm.imports.keys import keys_to
from crm.imports.turns import take_turn
from crm.letters.actions import write
from crm.letters.models import LetterKind
from crm.merges.actions import merge
from crm.merges.models import JoinedRecord, MergeReason
from crm.readers.bearers import has_number, numbered
from crm.readers.models import Identity, NumberSystem, Reader
from crm.readers.queries import PORTAL
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def save_system(*, system: NumberSystem, by: User) -> NumberSystem:
    """Keep a system of numbers, a new one under a code made of its name.

    Names of columns are kept bare, as files are compared with them. A new one is refused where
    another system has its code already; it need not be stored so far.
    """
    words = map(bare_name, system.headers.split())
    system.headers = " ".join(filter(None, words))
    if not system.code:
        system.code = _free_code(system.name_en or system.name_zh)
    system.save()
    audit.record(action=AuditAction.IMPORT_SYSTEM, by=by, on=system)
    return system


def _free_code(name: str) -> str:
    """A code made of the name, no longer than a reader's source may be.

    Of a name without Latin letters and digits its hash. Refused where a system has it already.
    """
    code = slugify(name)[:32] or f"system-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    if NumberSystem.objects.filter(code=code).exists():
        raise Refused(_("There is a system of this name already."))
    return code


@transaction.atomic
def add_number(*, reader: Reader, system: NumberSystem, number: str, by: User) -> Identity:
    """Write down a further number of the reader: files are matched by it from now on.

    Refused where somebody bears it already, this reader too.
    """
    take_turn(system.code)
    if numbered(system.code, [number]):
        raise Refused(_("A reader bears this number of this system already."))
    identity = Identity.objects.create(reader=reader, system=system, number=number)
    audit.record(action=AuditAction.READER_NUMBER_ADD, by=by, on=reader, system=system.code)
    return identity


@transaction.atomic
def remove_number(*, identity: Identity, by: User) -> None:
    """Forget a further number of a reader.

    From the next file on a row with it is a new reader's. Refused for the number of a record that
    was joined with this one: it goes back with that record.
    """
    take_turn(identity.system_id)
    _refuse_joined_number(identity)
    identity.delete()
    audit.record(
        action=AuditAction.READER_NUMBER_REMOVE,
        by=by,
        on=identity.reader,
        system=identity.system_id,
    )


def _refuse_joined_number(identity: Identity) -> None:
    """Raises Refused for the first number of a record that was joined with the reader's.

    A joining that was taken apart again does not count.
    """
    joined = JoinedRecord.objects.standing().filter(
        kept=identity.reader,
        gone__source=identity.system_id,
        gone__number=identity.number,
    )
    if joined.exists():
        raise Refused(_("This number came with a joined record. Take the two apart instead."))


# --- a record and an account ----------------------------------------------------------------------
@transaction.atomic
def invite(*, reader: Reader, by: User) -> str:
    """The code with which the reader claims the record, to be printed and handed over.

    Only the moment is stored: with a new code the one that was printed before ends. Refused where
    an account belongs to the record already, or made it.
    """
    _refuse_taken(reader)
    reader.invited_at = timezone.now()
    Reader.objects.filter(pk=reader.pk).update(invited_at=reader.invited_at)
    audit.record(action=AuditAction.READER_INVITE, by=by, on=reader)
    return claims.in_groups(claims.code_of(reader))


@transaction.atomic
def withdraw_invitation(*, reader: Reader, by: User) -> None:
    """The code that was printed last opens nothing any more: the sheet was lost, say.

    Refused where no code holds.
    """
    if not claims.code_of(reader):
        raise Refused(_("No printed code holds for this reader."))
    Reader.objects.filter(pk=reader.pk).update(invited_at=None)
    reader.invited_at = None
    audit.record(action=AuditAction.READER_INVITE_END, by=by, on=reader)


@transaction.atomic
def claim_by_code(*, number: str, code: str, by: User) -> Reader:
    """Join the account of ``by`` with the record that bears ``number``, where the code is right.

    Refused with the same words for a wrong number and a wrong code. How often somebody
    tries is for the caller to count (``claims.refuse_too_often``).
    """
    for reader in _bearers(number):
        if claims.is_code_of(reader, code):
            return _claim(reader, by)
    raise Refused(_("Number and code do not belong together, or the code is older than 30 days."))


@transaction.atomic
def claim_by_link(*, token: str, by: User) -> Reader:
    """Join the account of ``by`` with the record that a link in a letter is about.

    Refused for another account than the one that asked for it, for a link that is too old, and
    where meanwhile the record got an account.
    """
    reader, _asked_by = claims.reader_of_token(token, by)
    return _claim(reader, by)


@transaction.atomic
def claim_offered(*, shown: str, by: User) -> Reader:
    """Join the account of ``by`` with the record that holds the address which it has confirmed.

    ``shown``: the key of the record that the page showed, as it was sent. Refused where that is
    not, or not any more, the one record that does.
    """
    reader = claims.offered_to(by)
    if reader is None or str(reader.pk) != shown:
        raise Refused(_("This record does not hold your address any more, or not alone."))
    return _claim(reader, by)


@transaction.atomic
def ask_link(*, number: str, by: User, asked_by: str = "") -> None:
    """Send a link to the addresses that the library holds of whoever bears this number.

    Nothing says whether there is somebody: who types a stranger's number learns nothing. An address
    that an import made up gets none, nor does whoever was sent five within a day. Asked again, it
    is another letter; the stop list and the list of refusals keep it back as any single letter.
    ``asked_by``: the browser, see ``claims.token_of``.
    """
    for reader in _bearers(number):
        if not reader.email or reader.email_made or claims.has_letters_enough(reader):
            continue
        subject, text = claims.link_letter(reader, by, asked_by)
        write(
            kind=LetterKind.CLAIM_LINK,
            to=reader.email,
            subject=subject,
            text=text,
            language=reader.language,
            once=f"claim:{reader.pk}:{by.pk}:{timezone.now().isoformat()}",
            reader=reader,
            about=f"crm.reader:{reader.pk}",
            by=by,
        )
        audit.record(action=AuditAction.READER_CLAIM_ASK, by=by, on=reader)


def _bearers(number: str) -> list[Reader]:
    """Records of the library without an account that bear the number in one of the systems.

    Several, where two systems gave it to two people; the older record first.
    """
    free = Reader.objects.filter(user__isnull=True).exclude(source=PORTAL)
    return list(free.filter(has_number(number)).order_by("pk"))


def _refuse_taken(reader: Reader) -> None:
    """Raises Refused for a record that has an account, or that an account made of itself.

    Whoever holds the account keeps it, whatever code or link somebody else has.
    """
    if reader.user_id is not None or reader.source == PORTAL:
        raise Refused(_("An account belongs to this record already."))


def _delete_bare(own: Reader) -> None:
    """Delete a row that nothing names but what is made of it by itself."""
    for model, field in keys_to(Reader):
        if model._meta.label in claims.FOLLOWING:
            model._base_manager.filter(**{field: own}).delete()
    with connection.cursor() as cursor:
        # The ORM would ask every table for rows, also those that only grow.
        cursor.execute("DELETE FROM crm_reader WHERE id = %s", [own.pk])


def _claim(reader: Reader, by: User) -> Reader:
    """The row that the account made of itself goes where it says nothing but a name; what it is
    more is joined with the record. Where the account has another record of the library, this one
    goes into that: its person has shown both to be theirs. Returns the account's record.
    """
    # Of two accounts that claim at once the second waits here, and finds the record taken.
    reader = Reader.objects.select_for_update(of=("self",)).get(pk=reader.pk)
    _refuse_taken(reader)
    own = Reader.objects.select_for_update(of=("self",)).filter(user=by).first()
    if own is not None and own.source != PORTAL:
        merge(kept=own, gone=reader, by=by, why=MergeReason.CLAIM)
        audit.record(action=AuditAction.READER_CLAIM, by=by, on=own)
        own.refresh_from_db()
        return own
    if own is not None:
        if claims.is_more_than_its_name(own):
            merge(kept=reader, gone=own, by=by, why=MergeReason.CLAIM)
        else:
            _delete_bare(own)
    # An account has one record only, so its own row had to go first.
    said = {"user": by, "invited_at": None, "updated_at": timezone.now()}
    Reader.objects.filter(pk=reader.pk).update(**said)
    audit.record(action=AuditAction.READER_CLAIM, by=by, on=reader)
    reader.refresh_from_db()
    return reader
