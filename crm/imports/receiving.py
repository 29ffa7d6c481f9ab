"""An uploaded file on its way onto the disk, and a batch that is held while it is changed."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.kinds import kind_named
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.steps import steps_of
from crm.staff.models import User


def as_table(file, kind: str):
    """The file, or the table that its kind (a code) makes of it before it is kept. Raises
    LookupError for a kind that no room takes, and Unreadable where the kind finds it unfit.
    """
    of_kind = kind_named(kind)
    return steps_of(ImportBatch(takes=kind)).before(file, of_kind)


def may_not_stay(file, kind: str) -> bool:
    """Whether a worker has to make the table of it, and to remove the file then."""
    return steps_of(ImportBatch(takes=kind)).may_not_stay(file, kind_named(kind))


def kept(file, by: User | None, profile: ImportProfile | None) -> ImportBatch:
    """The file on disk and a batch about it that is not stored yet.

    Without ``by`` nobody uploaded it by hand; without ``profile`` one is looked for later. The file
    is read once, for its digest.
    """
    digest = digest_of(file)
    batch = ImportBatch(
        filename=Path(file.name).name[-200:],
        sha256=digest,
        size=file.size,
        created_by=by,
        profile=profile,
    )
    batch.file.save(_name_on_disk(digest), file, save=False)
    return batch


def kept_again(batch: ImportBatch, by: User) -> ImportBatch:
    """Another batch about the kept file of ``batch``, not stored yet.

    The file gets a second name on the disk: nothing of it is read, and its bytes stay there once,
    until the last of its names is deleted. A disk that knows no second names keeps a copy.
    """
    twin = ImportBatch(
        filename=batch.filename,
        sha256=batch.sha256,
        size=batch.size,
        created_by=by,
    )
    try:
        twin.file.name = _second_name(batch)
    except OSError:
        with batch.file.open("rb") as stored:
            twin.file.save(_name_on_disk(batch.sha256), stored, save=False)
    return twin


def _second_name(batch: ImportBatch) -> str:
    """Give the kept file another name beside those of today's uploads; returns it as the storage
    knows it. Raises OSError where that cannot be.
    """
    storage = batch.file.storage
    wanted = batch.file.field.generate_filename(batch, _name_on_disk(batch.sha256))
    name = storage.get_available_name(wanted)
    path = Path(storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.hardlink_to(batch.file.path)
    return name


def _name_on_disk(digest: str) -> str:
    """The name is ours: what somebody called the file is only ever shown as text."""
    return f"{digest[:24]}.table"


@contextmanager
def forgotten_on_fault(batch: ImportBatch) -> Iterator[None]:
    """The transaction takes back the row, and knows nothing of the file.

    Whatever is raised in the block deletes the file and goes on.
    """
    try:
        yield
    except BaseException:
        batch.file.delete(save=False)
        raise


def digest_of(file) -> str:
    """SHA-256 of the content, in hexadecimal digits.

    By chunks: the file may be larger than the memory.
    """
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def locked(batch: ImportBatch) -> ImportBatch:
    """The batch as it is now, held until the transaction ends, with its job.

    Call it inside a transaction. DoesNotExist where the batch was deleted meanwhile.
    """
    # Itself only: PostgreSQL refuses to lock the job, since a batch may have none.
    held = ImportBatch.objects.select_for_update(of=("self",))
    return held.select_related("job").get(pk=batch.pk)
