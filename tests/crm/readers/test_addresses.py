"""Addresses a reader had before: kept until they leave, and followed by what has not gone yet."""

from importlib import import_module

import pytest
from django.apps import apps

from core.addresses import keyed_digest
from crm.readers.actions import update_reader
from crm.readers.models import FormerAddress, Reader, Suppression
from tests import factories

pytestmark = pytest.mark.django_db


def test_former_address_is_kept_by_whichever_way_it_was_written_over(librarian):
    reader = factories.ReaderFactory(email="one@example.org", phone="", wechat="openid")
    update_reader(reader=reader, by=librarian, email="two@example.org", phone="13900000001")
    Reader.objects.filter(pk=reader.pk).update(email="three@example.org", wechat="", phone="")
    Reader.objects.filter(pk=reader.pk).update(name="nothing of it")

    kept = FormerAddress.objects.order_by("channel", "address").values_list("channel", "address")
    assert list(kept) == [
        ("email", "one@example.org"),
        ("email", "two@example.org"),
        ("sms", "13900000001"),
        ("wechat", "openid"),
    ]


def test_letter_that_has_not_gone_follows_to_the_new_address(librarian):
    """In 0.1 a retried letter went to the mailbox that its reader had given up."""
    reader = factories.ReaderFactory(email="old@example.org")
    to_old = {"reader": reader, "address": "Old@example.org"}
    waiting = factories.LetterFactory(**to_old)
    failed = factories.LetterFactory(**to_old, state="failed")
    account = factories.LetterFactory(**to_old, purpose="account", kind="account.reset")
    elsewhere = factories.LetterFactory(reader=reader, address="desk@example.org")
    strangers = factories.LetterFactory(address="old@example.org")

    update_reader(reader=reader, by=librarian, email="new@example.org")

    for letter, address in [
        (waiting, "new@example.org"),
        (failed, "new@example.org"),
        (account, "Old@example.org"),
        (elsewhere, "desk@example.org"),
        (strangers, "old@example.org"),
    ]:
        letter.refresh_from_db()
        assert letter.address == address


@pytest.mark.parametrize("typed", ["139 77 55 33 11", "(139)7755.3311", "+86/139/7755/3311"])
def test_number_stopped_in_0_1_stays_stopped_after_the_upgrade(typed):
    """Fault 59. Digests cannot be turned back: the upgrade looks at the numbers that are stored."""
    factories.ReaderFactory(phone=typed)
    old = keyed_digest(typed.strip().casefold())
    Suppression.objects.create(channel="sms", digest=old, reason="unsubscribed", purpose="events")

    upgrade = import_module("crm.migrations.0027_former_addresses_of_before")
    upgrade.list_numbers_in_one_form(apps, None)
    upgrade.list_numbers_in_one_form(apps, None)

    found = Suppression.objects.of_address("sms", "０１３９ 7755-3311".removeprefix("０"))
    assert set(found.values_list("purpose", "reason")) == {("events", "unsubscribed")}
