"""Who is only counted by an import can find out, too: counts beside known rows tell of one."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.privacy.traces import suppress_for_good
from crm.readers.looks import look_at_many
from crm.readers.models import Look
from tests.crm.imports.building import batch_of, imported
from tests.factories import CampusFactory, ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db

FILLING = {"name": "x", "email": "d{}@example.org", "kind": "教师"}


@pytest.fixture
def victim():
    return ReaderFactory(
        name="欧阳独一",
        number="PLANTED0815",
        email="ou.yang@example.org",
        kind="teacher",
        source="library",
        campus=CampusFactory(),
        phone="",
    )


def file_with(column: str, value: str) -> str:
    """Sixty rows of which all is known, and one guess."""
    rows = [f"F{n},{FILLING[column].format(n)}" for n in range(60)]
    return "\n".join([f"number,{column}", *rows, f"PLANTED0815,{value}"]) + "\n"


def preview_of(text: str, by, column: str):
    batch = batch_of(text, by, mapping={"number": "number", column: column})
    client = Client()
    client.force_login(by)
    return client.get(reverse("crm:import-preview", args=[batch.pk])).context["preview"]


@pytest.mark.parametrize(
    ("column", "wrong", "right"),
    [
        ("name", "欧阳某", "欧阳独一"),
        ("email", "x@example.org", "ou.yang@example.org"),
        ("kind", "职工", "教师"),
    ],
)
@pytest.mark.parametrize("value", ["wrong", "right"])
def test_counts_of_a_preview_are_a_look_at_whoever_is_counted(
    victim, librarian, column, wrong, right, value
):
    """Fault 59. The guess stands below what the page shows."""
    found = preview_of(
        file_with(column, {"wrong": wrong, "right": right}[value]), librarian, column
    )

    assert (found.counts.changed, found.counts.unchanged) == {
        "wrong": (1, 0),
        "right": (0, 1),
    }[value]
    # A row that would change is shown as well.
    look = Look.objects.at(victim).get(place="weighed")
    assert (look.place, look.user, look.readers) == ("weighed", librarian, [victim.pk])


def test_counts_of_refused_rows_are_a_look_too(victim):
    """Fault 59. That the reader belongs to another campus is told by the count."""
    of_a_campus = UserFactory(role="librarian", campus=CampusFactory())
    rows = [f"F{n},教师" for n in range(60)] + [f"B{n},?" for n in range(30)]
    text = "\n".join(["number,kind", *rows, "PLANTED0815,教师"]) + "\n"

    found = preview_of(text, of_a_campus, "kind")

    assert found.counts.refused == 31
    assert {refusal.reason for refusal in found.refusals} == {"unknown-kind"}
    assert Look.objects.at(victim).get().place == "weighed"


def test_count_of_stopped_addresses_is_a_look_at_their_holders(victim, librarian):
    """Fault 59."""
    suppress_for_good(victim)
    text = file_with("email", "x@example.org").replace("PLANTED0815,x", "NEW1,ou.yang")

    found = preview_of(text, librarian, "email")

    assert found.suppressed == 1
    assert Look.objects.at(victim).get().place == "weighed"


def test_import_that_runs_is_a_look_at_whoever_is_counted(victim, librarian):
    """Fault 59. Its report says how many it changed."""
    imported(file_with("kind", "教师"), librarian, mapping={"number": "number", "kind": "kind"})
    look = Look.objects.at(victim).get()
    assert (look.place, look.user) == ("weighed", librarian)


def test_preview_opened_again_is_one_look_and_takes_nothing_of_the_day(victim, librarian, settings):
    """What is counted is not shown: a file of the whole library leaves lists to be read."""
    settings.READERS_SHOWN_A_DAY = 2
    text = file_with("kind", "教师")
    for _time in range(3):
        preview_of(text, librarian, "kind")
    assert Look.objects.at(victim).count() == 1
    look_at_many([1, 2], by=librarian, place="list")
