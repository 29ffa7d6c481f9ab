"""Where a person stands without a key that points at them: accounts, sessions, files, refused rows.

The erasing verb calls these in its transaction; what is on disk goes after the commit.
"""

import json
import secrets
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from core.addresses import address_digest, keyed_digest, mailbox_spellings, telephone_key
from core.characters import folded
from core.holds import account_holds, registered
from crm.accounts.models import ApiToken, BrowserSession, KeptForm
from crm.accounts.store import content_of
from crm.imports.keeping import forget
from crm.imports.models import ImportBatch, ImportRefusal
from crm.privacy import mentions
from crm.readers import withdrawn
from crm.readers.bearers import numbers_of
from crm.readers.models import ContactChannel, Purpose, Reader, Suppression
from crm.readers.queries import addresses_of
from crm.staff import guesses
from crm.staff.models import User
from crm.subscribers.models import Subscriber

#: A row of Django's own log without what it says of whom.
NOTHING_NOTED = {"object_repr": "", "change_message": ""}


def identity_digest(source: str, number: str) -> bytes:
    """The keyed hash by which an erased person is known again in a restored backup.

    32 bytes, under PRIVACY_KEY. ``source`` is the system that gave the number.
    """
    return keyed_digest(f"erased {source} {number}")


def mailboxes(reader: Reader) -> list[str]:
    """The reader's e-mail addresses, now and before, in each writing a row may have, folded."""
    own = addresses_of(reader, ContactChannel.EMAIL)
    if reader.user is not None:
        own.add(reader.user.email)
        shown = EmailAddress.objects.filter(user=reader.user, verified=True)
        own |= set(shown.values_list("email", flat=True))
    return in_every_writing(own)


def typed_mailboxes(reader: Reader) -> list[str]:
    """Those too that the reader once typed and never showed to be theirs.

    They may be a stranger's: what leads to nobody but them is looked up under ``mailboxes`` alone.
    Sorted, in every writing.
    """
    typed = {asked.address for asked in reader.new_addresses.all()}
    if reader.user is not None:
        typed |= set(EmailAddress.objects.filter(user=reader.user).values_list("email", flat=True))
    return sorted({*mailboxes(reader), *in_every_writing(typed)})


def in_every_writing(addresses: Iterable[str]) -> list[str]:
    """The addresses in all spellings under which a mailbox may stand somewhere.

    Sorted, each once.
    """
    found = set()
    for address in addresses:
        found.update(mailbox_spellings(address))
    return sorted(found)


def telephones(reader: Reader) -> list[str]:
    """The reader's telephone numbers, now and before, each in its one form."""
    numbers = addresses_of(reader, ContactChannel.SMS)
    keys = set(map(telephone_key, numbers))
    return sorted(keys - {""})


def suppress_for_good(reader: Reader) -> None:
    """Keyed hashes of all addresses, also of former ones, keep later imports from writing there."""
    wanted = {ContactChannel.EMAIL: set(map(address_digest, mailboxes(reader)))}
    for channel in (ContactChannel.SMS, ContactChannel.WECHAT):
        wanted[channel] = set(map(address_digest, addresses_of(reader, channel)))

    rows = []
    for channel, digests in wanted.items():
        for digest in sorted(digests):
            rows.append(Suppression(channel=channel, digest=digest, reason=Suppression.ERASED))
    # An address that was stopped for every purpose in 0.1 is from now on one of somebody erased.
    Suppression.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["channel", "purpose", "digest"],
        update_fields=["reason"],
    )
    # A backup that does not know the person has none of these.
    for channel, digests in wanted.items():
        for purpose in Purpose.values:
            withdrawn.note_refused(digests, channel, purpose)


def delete_refused_rows(reader: Reader) -> int:
    """Rows of files that were refused and hold this person; returns how many."""
    holding = Q()
    wechat = addresses_of(reader, ContactChannel.WECHAT)
    for cell in {reader.name, *wechat, *addresses_of(reader, ContactChannel.SMS)} - {""}:
        # A cell of theirs as it stands.
        holding |= Q(raw__contains=[cell])
    numbers = [number for _system, number in numbers_of(reader)]
    for text in [*numbers, *mailboxes(reader)]:
        holding |= mentions.in_text(text)
    for number in telephones(reader):
        holding |= mentions.in_telephone(number)
    rows = ImportRefusal.objects.alias(**mentions.aliases("raw"))
    deleted, _by_model = rows.filter(holding).delete()
    return deleted


def delete_kept_forms(reader: Reader) -> int:
    """Forms kept for their writers, also for staff, that are about this person; returns how many.

    A form with their name or number in it goes whoever it is about: it is kept for a short while as
    it is. What only holds a few of the same digits stays.
    """
    about = Q(path__contains=f"/readers/{reader.pk}/")
    numbers = [number for _system, number in numbers_of(reader)]
    for text in [*numbers, reader.name, *typed_mailboxes(reader)]:
        if text:
            about |= mentions.in_text(text) | mentions.in_question(text)
    for number in telephones(reader):
        about |= mentions.in_telephone(number) | mentions.in_question(number.lstrip("+0"))
    forms = KeptForm.objects.alias(**mentions.aliases("fields"))
    deleted, _by_model = forms.filter(about).delete()
    return deleted


