"""A file of three readers, and its import."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from crm.imports import actions as verbs
from crm.imports.models import ImportBatch
from crm.imports.tasks import import_file

TABLE = """读者号,姓名,读者类型,校区,邮箱,同意邮件,兴趣
A1,李雷,本科生,南湖校区,a1@example.org,是,诗歌
A2,韩梅梅,教师,南湖校区,a2@example.org,否,
A3,Ann,博士,余家头校区,,,3
"""
MAPPING = {
    "number": "读者号",
    "name": "姓名",
    "kind": "读者类型",
    "campus": "校区",
    "email": "邮箱",
}
MAPPING |= {"consent_email": "同意邮件", "trait:interest": "兴趣"}


HOSTILE = Path(__file__).parents[2] / "data" / "hostile"


def hostile(name: str) -> bytes:
    """A file of which something went wrong once."""
    return (HOSTILE / name).read_bytes()


def uploaded(text, by=None) -> ImportBatch:
    """A file of readers as it is looked into, with its columns as they were guessed."""
    content = text if isinstance(text, bytes) else text.encode()
    return verbs.upload_file(file=SimpleUploadedFile("读者.csv", content), by=by)


def batch_of(text, by=None, *, mapping=MAPPING, source="library", **options) -> ImportBatch:
    batch = uploaded(text, by)
    batch.mapping, batch.source = mapping, source
    batch.options = batch.options | options
    batch.save()
    return batch


def imported(text, by=None, **more) -> ImportBatch:
    job = verbs.run_import(batch=batch_of(text, by, **more), by=by)
    import_file(job.pk)
    return ImportBatch.objects.get(job=job)


def counts(batch):
    return (batch.created, batch.changed, batch.unchanged, batch.refused)
