"""Verbs on readers: what one allows, correcting one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.addresses import address_key, is_address
from core.columns import keys_of, set_differing
from core.refusals import Refused
from crm.readers import withdrawn
from crm.readers.models import (
    ConsentEvent,
    ContactChannel,
    Notice,
    Purpose,
    Reader,
    Suppression,
    permission,
)
from crm.readers.queries import holders_of, twins_of
from crm.readers.suppressing import suppress_addresses
from crm.readers.words import OTHER_ADDRESS
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

RELEASE = "SELECT huixiang_release_address(%s, %s)"
#: The source of what a person chose on their own page.
OWN_PAGE = "portal"
#: Sources in which a person speaks, or a member of staff writes down what one said; never a file.
OWN_WORD = frozenset({OWN_PAGE, "staff", "api", "unsubscribe page"})


@transaction.atomic
def set_consent(
    *,
    reader: Reader,
    channel: str,
    purpose: str,
    granted: bool,
    source: str,
    by: User | None,
    wording: str = "",
) -> list[ConsentEvent]:
    """Write down that ``reader`` gave or withdrew consent; returns what was written, nothing where
    that was said already.

    A withdrawal is written even where nothing had been given: it keeps later imports from giving
    it, and puts the address on the suppression list, so that no other row with the same address is
    written to either. Other rows of the same person (``queries.twins_of``: the same name, and an
    address of both) withdraw with this one, each on its own address. Consent in a person's own word
    takes the address off the list; one that an erasure put there only if its owner says so, signed
    in. ``by`` is None where nobody is signed in: the reader followed the signed link of a mail, or
    a file spoke. Refused for a yes of somebody who has asked to be erased. Raises ValueError for an
    unknown channel or purpose.
    """
    # Says so of an unknown channel or purpose, before anything is written.
    permission(channel, purpose)
    said = Said(channel, purpose, granted, source[:40], wording[:200])
    stored, *twins = _locked_with_twins(reader, granted)
    if granted and stored.is_leaving():
        raise Refused(_("While an erasure is waiting, nothing can be allowed."))

    rows = [stored, *twins]
    written = [_write_down(row, said, by) for row in rows]
    is_told = source in OWN_WORD and any(written) if granted else source != withdrawn.RESTORED
    if is_told:
        withdrawn.note(rows, channel, purpose, granted=granted)
    # Also on the instance that was handed in, which the caller goes on to show.
    reader.consents = stored.consents
    return list(filter(None, written))


@dataclass(frozen=True)
class Said:
    """One word about a channel and a purpose, and where it was said."""

    channel: str
    purpose: str
    granted: bool
    source: str
    wording: str


def _locked_with_twins(reader: Reader, granted: bool) -> list[Reader]:
    """The reader's row, and of somebody who withdraws all their rows.

    Locked: the list of consents is read and written whole, and two choices may come at once.
    """
    keys = [reader.pk]
    if not granted:
        current = Reader.objects.get(pk=reader.pk)
        keys += keys_of(twins_of(current))
    # In the order of the keys: two rows of one person wait for each other only so.
    held = Reader.objects.select_for_update(of=("self",)).order_by("pk")
    rows = held.filter(pk__in=keys).in_bulk()
    return [rows[pk] for pk in keys]


def _write_down(stored: Reader, said: Said, by: User | None) -> ConsentEvent | None:
    """Into the list of the suppressed, the row and the ledger; None where it was said already."""
    channel, purpose, granted = said.channel, said.purpose, said.granted
    if not granted:
        suppress_addresses(stored, channel, purpose, source=said.source, by=by)
    listed = _released_by(stored, said, by)
    # An address is taken off the list by an entry of the ledger that is newer than its refusal.
    if not listed.exists() and _was_last_word(stored, channel, purpose, granted):
        return None

    stored.consents = _with(stored.consents, permission(channel, purpose), granted)
    Reader.objects.filter(pk=stored.pk).update(consents=stored.consents, updated_at=timezone.now())
    audit.record(
        action=AuditAction.CONSENT_SET,
        by=by,
        on=stored,
        channel=channel,
        purpose=purpose,
        granted=granted,
        source=said.source,
    )
    event = ConsentEvent.objects.create(
        reader=stored,
        channel=channel,
        purpose=purpose,
        granted=granted,
        source=said.source,
        wording=said.wording,
        notice=Notice.objects.current(),
        by=by,
    )
    _release_address(event, listed)
    return event


def _was_last_word(reader: Reader, channel: str, purpose: str, granted: bool) -> bool:
    """True when the row and the newest entry of the ledger both say so already: then a second entry
    would tell nothing new. False where the ledger is silent.
    """
    if reader.allows(channel, purpose) != granted:
        return False
    last = reader.consent_events.about(channel, purpose).first()
    if last is None or last.granted != granted:
        return False
    # A no of before a joining goes back to the record it was said in, and what the joining itself
    # wrote goes with it: a no that is said now must outlast both.
    return granted or not _was_joined_since(reader, last.at)


def _was_joined_since(reader: Reader, at: datetime) -> bool:
    """Whether a record that is still joined with the reader's was joined at that moment or later.

    The room that joins records stands above this one.
    """
    return reader.merges.filter(parted_at__isnull=True, at__gte=at).exists()


def _with(permissions: list[str], said: str, granted: bool) -> list[str]:
    """The list with ``said`` in or out; sorted, so that the same choices are the same row."""
    allowed = set(permissions) - {said}
    if granted:
        allowed.add(said)
    return sorted(allowed)


def _released_by(reader: Reader, said: Said, by: User | None) -> QuerySet[Suppression]:
    """Rows of the suppression list that this word takes the reader's address off; none of a no, or
    of a file.
    """
    if not said.granted or said.source not in OWN_WORD:
        return Suppression.objects.none()
    listed = Suppression.objects.stopping(said.channel, said.purpose)
    listed &= Suppression.objects.of_address(said.channel, reader.address_on(said.channel))
    if not _is_owners_word(reader, said.source, by):
        # Whoever was erased is gone; nobody else can say that they want to be written to again.
        listed = listed.exclude(reason=Suppression.ERASED)
    return listed


def _release_address(event: ConsentEvent, listed: QuerySet[Suppression]) -> None:
    """Let the owner's function take the address off the list, and write that into the trail.

    Nothing is called where no row of ``listed`` is left.
    """
    digests = set(map(bytes, listed.values_list("digest", flat=True)))
    if digests:
        with connection.cursor() as cursor:
            cursor.execute(RELEASE, [event.pk, sorted(digests)])


def _is_owners_word(reader: Reader, source: str, by: User | None) -> bool:
    """True for what a person said of themself, signed in."""
    return source == OWN_PAGE and by is not None and by.pk == reader.user_id


@transaction.atomic
def unsubscribe(
    *,
    reader: Reader,
    source: str,
    by: User | None,
    purposes: Iterable[str] = tuple(Purpose),
) -> list[ConsentEvent]:
    """Withdraw consent to e-mail, for all purposes or for those given; returns what was new, of
    every row of the person.

    ``by`` is None where the reader followed the signed link of a mail: the key is the permission,
    and nobody is signed in.
    """
    written = []
    for purpose in purposes:
        written += set_consent(
            reader=reader,
            channel=ContactChannel.EMAIL,
            purpose=purpose,
            granted=False,
            source=source,
            by=by,
        )
    return written


@transaction.atomic
def take_back_withdrawals(
    *, withdrawals: Iterable[int], source: str, by: User | None
) -> list[ConsentEvent]:
    """Give again what these withdrawals took, by their keys, each to its own row; returns what was
    new.

    The caller vouches for the keys: a signed text has carried them. Only what nothing was said of
    since: a later word, yes or no, is the reader's own. Nothing to somebody who has asked to be
    erased.
    """
    taken = ConsentEvent.objects.filter(pk__in=withdrawals, granted=False, reader__isnull=False)
    # Locked first: what is the newest entry must still be so when the next one is written.
    held = Reader.objects.select_for_update(of=("self",)).order_by("pk")
    rows = held.filter(pk__in=taken.values("reader")).in_bulk()
    given = []
    for withdrawal in taken.order_by("pk"):
        reader = rows[withdrawal.reader_id]
        channel, purpose = withdrawal.channel, withdrawal.purpose
        last = reader.consent_events.about(channel, purpose).first()
        if last != withdrawal or reader.is_leaving():
            continue
        given += set_consent(
            reader=reader, channel=channel, purpose=purpose, granted=True, source=source, by=by
        )
    return given


@transaction.atomic
def try_address_again(*, reader: Reader, by: User) -> int:
    """Mail to the reader's address again, and to whoever shares the mailbox; returns how many rows.

    Refused where nothing speaks against the address, and where it is none: it must be corrected.
    """
    held = Reader.objects.select_for_update(of=("self",)).exclude(email_trouble="")
    stored = held.filter(pk=reader.pk).first()
    if stored is None:
        raise Refused(_("Nothing is known against this address."))
    # What was none when it was looked at may be one by now: another mail server, other settings.
    if not is_address(stored.email):
        raise Refused(_("This is no address that mail can be sent to. Correct it."))

    sharing = held.filter(pk__in=holders_of([stored.email]).values("pk")).order_by("pk")
    rows = keys_of(sharing)
    Reader.objects.filter(pk__in=rows).update(
        email_trouble="", email_trouble_at=None, updated_at=timezone.now()
    )
    audit.record(action=AuditAction.ADDRESS_RETRY, by=by, on=stored)
    return len(rows)


@transaction.atomic
def update_reader(*, reader: Reader, by: User, agreed_again: str = "", **fields) -> list[str]:
    """Write the fields that differ; returns their names.

    What was allowed on an address ends with it, where another one is written in its place. With
    ``agreed_again``, a source of a person's own word ("staff"), the person said that the same holds
    for the new address. The audit row names fields, never values: it is read by people who may not
    open the reader. Refused for a yes of somebody who has asked to be erased.
    """
    stored = Reader.objects.select_for_update(of=("self",)).get(pk=reader.pk)
    before = {channel: stored.address_on(channel) for channel in ContactChannel.values}
    changed = set_differing(stored, fields)
    if not changed:
        return []

    if "email" in changed:
        # Somebody typed it, so it is no longer one that an import made up.
        stored.email_made = False
    ended = _end_consents(stored, before, by)
    stored.save()
    audit.record(action=AuditAction.READER_CHANGE, by=by, on=stored, fields=sorted(changed))
    if agreed_again:
        _give_again(stored, ended, source=agreed_again, by=by)
    reader.consents = Reader.objects.values_list("consents", flat=True).get(pk=reader.pk)
    return changed


def _end_consents(stored: Reader, before: dict[str, str], by: User | None) -> list[ConsentEvent]:
    """Take out of the row what was given for an address that is another one now, and say so in the
    ledger; returns what was written there. Nothing is withdrawn: no address is stopped.
    """
    written = []
    for channel, address in before.items():
        if not address or address_key(address) == address_key(stored.address_on(channel)):
            continue
        purposes = stored.purposes_on(channel)
        for purpose in purposes:
            stored.consents = _with(stored.consents, permission(channel, purpose), False)
            event = ConsentEvent.objects.create(
                reader=stored,
                channel=channel,
                purpose=purpose,
                granted=False,
                source=OTHER_ADDRESS,
                by=by,
            )
            written.append(event)
        if purposes:
            audit.record(
                action=AuditAction.CONSENT_SET,
                by=by,
                on=stored,
                channel=channel,
                purposes=purposes,
                granted=False,
                source=OTHER_ADDRESS,
            )
    return written


def _give_again(
    reader: Reader, ended: Iterable[ConsentEvent], *, source: str, by: User | None
) -> None:
    """Where the channel still has an address, the person allows the same for it."""
    for event in ended:
        if not reader.address_on(event.channel):
            continue
        set_consent(
            reader=reader,
            channel=event.channel,
            purpose=event.purpose,
            granted=True,
            source=source,
            by=by,
        )
