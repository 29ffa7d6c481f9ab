"""Where a person stands without a key that points at them: accounts, sessions, files, refused rows.

The erasing verb calls these in its transaction; what is on disk goes after the commit.
"""

import json
import os
from pathlib import Path
from urllib.parse import quote

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from core.addresses import address_digest, address_key, keyed_digest
from core.characters import folded, tidy
from crm.accounts.models import ApiToken, BrowserSession, KeptForm
from crm.imports.models import ImportBatch, ImportRefusal
from crm.jobs.models import Job
from crm.readers.models import ContactChannel, Reader, Suppression
from crm.staff import guesses
from crm.staff.models import User


def identity_digest(source: str, number: str) -> bytes:
    """The keyed hash by which an erased person is known again in a restored backup."""
    return keyed_digest(f"erased {source} {number}")


def mailboxes(reader: Reader) -> list[str]:
    """The reader's e-mail addresses in each writing a row may have, folded."""
    # Also addresses that were never confirmed: a code was sent there.
    typed = {reader.email}
    typed |= {asked.address for asked in reader.new_addresses.all()}
    if reader.user is not None:
        typed.add(reader.user.email)
        typed |= set(EmailAddress.objects.filter(user=reader.user).values_list("email", flat=True))

    found = set()
    for address in typed - {""}:
        found |= {folded(tidy(address)), address_key(address), address.strip().lower()}
    return sorted(found)


def suppress_for_good(reader: Reader) -> None:
    """Keyed hashes of all addresses keep later imports from writing to them."""
    wanted = [(ContactChannel.EMAIL, address) for address in mailboxes(reader)]
    wanted.append((ContactChannel.SMS, reader.phone))
    wanted.append((ContactChannel.WECHAT, reader.wechat))
    rows = []
    for channel, address in wanted:
        if address:
            rows.append(
                Suppression(
                    channel=channel, digest=address_digest(address), reason=Suppression.ERASED
                )
            )
    # An address that was stopped for every purpose in 0.1 is from now on one of somebody erased.
    Suppression.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["channel", "purpose", "digest"],
        update_fields=["reason"],
    )


def delete_refused_rows(reader: Reader) -> int:
    """Rows of files that were refused and hold this person; returns how many."""
    cells = [reader.number, reader.email, reader.phone, reader.wechat, reader.name]
    holding = Q()
    for cell in cells:
        if cell:
            # A cell of theirs as it stands, and the number or address inside a longer one.
            holding |= Q(raw__contains=[cell])
    for cell in (reader.number, reader.email):
        if cell:
            holding |= Q(raw__icontains=cell)
    deleted, _by_model = ImportRefusal.objects.filter(holding).delete()
    return deleted


def delete_kept_forms(reader: Reader) -> int:
    """Forms kept for their writers, also for staff, that are about this person; returns how many.

    A form that only looks so goes too: it is kept for a short while as it is.
    """
    about = Q(path__contains=f"/readers/{reader.pk}/")
    for text in [reader.number, reader.phone, reader.name, *mailboxes(reader)]:
        if text:
            # As it stands inside a text of JSON, and in an address.
            about |= Q(said__icontains=json.dumps(text, ensure_ascii=False)[1:-1])
            about |= Q(path__icontains=text) | Q(path__icontains=quote(text))
    forms = KeptForm.objects.annotate(said=Cast("fields", TextField()))
    deleted, _by_model = forms.filter(about).delete()
    return deleted


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
    """Uploaded files of the reader's source whose import is over.

    A person's row may stand in every one of them, also where it changed nothing, and looking into
    each would take minutes; an import that is done needs its file no more.
    """
    of_source = ImportBatch.objects.filter(source=reader.source).exclude(file="")
    # Taking the file of one that runs, or is about to, would break somebody's work.
    running = of_source.filter(state=ImportBatch.State.RUNNING)
    queued = of_source.filter(job__state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return list(of_source.exclude(pk__in=running).exclude(pk__in=queued))


def drop_uploads(batches: list[ImportBatch]) -> None:
    """Delete the files; the rows stay and say what was done."""
    for batch in batches:
        batch.file.delete(save=False)
        ImportBatch.objects.filter(pk=batch.pk).update(file="")


# --- the list that outlives the database ----------------------------------------------------------
def note_erased(digest: bytes) -> None:
    """Append to the list of the erased, on disk before this returns."""
    path = Path(settings.ERASED_LIST)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(f"{digest.hex()}\n")
        file.flush()
        os.fsync(file.fileno())


def erased_digests() -> set[bytes]:
    """What the list holds; a line cut off by a crash is left out."""
    path = Path(settings.ERASED_LIST)
    if not path.exists():
        return set()
    found = set()
    for line in path.read_text().splitlines():
        if len(line) == 64:
            found.add(bytes.fromhex(line))
    return found
