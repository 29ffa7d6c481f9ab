"""The list of imports: what each file is, and what came of it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.kinds import kind_named
from tests.factories import ImportBatchFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="librarian"))
    client.cookies["django_language"] = "en"
    return client


def test_import_list_says_what_the_rows_of_each_file_are(desk):
    """In 0.1 it gave the names of the files alone, and three of them were called events.csv."""
    ImportBatchFactory(takes="loans", filename="export.csv")
    ImportBatchFactory(takes="visits", filename="export.csv")
    text = desk.get(reverse("crm:import-list")).content.decode()
    for takes in ("loans", "visits"):
        assert str(kind_named(takes).label) in text


def test_import_that_was_not_run_has_no_figures_and_one_that_was_has(desk):
    """In 0.1 a file that was only uploaded had brought 0 readers."""
    for merged_at, told in ((None, "–"), (timezone.now(), "0")):
        batch = ImportBatchFactory(merged_at=merged_at, created=0, changed=0, refused=0)
        listing = desk.get(reverse("crm:import-list")).context["listing"]
        (row,) = listing.rows
        cells = {str(head.label): str(cell) for head, cell in row.cells}
        assert [cells[name] for name in ("New", "Changed", "Refused")] == [told] * 3
        batch.delete()
