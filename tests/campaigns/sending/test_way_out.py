"""A mail leads out for as long as somebody has it, whatever the tables still know of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.links import keys
from campaigns.sending.mail import Recipient
from core.terms import Over, term
from crm.privacy.actions import erase
from crm.readers.models import Reader, Suppression
from crm.readers.queries import may_be_mailed
from crm.staff.models import AuditEvent
from tests import factories
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(db):
    return factories.DeliveryFactory(state="holdout")


@pytest.fixture
def way_out(delivery):
    return reverse("campaigns:unsubscribe", args=[keys.delivery_key(delivery.pk, keys.UNSUBSCRIBE)])


def consents(delivery) -> list[str]:
    delivery.reader.refresh_from_db()
    return delivery.reader.consents


ALLOWED = ["email:events", "email:notices", "email:surveys"]


def way_out_of(delivery) -> str:
    """The address in a mail as it is mailed."""
    address = delivery.reader.email
    to = Recipient(delivery.pk, address, "", None, "", "en", delivery.reader_id)
    return reverse("campaigns:unsubscribe", args=[to.way_out])


def age(delivery, days: int) -> None:
    """It went so long ago, and the night has run."""
    at = timezone.now() - timedelta(days=days)
    type(delivery).objects.filter(pk=delivery.pk).update(state="sent", sent_at=at, due_at=at)
    term("deliveries").remove(Over(timezone.now() - timedelta(days=730)))
    delivery.refresh_from_db()


@pytest.fixture
def launched_long_ago(delivery):
    launched_at = timezone.now() - timedelta(days=900)
    type(delivery.content).objects.update(
        launched_at=launched_at, launched_by=factories.UserFactory(), state="sent"
    )


@pytest.mark.usefixtures("launched_long_ago")
def test_age_of_a_mail_counts_from_when_it_went_and_not_from_the_launch(delivery):
    age(delivery, 7)
    assert delivery.reader is not None
    age(delivery, 731)
    assert delivery.reader is None


@pytest.mark.usefixtures("launched_long_ago")
def test_mail_older_than_its_term_still_leads_out(delivery):
    """Its row names nobody any more, and its reader is mailed still."""
    reader, path = delivery.reader, way_out_of(delivery)
    age(delivery, 800)
    assert delivery.reader is None

    mail_program = Client(enforce_csrf_checks=True)
    assert mail_program.get(path).context["subscribed"] is True
    left = mail_program.post(path, {"List-Unsubscribe": "One-Click"})
    assert left.status_code == 200
    reader.refresh_from_db()
    assert "email:notices" not in reader.consents
    assert Suppression.objects.filter(purpose="notices").exists()

    mail_program.post(path, {"undo": left.context["undo"]})
    reader.refresh_from_db()
    assert reader.consents == ALLOWED


@pytest.mark.usefixtures("launched_long_ago")
def test_mail_of_somebody_erased_still_leads_out(delivery):
    """No row knows whom it went to; their address is stopped, and the mail program hears of it."""
    path = way_out_of(delivery)
    stranger = factories.ReaderFactory()
    erase(reader=delivery.reader, reason="asked-desk", by=None)

    mail_program = Client(enforce_csrf_checks=True)
    for page in (mail_program.get(path), mail_program.post(path)):
        assert page.status_code == 200
        assert (page.context["subscribed"], page.context["others"]) == (False, "")
    stranger.refresh_from_db()
    assert stranger.consents == ALLOWED


@pytest.mark.usefixtures("launched_long_ago")
def test_mail_stops_its_address_where_no_row_knows_it(delivery):
    """Folded by the retention clock, its reader's row gone: whoever brings the address in again may
    not write to it."""
    reader, path = delivery.reader, way_out_of(delivery)
    address = reader.email
    assert address not in path
    age(delivery, 800)
    assert delivery.reader is None
    with as_owner():
        Reader.objects.filter(pk=reader.pk)._raw_delete("default")
    mail_program = Client(enforce_csrf_checks=True)
    assert mail_program.get(path).context["subscribed"] is True
    assert not Suppression.objects.exists()

    left = mail_program.post(path, {"List-Unsubscribe": "One-Click"})
    assert (left.status_code, left.context["subscribed"]) == (200, False)
    mail_program.post(path, {"List-Unsubscribe": "One-Click"})

    listed = Suppression.objects.get()
    assert (listed.channel, listed.purpose) == ("email", "notices")
    assert AuditEvent.objects.filter(action="address.suppress").count() == 1
    again = factories.ReaderFactory(email=address)
    assert not may_be_mailed(again, "notices")
    assert may_be_mailed(again, "events")
    mail_program.post(path, {"all": "1"})
    assert not may_be_mailed(again, "events")


@pytest.mark.usefixtures("launched_long_ago")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_mail_of_before_keys_named_anybody_says_where_else_to_turn(
    delivery, client, way_out, language
):
    """Past its term: words with every way that is left, and no success."""
    age(delivery, 800)
    headers = {"accept-language": language}
    pages = [client.get(way_out, headers=headers), client.post(way_out, headers=headers)]
    assert {page.status_code for page in pages} == {410}
    told = [page.content.partition(b"<main")[2].partition(b"</main>")[0] for page in pages]
    assert len(set(told)) == 1
    said = told[0].decode()
    for address in (reverse("crm:me"), reverse("feedback:home"), reverse("account_signup")):
        assert f'href="{address}"' in said
    assert ("every mail" in said) == (language == "en")
    assert ("所有邮件" in said) == (language == "zh-hans")


def test_key_with_another_reader_is_a_guess(delivery, client):
    other = factories.ReaderFactory()
    key = keys.way_out_key(delivery.pk, delivery.reader_id, bytes(32))
    number, reader, address, mac = key.split("-")
    for guess in (
        f"{number}-{keys.base32(other.pk)}-{mac}",
        f"{number}-{keys.base32(other.pk)}-{address}-{mac}",
        f"{number}-{reader}-{address[::-1]}-{mac}",
        f"{number}-{reader}-{address}-{address}-{mac}",
        f"{number}-{reader}-{mac}",
        f"{number}-{mac}",
        f"{number}-{reader}-{keys.signature(number, keys.UNSUBSCRIBE)}",
        f"{number}--{mac}",
        f"{number}-{reader}-",
    ):
        assert keys.parse_way_out(guess) == keys.WayOut()
        path = reverse("campaigns:unsubscribe", args=[guess])
        assert client.post(path).status_code == 404
    assert consents(delivery) == ALLOWED
