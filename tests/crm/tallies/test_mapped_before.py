"""The second file of counts is mapped like the first one, and the same file says so."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.imports.actions import upload_file
from crm.sources.models import DataSource
from tests.crm.tallies.building import counter, imported, undone
from tests.factories import UserFactory

MARCH = "日期,门,进馆人次\n2026-03-02,东门,120\n2026-03-03,东门,130\n"
APRIL = MARCH.replace("2026-03", "2026-04")


def brought(text, by, name="gate.csv"):
    file = SimpleUploadedFile(name, text.encode())
    return upload_file(file=file, kind="counts", by=by)


@pytest.fixture
def by():
    return UserFactory(role="librarian")


@pytest.fixture
def march(by):
    counter()
    return imported(MARCH, by, both_ways=True, first="2026-03-01")


@pytest.mark.django_db
def test_next_file_of_the_same_columns_has_mapping_and_source(client, by, march):
    second = brought(APRIL, by)
    assert second.mapping == march.mapping
    assert second.options["data_source"] == march.options["data_source"]
    assert second.options["both_ways"] is True
    # Days were said of that file alone.
    assert second.options["first"] is None
    client.force_login(by)
    page = client.get(reverse("crm:tally-import-map", args=[second.pk]))
    assert march.filename in page.context["before"][0]
    assert page.context["before"][0] in page.content.decode()
    assert page.context["form"]["data_source"].value() == march.options["data_source"]
    assert DataSource.objects.count() == 1


@pytest.mark.django_db
def test_same_file_again_says_that_it_came(client, by, march):
    second = brought(MARCH, by)
    client.force_login(by)
    page = client.get(reverse("crm:tally-import-map", args=[second.pk])).content.decode()
    assert march.get_absolute_url() in page


@pytest.mark.django_db
def test_other_columns_and_a_file_that_was_taken_back_are_no_model(by, march):
    other = brought(APRIL.replace("门,", "馆,"), by)
    assert not other.options["both_ways"]
    undone(march)
    assert not brought(APRIL, by).options["both_ways"]
