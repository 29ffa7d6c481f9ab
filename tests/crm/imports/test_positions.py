"""Nobody is matched by the place of a row in a file, unless somebody says so."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.refusals import Refused
from crm.imports import actions as verbs
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.options import ImportOptions
from crm.imports.remarks import problems
from crm.imports.tasks import import_file
from crm.readers.models import Reader
from tests.crm.imports.building import hostile
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

HEADER = ["编码", "姓名", "邮箱"]


def uploaded(content: bytes) -> ImportBatch:
    file = SimpleUploadedFile("读者.csv", content)
    return verbs.upload_file(file=file, by=UserFactory(role="librarian"))


def test_unknown_number_column_blocks_until_somebody_chooses():
    """As it is uploaded, by the page's verb and in the worker alike."""
    batch = uploaded("编码,姓名,邮箱\nT2001,未一,row1@example.com\n".encode())
    assert "number" not in batch.mapping
    assert not ImportOptions.from_json(batch.options).number_from_row
    assert problems(HEADER, batch)
    with pytest.raises(Refused, match="读者证号"):
        verbs.map_import(
            batch=batch,
            source="library",
            mapping=batch.mapping,
            options=batch.options,
            encoding="utf-8",
            by=batch.created_by,
        )
    job = verbs.run_import(batch=batch, by=batch.created_by)
    import_file(job.pk)
    job.refresh_from_db()
    assert (job.state, Reader.objects.count()) == ("failed", 0)


def test_second_file_of_other_persons_never_writes_over_the_first():
    """Two files of one shape, whose column of numbers nobody knew, hold four persons."""
    for name in ("20_unknown_number_a.csv", "20_unknown_number_b.csv"):
        batch = uploaded(hostile(name))
        mapping = batch.mapping | {"number": "学生学籍号"}
        verbs.map_import(
            batch=batch,
            source="library",
            mapping=mapping,
            options=batch.options,
            encoding="utf-8",
            by=batch.created_by,
        )
        import_file(verbs.run_import(batch=batch, by=batch.created_by).pk)
    names = Reader.objects.order_by("number").values_list("number", "name")
    found = [("T2001", "未一"), ("T2002", "未二"), ("T2998", "申二"), ("T2999", "申一")]
    assert list(names) == found


def test_profile_that_fits_by_itself_does_not_number_rows():
    """Only the profile that somebody chose may."""
    profile = ImportProfile.objects.create(
        code="rows",
        name="rows",
        source="rows",
        mapping={"name": "姓名", "email": "邮箱"},
        options={"number_from": "row", "constants": {"kind": "public"}},
    )
    content = "编码,姓名,邮箱\nT2001,未一,row1@example.com\n".encode()
    fitted = uploaded(content)
    assert fitted.profile == profile
    assert not ImportOptions.from_json(fitted.options).number_from_row
    verbs.use_profile(batch=fitted, profile=profile, by=fitted.created_by)
    fitted.refresh_from_db()
    assert ImportOptions.from_json(fitted.options).number_from_row
