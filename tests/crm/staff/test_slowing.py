"""Very many wrong entries from one network: the next ones wait, and nobody is shut out."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from core.visitors import named_networks
from crm.staff import slowing
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough one"
LOGIN = "/accounts/login/"
CAMPUS = "203.0.113.5"


@pytest.fixture
def ann():
    user = UserFactory(username="Ann", email="ann@example.org", password=PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def under_attack(monkeypatch):
    """Somebody on the campus guesses as fast as they can."""
    monkeypatch.setattr(slowing, "BURST", 4)
    for _number in range(200):
        slowing.count_failure(CAMPUS)


@pytest.fixture
def clock(monkeypatch):
    """Moved by hand: ``clock.tick(seconds)``."""

    class Clock:
        now = 1_800_000_000

        def time(self):
            return self.now

        def tick(self, seconds):
            self.now += seconds

    clock = Clock()
    monkeypatch.setattr("crm.staff.slowing.time", clock)
    return clock


def attempt(client, password=PASSWORD, address=CAMPUS, **more):
    return client.post(LOGIN, {"login": "Ann", "password": password} | more, REMOTE_ADDR=address)


def is_in(client) -> bool:
    return SESSION_KEY in client.session


def test_page_says_how_long_and_lets_in_after_that(client, ann, under_attack, clock):
    answer = attempt(client, next="/me/")

    seconds = int(answer["Retry-After"])
    assert answer.status_code == 429
    assert 3 <= seconds <= 30
    page = answer.content.decode()
    assert f'data-wait="{seconds}"' in page
    assert f'href="{LOGIN}?next=%2Fme%2F"' in page
    assert not is_in(client)

    clock.tick(seconds - 1)
    early = attempt(client)
    assert (early.status_code, early["Retry-After"]) == (429, "1")

    clock.tick(1)
    attempt(client)
    assert is_in(client)


def test_wait_is_short_however_many_guess(client, ann, under_attack):
    for _number in range(500):
        slowing.count_failure(CAMPUS)

    assert int(attempt(client)["Retry-After"]) <= 30


def test_ticket_is_good_for_one_entry_of_its_network(client, ann, under_attack, clock):
    attempt(client)
    ticket = client.cookies["ticket"].value
    clock.tick(30)
    assert attempt(client, password="wrong").status_code == 200

    for address in (CAMPUS, "203.0.113.6"):
        if address != CAMPUS:
            for _number in range(200):
                slowing.count_failure(address)
        other = Client()
        other.cookies["ticket"] = ticket
        assert attempt(other, address=address).status_code == 429
        assert other.cookies["ticket"].value != ticket


@pytest.mark.parametrize("ticket", ["x", "a:b:c", "é" * 20, ""])
def test_forged_ticket_opens_nothing(client, ann, under_attack, ticket):
    client.cookies["ticket"] = ticket
    assert attempt(client).status_code == 429


def test_other_networks_are_not_slowed_and_forged_headers_change_nothing(
    ann, under_attack, settings
):
    elsewhere = Client()
    attempt(elsewhere, address="198.51.100.1")
    assert is_in(elsewhere)

    settings.TRUSTED_PROXIES = named_networks(["127.0.0.1"])
    forged = Client(headers={"x-forwarded-for": "198.51.100.7"})
    assert attempt(forged).status_code == 429


def test_network_recovers_by_itself(client, ann, monkeypatch, settings):
    settings.GUESSES_PER_MINUTE = 60_000
    monkeypatch.setattr(slowing, "BURST", 1)
    slowing.count_failure(CAMPUS)
    slowing.count_failure(CAMPUS)

    # A thousand a second: the wait is over before the next request.
    attempt(client)
    assert is_in(client)


def test_a_campus_signs_in_without_being_slowed(ann, monkeypatch):
    """Thousands behind one address: right entries take nothing. In 0.1 the 31st was shut out."""
    monkeypatch.setattr(slowing, "BURST", 5)
    for _reader in range(40):
        client = Client()
        attempt(client)
        assert is_in(client)


def test_only_wrong_entries_count_and_pages_can_be_read(client, ann, under_attack):
    assert client.get(LOGIN, REMOTE_ADDR=CAMPUS).status_code == 200
    assert client.get("/", REMOTE_ADDR=CAMPUS).status_code == 200
    answer = client.post(
        "/accounts/password/reset/", {"email": "ann@example.org"}, REMOTE_ADDR=CAMPUS
    )
    assert answer.status_code == 302


def test_programs_are_slowed_and_let_in_with_their_ticket(ann, under_attack, clock):
    def ask(**more):
        body = {"username": "Ann", "password": PASSWORD} | more
        return Client().post(
            reverse("api:token"), body, content_type="application/json", REMOTE_ADDR=CAMPUS
        )

    slowed = ask()
    assert slowed.status_code == 429
    seconds = int(slowed["Retry-After"])

    clock.tick(seconds)
    assert ask(ticket=slowed.json()["ticket"]).status_code == 200
    assert ask(ticket=slowed.json()["ticket"]).status_code == 429