def delete_sessions(reader: Reader) -> int:
    """Sessions of browsers in which nobody is signed in that still hold an address of this person,
    typed to be confirmed or to get a new password; returns how many.

    Reads each session of that kind: nothing else can look into them.
    """
    texts = typed_mailboxes(reader)
    held = []
    # Their content is packed and signed, so that no statement can look into it.
    for session in BrowserSession.objects.filter(user=None).iterator():
        content = content_of(session)
        said = folded(json.dumps(content, ensure_ascii=False, default=str))
        # What nobody can look into, as it was signed for another key, may hold it.
        is_closed = bool(session.session_data) and not content
        if is_closed or any(text in said for text in texts):
            held.append(session.pk)
    deleted, _by_model = BrowserSession.objects.filter(pk__in=held).delete()
    return deleted


def delete_subscriptions(reader: Reader) -> None:
    """Subscriptions of the person's mailboxes, which no key leads to; every letter is stopped."""
    digests = list(map(address_digest, mailboxes(reader)))
    Subscriber.objects.filter(digest__in=digests).forget()


def empty_unfinished_accounts(reader: Reader) -> None:
    """Accounts that were begun with an address of this person and never confirmed.

    An account in use that only claims the address loses the claim.
    """
    claims = EmailAddress.objects.filter(email__in=mailboxes(reader), verified=False)
    begun = User.objects.filter(
        role=User.Role.READER, was_staff=False, reader=None, last_login=None
    ).exclude(emailaddress__verified=True)
    # The audit trail may name the row, so it stays: as the owner function leaves that of a reader.
    for pk in begun.filter(emailaddress__in=claims).values_list("pk", flat=True):
        empty_log_about(User, [pk])
        name = f"erased-{secrets.token_hex(16)}"
        User.objects.filter(pk=pk).update(
            username=name,
            likeness=name,
            email="",
            first_name="",
            last_name="",
            display_name="",
            password="!",
            is_active=False,
        )
    claims.delete()


def empty_admin_log(reader: Reader) -> None:
    """What Django's admin noted of the reader's rows names them: that it was done stays.

    The note of an address that was deleted there leads to no row any more, and is found by its
    text. What it says is emptied (``NOTHING_NOTED``); who did it, when and to which kind of row
    stays.
    """
    user = reader.user
    empty_log_about(Reader, [reader.pk])
    holds = [*registered()]
    if user is not None and not user.is_library_staff:
        holds += account_holds()
        LogEntry.objects.filter(object_repr=user.username).update(**NOTHING_NOTED)
    noted = LogEntry.objects.values("content_type").distinct()
    kinds = ContentType.objects.filter(pk__in=noted)
    models = set(map(ContentType.model_class, kinds))
    for hold in holds:
        if hold.model_class() in models:
            empty_log_about(hold.model_class(), hold.rows(reader).values_list("pk", flat=True))
    for address in typed_mailboxes(reader):
        named = Q(object_repr__icontains=address) | Q(change_message__icontains=address)
        LogEntry.objects.filter(named).update(**NOTHING_NOTED)


def empty_log_about(model: type[Model], keys: Iterable) -> None:
    """Take the names out of what Django's admin noted of these rows."""
    kind = ContentType.objects.get_for_model(model)
    about = LogEntry.objects.filter(content_type=kind, object_id__in=list(map(str, keys)))
    about.update(**NOTHING_NOTED)


def delete_account(user: User | None) -> None:
    """What hangs on a reader's account; the row itself is emptied by the owner function.

    Staff keep theirs: it is their employment, and not what the library knows of a reader.
    """
    if user is None or user.is_library_staff:
        return
    guesses.forget(user)
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    ApiToken.objects.filter(user=user).delete()
    KeptForm.objects.filter(user=user).delete()
    BrowserSession.objects.filter(user=user).delete()


def uploads_that_may_hold(reader: Reader) -> list[ImportBatch]:
    """Uploaded files of the reader's source that no worker needs, also such as were never run.

    A person's row may stand in every one of them, also where it changed nothing, and looking into
    each would take minutes. An import that is done needs its file no more; one that was not run
    ends, and its page says why.
    """
    # Taking the file of one that runs, or is about to, would break somebody's work.
    systems = [system for system, _number in numbers_of(reader)]
    return list(ImportBatch.objects.filter(source__in=systems).with_idle_file())


def drop_uploads(batches: list[ImportBatch]) -> None:
    """Delete the files; the rows stay and say what was done."""
    for batch in batches:
        # What a preview shows of the file goes with it.
        forget(batch)
        batch.file.delete(save=False)
        ImportBatch.objects.filter(pk=batch.pk).end_without_files()
