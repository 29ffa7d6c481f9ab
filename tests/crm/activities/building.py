"""Files of loans and visits, and their import as a worker does it."""

from django.core.files.uploadedfile import SimpleUploadedFile

from core.kinds import kind_named
from crm.activities.options import ActivityOptions
from crm.imports import actions as verbs
from crm.imports.models import ImportBatch
from crm.imports.tasks import import_file, undo_import
from crm.sources.models import DataSource
from tests.factories import ReaderFactory

LOANS = """读者证号,题名,ISBN,借出时间,分馆
A1,《红楼梦》,9787020002207,2026-10-01 09:00:00,东馆
A1,《红楼梦》,9787020002207,2026-10-01 09:00:00,东馆
A2,《活着》,9787506365437,2026/10/3 14:05,西馆
X9,《三体》,9787536692930,2026-10-05 10:00,东馆
A2,《三体》,9787536692930,昨天,东馆
"""


def readers(*numbers: str, source="library"):
    return [ReaderFactory(source=source, number=number) for number in numbers]


def source_named(name="馆藏系统", kinds=("loan", "renewal")) -> DataSource:
    found, _made = DataSource.objects.get_or_create(
        code=f"s{len(name)}-{kinds[0]}",
        defaults={"name": name, "kinds": list(kinds), "rhythm": "monthly"},
    )
    return found


def uploaded(
    text, kind="loans", by=None, source=None, name="借阅.csv", system="library", **options
) -> ImportBatch:
    """A file whose columns are mapped as they were guessed; ``system``: whose numbers they are,
    where their column does not tell.
    """
    content = text if isinstance(text, bytes) else text.encode()
    batch = verbs.upload_file(
        file=SimpleUploadedFile(name, content),
        kind=kind,
        by=by,
        source=source or source_named(kinds=tuple(map(str, kind_named(kind).does))),
    )
    batch.source = batch.source or system
    batch.save()
    if options:
        stored = ActivityOptions.from_json(batch.options | options).to_json()
        batch.options = batch.options | stored
        batch.save()
    return batch


def imported(text, kind="loans", by=None, **more) -> ImportBatch:
    job = verbs.run_import(batch=uploaded(text, kind, by, **more), by=by)
    import_file(job.pk)
    return ImportBatch.objects.get(job=job)


def undone(batch) -> ImportBatch:
    job = verbs.undo_import(batch=batch, by=None)
    undo_import(job.pk)
    batch.refresh_from_db()
    return batch


def counts(batch) -> tuple[int, int, int]:
    """New, there already, refused."""
    return batch.created, batch.unchanged, batch.refused
