"""Who has asked to be erased, or was, is not written to again because somebody else said yes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from core.addresses import address_digest
from core.refusals import Refused
from crm.privacy import actions
from crm.privacy.models import Departure
from crm.readers.actions import set_consent
from crm.readers.models import Purpose, Reader, Suppression
from crm.readers.profile import consent_rows
from crm.readers.queries import may_be_mailed
from tests import factories
from tests.core.building import client_of
from tests.crm.imports.building import imported

pytestmark = pytest.mark.django_db

ADDRESS = "leaving@example.org"
MAPPING = {"number": "number", "kind": "kind", "email": "address", "consent_email": "agreed"}


@pytest.fixture
def leaving():
    """Somebody who had allowed nothing, so that there was nothing to take back."""
    user = factories.UserFactory()
    reader = factories.ReaderFactory(number="L1", email=ADDRESS, consents=[], user=user)
    actions.ask_to_leave(reader=reader, by=user)
    return reader


@pytest.fixture
def erased_address():
    """The address of somebody erased, in the row of a reader who came afterwards."""
    gone = factories.ReaderFactory(email=ADDRESS)
    actions.erase(reader=gone, reason="asked-desk", by=None)
    return factories.ReaderFactory(email=ADDRESS, consents=[], user=factories.UserFactory())


def mailable() -> set[int]:
    """Who may be mailed for anything."""
    found = set()
    for purpose in Purpose.values:
        found |= set(Reader.objects.mailable(purpose).values_list("pk", flat=True))
    return found


# --- leaving --------------------------------------------------------------------------------------
def test_a_file_brings_nobody_back_who_is_leaving(leaving, librarian):
    assert Suppression.objects.of_address("email", ADDRESS).count() == len(Purpose.values)

    for number, address in (("L1", ADDRESS), ("L1", "new@example.org"), ("L2", ADDRESS)):
        line = f"{number},teacher,{address},yes"
        imported(f"number,kind,address,agreed\n{line}\n", librarian, mapping=MAPPING)
    assert mailable() == set()


def test_the_desk_brings_nobody_back_who_is_leaving(leaving, librarian, client):
    client.force_login(librarian)
    said = {"channel": "email", "purposes": "events", "granted": "yes", "wording": "said so there"}
    answer = client.post(reverse("crm:reader-consent", args=[leaving.pk]), said, follow=True)

    assert "不能再允许任何联系" in answer.content.decode()
    assert mailable() == set()


def test_a_program_brings_nobody_back_who_is_leaving(leaving, librarian):
    url = reverse("api:reader-detail", args=[leaving.pk])
    body = {"consents": {"email": {"events": True}}}
    answer = client_of(librarian).patch(url, body, format="json")

    assert answer.status_code == 400
    assert mailable() == set()


def test_asking_twice_to_leave_puts_nothing_off(leaving):
    tomorrow = timezone.now() + timedelta(days=1)
    Departure.objects.filter(reader=leaving).update(due_at=tomorrow)
    actions.ask_to_leave(reader=leaving, by=leaving.user)
    assert Departure.objects.get(reader=leaving).due_at == tomorrow


@pytest.mark.parametrize("source", ["portal", "staff", "api", "unsubscribe page", "import"])
def test_no_source_gives_while_somebody_is_leaving_and_staying_opens_again(leaving, source):
    yes = {"reader": leaving, "channel": "email", "purpose": "events", "granted": True}
    with pytest.raises(Refused):
        set_consent(source=source, by=None, **yes)
    assert mailable() == set()

    actions.stay(reader=leaving, by=leaving.user)
    set_consent(source="portal", by=leaving.user, **yes)
    assert mailable() == {leaving.pk}


# --- erased ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("source", ["portal", "staff", "api", "unsubscribe page"])
def test_nobody_else_takes_an_erased_address_off_the_list(erased_address, librarian, source):
    set_consent(
        reader=erased_address,
        channel="email",
        purpose="events",
        granted=True,
        source=source,
        by=librarian,
    )
    assert not may_be_mailed(erased_address, "events")
    assert Suppression.objects.of_address("email", ADDRESS).get().reason == "erased"


def test_its_owner_takes_an_erased_address_off_the_list(erased_address):
    set_consent(
        reader=erased_address,
        channel="email",
        purpose="events",
        granted=True,
        source="portal",
        by=erased_address.user,
    )
    assert may_be_mailed(erased_address, "events")
    assert not may_be_mailed(erased_address, "notices")


def test_an_address_stopped_before_is_one_of_somebody_erased_from_then_on():
    stopped = {"channel": "email", "digest": address_digest(ADDRESS)}
    Suppression.objects.create(reason="unsubscribed", **stopped)
    actions.erase(reader=factories.ReaderFactory(email=ADDRESS), reason="asked-desk", by=None)

    assert Suppression.objects.get(**stopped).reason == "erased"


# --- by the person themself -----------------------------------------------------------------------
def test_reader_types_their_number_waits_and_may_stay(client):
    reader = factories.ReaderFactory(user=factories.UserFactory())
    client.force_login(reader.user)
    leave = reverse("crm:me-leave")

    assert client.post(leave, {"number": "wrong"}).status_code == 400
    assert not Departure.objects.exists()

    client.post(leave, {"number": reader.number})
    assert Departure.objects.get().reader == reader
    reader.refresh_from_db()
    assert reader.consents == []
    assert actions.erase_due() == 0

    client.post(reverse("crm:me-stay"))
    assert not Departure.objects.exists()


def test_who_waited_long_enough_is_erased():
    reader = factories.ReaderFactory()
    actions.ask_to_leave(reader=reader, by=None)
    Departure.objects.update(due_at=timezone.now())

    assert actions.erase_due() == 1
    assert not Reader.objects.filter(pk=reader.pk).exists()


def test_manager_erases_on_request_with_a_reason_and_the_number(client):
    reader = factories.ReaderFactory()
    client.force_login(factories.UserFactory(role="manager"))
    page = reverse("crm:reader-erase", args=[reader.pk])

    assert client.post(page, {"number": reader.number}).status_code == 400
    assert Reader.objects.filter(pk=reader.pk).exists()

    client.post(page, {"number": reader.number, "reason": "asked-desk"})
    assert not Reader.objects.filter(pk=reader.pk).exists()


def test_leaving_takes_nothing_back_that_was_never_given(client):
    reader = factories.ReaderFactory(
        email=ADDRESS, consents=[], user=factories.UserFactory(), phone="13800000000"
    )
    yes = {"reader": reader, "channel": "email", "purpose": "events", "granted": True}
    set_consent(source="portal", by=reader.user, **yes)
    actions.ask_to_leave(reader=reader, by=reader.user)

    states = {}
    with translation.override("en"):
        for row in consent_rows(reader):
            states |= {purpose.key: purpose.state for purpose in row.purposes}
    assert states.pop("email:events") == "taken back"
    assert set(states.values()) == {"not allowed"}


def test_while_leaving_nothing_can_be_chosen_and_the_page_says_so(client, leaving):
    client.force_login(leaving.user)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("crm:me")).content.decode()
    assert reverse("crm:me-consent") not in page
    assert "nothing can be allowed" in page

    client.post(reverse("crm:me-stay"))
    assert reverse("crm:me-consent") in client.get(reverse("crm:me")).content.decode()
