"""How a lock ends, and that nobody is shut out for ever.

By itself, by the link of a reset mail, by an administrator.
"""

import re

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from crm.staff.models import AuditEvent, Bucket
from tests.crm.staff.door import (
    NEW_PASSWORD,
    PASSWORD,
    attempt,
    code,
    counter_says,
    guess_code,
    is_in,
    let_lock_end,
    lets_in,
    locks,
    mails,
    with_second_factor,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_lock_ends_after_its_time_and_entries_during_it_do_not_prolong_it(ann, settings):
    for _try in range(30):
        attempt(Client())
    minutes = counter_says("SELECT extract(epoch FROM locked_until - clock_timestamp()) / 60")
    assert 0 < minutes <= settings.SIGN_IN_LOCK_MINUTES

    let_lock_end()

    assert lets_in()


def test_wrong_entries_are_forgotten_after_a_sign_in_and_after_a_day(ann):
    for _try in range(4):
        attempt(Client())
    assert lets_in()
    for _try in range(4):
        attempt(Client())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crm_guesscounter SET at = now() - interval '25 hours'")
    for _try in range(4):
        attempt(Client())

    assert locks() == []
    assert lets_in()


def test_right_password_alone_does_not_forget_wrong_codes(ann):
    with_second_factor(ann)
    for _try in range(4):
        guess_code()
    attempt(Client(), password=PASSWORD)
    guess_code()

    assert locks() == [str(ann.pk)]


def follow_reset_link(client, email="ann@example.org"):
    """From the forgotten password to the page after it."""
    client.post("/accounts/password/reset/", {"email": email})
    link = re.search(r"/accounts/password/reset/key/\S+", mails()[-1].body)[0]
    return client.post(client.get(link).url, NEW_PASSWORD)


def test_reset_link_opens_the_lock_and_the_door(client, ann):
    for _try in range(5):
        attempt(Client())

    follow_reset_link(client)

    assert is_in(client)
    assert lets_in(password=NEW_PASSWORD["password1"])


def test_owner_of_a_second_factor_gets_in_by_the_link_while_others_keep_guessing(client, ann):
    with_second_factor(ann)
    for _try in range(5):
        attempt(Client())

    answer = follow_reset_link(client)
    for _try in range(5):
        attempt(Client())
    assert not lets_in(password=NEW_PASSWORD["password1"])

    assert answer.url == reverse("mfa_authenticate")
    client.post(answer.url, {"code": code()})
    assert is_in(client)


def test_whoever_holds_the_mailbox_cannot_guess_the_second_factor_without_end(ann):
    with_second_factor(ann)
    looked_at = 0
    for _reset in range(8):
        Bucket.objects.filter(name="letters asked for").delete()
        client = Client()
        follow_reset_link(client)
        for _try in range(6):
            answer = client.post(reverse("mfa_authenticate"), {"code": "000000"})
            looked_at += "locked" not in codes_of(answer)

    # Three times the link gives new tries; from then on the lock stands.
    assert looked_at == 15


def test_nobody_s_mailbox_is_filled_from_the_reset_page(client, ann):
    for _request in range(10):
        answer = client.post("/accounts/password/reset/", {"email": "ANN@example.org"})
        assert answer.url == "/accounts/password/reset/done/"

    assert len(mails()) == 5


def codes_of(answer) -> list[str]:
    """Codes of the refusals on the page."""
    data = answer.context["form"].errors.as_data()
    return [error.code for errors in data.values() for error in errors]


def test_administrator_unlocks_and_it_is_written_down(client, ann):
    admin = UserFactory(role="administrator")
    client.force_login(admin)
    edit = reverse("crm:user-edit", args=[ann.pk])
    unlock = reverse("crm:user-unlock", args=[ann.pk])
    assert unlock not in client.get(edit).content.decode()
    for _try in range(5):
        attempt(Client())
    assert unlock in client.get(edit).content.decode()

    client.post(unlock)
    client.post(unlock)

    event = AuditEvent.objects.get(action="sign-in.unlocked")
    assert (event.user, event.object_id) == (admin, str(ann.pk))
    assert lets_in()
