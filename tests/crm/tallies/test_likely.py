"""Which source is preset for a file of counts: only one that has told of the same before."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.imports.actions import upload_file
from crm.tallies.options import CountOptions
from tests.crm.tallies.building import counter, imported

pytestmark = pytest.mark.django_db
GATE = "日期,分馆,人次\n2026-03-02,东馆,5\n2026-03-03,西馆,7\n"


def preset(text: str) -> int | None:
    """The source that stands in the form of a file that has just come."""
    file = SimpleUploadedFile("新.csv", text.encode())
    batch = upload_file(file=file, kind="counts", by=None)
    return CountOptions.from_json(batch.options).data_source


def test_the_only_source_that_counts_is_preset_where_it_told_of_the_same():
    imported(GATE, create_places=True)
    gate = counter()
    assert preset(GATE.replace("-03-", "-04-")) == gate.pk
    assert preset("日期,分馆,人次\n2026-04-02,东馆,5\n") == gate.pk
    # Months in the heads of columns count visits as well.
    assert preset("分馆,2026-01,2026-02\n东馆,5,6\n") == gate.pk


def test_it_is_not_preset_for_other_things_other_places_or_the_whole_library():
    imported(GATE, create_places=True)
    assert preset("日期,分馆,参加人数\n2026-03-02,东馆,5\n") is None
    assert preset("日期,分馆,人次\n2026-03-02,南馆,5\n") is None
    assert preset("日期,人次\n2026-03-02,5\n") is None


def test_of_two_that_fit_none_is_preset():
    imported(GATE, create_places=True)
    imported(GATE, source=counter("人工"))
    assert preset(GATE) is None
