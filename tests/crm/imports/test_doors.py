"""Pages of an import of whatever kind: each is of its own door, for whoever may see the import."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.imports.actions import upload_file
from crm.imports.models import ImportBatch
from crm.imports.urls import PAGES
from tests.crm.activities.building import LOANS, readers
from tests.crm.imports.building import TABLE
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db
COUNTS = "日期,校区,进馆人次\n2026-10-01,东馆,214\n2026-10-02,东馆,198\n"
#: {how the pages of a door begin: (a kind of file, what such a file holds)}.
DOORS = {
    "import": ("patrons", TABLE),
    "activity-import": ("loans", LOANS),
    "tally-import": ("counts", COUNTS),
}


def librarian_of_a_campus():
    return UserFactory(role="librarian", campus=CampusFactory())


def brought(door: str, by) -> ImportBatch:
    kind, text = DOORS[door]
    return upload_file(file=SimpleUploadedFile("a.csv", text.encode()), kind=kind, by=by)


def stored() -> list[tuple]:
    return list(ImportBatch.objects.order_by("pk").values_list("pk", "state", "file", "job"))


def answers(client, door: str, batch: ImportBatch) -> set[int]:
    """The status of each page of a door for a batch, asked for and sent."""
    found = set()
    for step in PAGES:
        page = reverse(f"crm:{door}-{step}", args=[batch.pk])
        found.add(client.get(page).status_code)
        found.add(client.post(page, {"member": "", "sheet": ""}).status_code)
    return found


@pytest.mark.parametrize("door", DOORS)
def test_no_page_of_an_import_of_another_campus_can_be_opened_or_sent(client, door):
    readers("A1", "A2")
    theirs = brought(door, librarian_of_a_campus())
    before = stored()
    client.force_login(librarian_of_a_campus())
    # What is only sent is refused as such before anything is looked for.
    assert answers(client, door, theirs) == {404, 405}
    assert stored() == before
    assert theirs.file.storage.exists(theirs.file.name)


@pytest.mark.parametrize("door", DOORS)
def test_the_same_pages_are_there_for_whoever_brought_the_file(client, door):
    readers("A1", "A2")
    by = librarian_of_a_campus()
    client.force_login(by)
    for step in PAGES:
        own = brought(door, by)
        page = reverse(f"crm:{door}-{step}", args=[own.pk])
        shown = client.get(page)
        if shown.status_code == 405:
            shown = client.post(page, {"member": "", "sheet": ""})
        assert shown.status_code in {200, 302}, step


@pytest.mark.parametrize("door", DOORS)
def test_the_pages_of_one_door_show_no_import_of_another(client, door):
    readers("A1", "A2")
    by = librarian_of_a_campus()
    client.force_login(by)
    own = [brought(other, by) for other in DOORS if other != door]
    before = stored()
    for batch in own:
        assert answers(client, door, batch) == {404, 405}
    assert stored() == before
