"""A key that somebody wrote into the database who has nothing but the database."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from core.refusals import Refused
from core.vouching import is_vouched
from feedback.surveys import keys
from feedback.surveys.models import AnswerKey, HeldAnswer
from tests.feedback.building import form, published

pytestmark = pytest.mark.django_db


def put_in(*, like: AnswerKey | None = None) -> None:
    """As the application's role: a key of one's own, newer than all."""
    public = X25519PrivateKey.generate().public_key().public_bytes_raw()
    mac = like and bytes(like.mac)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO feedback_answerkey (public, mac, made_at, opened_at)"
            " VALUES (%s, %s, now(), now() + interval '10 years')",
            [public, mac],
        )


@pytest.mark.parametrize("borrows", [False, True])
def test_nothing_is_sealed_for_a_key_that_no_worker_told(client, librarian, borrows):
    survey = published(anonymous=True)
    ours = AnswerKey.objects.get()
    put_in(like=ours if borrows else None)

    page = client.post(survey.public_url, form(), headers={"accept-language": "en"})
    assert page.status_code == 503
    assert not HeldAnswer.objects.exists()
    # A worker that goes on telling its own key makes nothing of the other.
    keys.announce()
    assert client.post(survey.public_url, form()).status_code == 503
    with pytest.raises(Refused):
        published(anonymous=True)

    client.force_login(librarian)
    for address in (
        reverse("feedback:survey-list"),
        reverse("feedback:survey-detail", args=[survey.pk]),
        reverse("feedback:survey-results", args=[survey.pk]),
    ):
        told = client.get(address, headers={"accept-language": "en"}).content.decode()
        assert "was not told by a worker of this portal" in told
    with pytest.raises(SystemExit):
        call_command("verify")


def test_a_half_that_was_changed_is_not_sealed_for(client):
    survey = published(anonymous=True)
    public = X25519PrivateKey.generate().public_key().public_bytes_raw()
    AnswerKey.objects.update(public=public)
    assert client.post(survey.public_url, form()).status_code == 503


def test_key_of_before_is_vouched_for_by_the_worker_that_has_it(client):
    survey = published(anonymous=True)
    AnswerKey.objects.update(mac=None)
    assert keys.is_foreign()
    assert client.post(survey.public_url, form()).status_code == 503
    keys.announce()
    key = AnswerKey.objects.get()
    assert is_vouched(bytes(key.public), key.mac, settings.PRIVACY_KEY)
    assert client.post(survey.public_url, form()).status_code == 200
