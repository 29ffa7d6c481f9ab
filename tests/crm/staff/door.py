"""The door, as somebody stands before it: names, passwords, codes, and whether it opens."""

import time
from dataclasses import dataclass

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, hotp_value
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from crm.staff.models import AuditEvent, User
from tests.factories import UserFactory

PASSWORD = "a long enough one"
NEW_PASSWORD = {"password1": "quite another long one", "password2": "quite another long one"}
LOGIN = "/accounts/login/"
SECRET = "JBSWY3DPEHPK3PXP"


def account(name: str, email: str, **fields) -> User:
    user = UserFactory(username=name, email=email, password=PASSWORD, **fields)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def with_second_factor(user: User) -> User:
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def code(steps: int = 0) -> str:
    """The code of now, or of some half minutes later."""
    return str(hotp_value(SECRET, int(time.time()) // 30 + steps)).zfill(6)


def attempt(client, name="Ann", password="wrong", address="10.0.0.1", **headers):
    return client.post(
        LOGIN, {"login": name, "password": password}, REMOTE_ADDR=address, headers=headers
    )


def is_in(client) -> bool:
    return SESSION_KEY in client.session


def lets_in(name="Ann", password=PASSWORD, address="10.0.0.1") -> bool:
    """Whether somebody with the right password gets in, from a browser of their own."""
    client = Client()
    attempt(client, name, password, address)
    return is_in(client)


def api_token(**body):
    return Client().post(reverse("api:token"), body, content_type="application/json")


def locks() -> list:
    """Whose accounts were locked, by the audit trail."""
    events = AuditEvent.objects.filter(action="sign-in.locked").order_by("pk")
    return [event.object_id for event in events]


def let_lock_end():
    """As if its time had passed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE crm_guesscounter SET locked_until = now() - interval '1 second'"
            " WHERE locked_until IS NOT NULL"
        )


def counter_says(select: str):
    with connection.cursor() as cursor:
        cursor.execute(f"{select} FROM crm_guesscounter")
        return cursor.fetchone()[0]


def guess_code(client=None):
    client = client or Client()
    attempt(client, password=PASSWORD)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})


@dataclass(frozen=True)
class Mail:
    """What somebody was mailed."""

    to: str
    subject: str
    body: str


def mails() -> list[Mail]:
    """Every mail of this test, oldest first."""
    return [Mail(sent.to[0], sent.subject, sent.body) for sent in mail.outbox]
