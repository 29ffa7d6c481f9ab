"""Which rows are of one person, and what withdrawing does to others: nothing."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from campaigns.links import keys
from crm.imports import actions as imports
from crm.imports.shown import look_at_rows
from crm.imports.tasks import undo_import
from crm.readers.actions import unsubscribe, update_reader
from crm.readers.letters import look_at_readers_of
from crm.readers.models import Look, Reader, Suppression
from crm.readers.queries import twins_of
from tests import factories
from tests.crm.imports.building import TABLE, imported

pytestmark = pytest.mark.django_db

SHARED = "021-65980000"


def portal_row(*, verified=(), **fields) -> Reader:
    """The row that an account made of itself."""
    user = factories.UserFactory()
    for address in verified:
        EmailAddress.objects.create(user=user, email=address, verified=True)
    return factories.ReaderFactory(source="portal", number=f"u{user.pk}", user=user, **fields)


# --- who is a twin --------------------------------------------------------------------------------
def test_rows_without_a_name_are_nobodys_twins():
    """A number of the switchboard stands in many rows."""
    rows = [factories.ReaderFactory(name="", phone=SHARED) for _one in range(5)]
    assert twins_of(rows[0]) == []
    assert twins_of(factories.ReaderFactory(name="Li", phone=SHARED)) == []


def test_an_account_bears_no_number_that_nobody_has_proven():
    library = factories.ReaderFactory(name="Li", phone="13900000001")
    account = portal_row(name="Li", phone="139 0000 0001", email="")
    assert twins_of(account) == []
    assert twins_of(library) == []


def test_an_account_is_of_one_person_with_the_row_whose_mailbox_it_has_proven():
    library = factories.ReaderFactory(name="Li", email="Li@example.org")
    others_name = factories.ReaderFactory(name="Wang", email="li@example.org")
    unproven = portal_row(name="Li", email="li@example.org")
    proven = portal_row(name="Li", email="li@example.org", verified=["li@example.org"])

    assert twins_of(proven) == [library]
    assert twins_of(library) == [proven]
    assert twins_of(unproven) == []
    assert twins_of(others_name) == []


def test_two_accounts_are_two_people():
    shared = {"name": "Li", "phone": "13900000001", "email": "li@example.org"}
    one = portal_row(verified=["li@example.org"], **shared)
    portal_row(**shared)
    assert twins_of(one) == []

    linked = factories.ReaderFactory(user=factories.UserFactory(), **shared)
    factories.ReaderFactory(user=factories.UserFactory(), **shared)
    assert twins_of(linked) == []


# --- withdrawing ----------------------------------------------------------------------------------
def test_withdrawing_leaves_other_peoples_permissions_alone():
    one = portal_row(name="Li", phone="13900000001", email="li@example.org")
    library = factories.ReaderFactory(name="", phone="13900000001")
    unsubscribe(reader=one, source="portal", by=None)

    library.refresh_from_db()
    assert library.allows("email", "events")
    assert not Suppression.objects.of_address("email", library.email).exists()


def test_an_address_that_somebody_else_has_now_is_not_stopped(librarian):
    """A telephone number that was given to somebody else."""
    reader = factories.ReaderFactory(name="Li", email="before@example.org")
    update_reader(reader=reader, by=librarian, email="after@example.org")
    now = factories.ReaderFactory(name="Wang", email="Before@example.org")

    unsubscribe(reader=reader, source="portal", by=None)
    assert not Suppression.objects.of_address("email", now.email).exists()
    assert list(Reader.objects.mailable("events")) == [now]


def test_an_address_of_a_wrong_import_is_forgotten_with_it(librarian):
    imported(TABLE.replace("a1@example.org", "own@example.org"))
    wrong = imported(TABLE.replace("a1@example.org", "strangers@example.org"))
    undo_import(imports.undo_import(batch=wrong, by=librarian).pk)

    reader = Reader.objects.get(number="A1")
    assert reader.email == "own@example.org"
    assert not reader.former_addresses.filter(address="strangers@example.org").exists()

    unsubscribe(reader=reader, source="portal", by=None)
    assert not Suppression.objects.of_address("email", "strangers@example.org").exists()


def test_taking_an_unsubscribe_back_gives_every_row_what_it_had(client):
    delivery = factories.DeliveryFactory(state="holdout")
    mailed = delivery.reader
    twin = factories.ReaderFactory(name=mailed.name, email=mailed.email.upper())
    silent = factories.ReaderFactory(name=mailed.name, email=mailed.email.title(), consents=[])
    purpose = delivery.content.purpose
    way_out = reverse(
        "campaigns:unsubscribe", args=[keys.delivery_key(delivery.pk, keys.UNSUBSCRIBE)]
    )

    undo = client.post(way_out).context["undo"]
    twin.refresh_from_db()
    assert not twin.allows("email", purpose)

    client.post(way_out, {"undo": undo})
    for row, allows in ((mailed, True), (twin, True), (silent, False)):
        row.refresh_from_db()
        assert row.allows("email", purpose) is allows


# --- whose mailbox it is --------------------------------------------------------------------------
def test_whoever_has_the_mailbox_is_told_however_it_is_written(librarian):
    reader = factories.ReaderFactory(email="Li@Example.org")
    look_at_readers_of([factories.LetterFactory(address="li@example.org")], by=librarian)
    assert Look.objects.filter(readers__contains=[reader.pk]).count() == 1

    other = factories.ReaderFactory(email="Wang@Example.org", source="other")
    batch = factories.ImportBatchFactory()
    look_at_rows(batch, [["x", "wang@example.org"]], by=librarian)
    assert Look.objects.filter(readers__contains=[other.pk]).count() == 1


@pytest.mark.parametrize("dash", "\u2010\u2011\u2012\u2013\u2014-")
def test_a_number_is_found_whatever_dash_it_was_written_with(dash):
    written = factories.ReaderFactory(name="Li", phone=f"139{dash}0000{dash}0001")
    typed = factories.ReaderFactory(name="Li", phone="13900000001")
    assert twins_of(typed) == [written]
