"""Half of a surrogate pair, which JSON can say: refused at its place, by every door of the API."""

import json

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from crm.imports.models import ImportBatch
from tests.core.building import token_of
from tests.crm.activities.building import readers, source_named
from tests.factories import ReaderFactory

pytestmark = pytest.mark.django_db
HALF = "\ud83d"
ROW = {"system": "library", "number": "A1", "kind": "visit", "at": "2026-10-01"}


def sent(user, method, url, body):
    """The answer to a body that is sent as programs write it: in ASCII, with escapes."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token_of(user)}")
    headers = {"Idempotency-Key": "k1"}
    return client.generic(
        method, url, json.dumps(body), content_type="application/json", headers=headers
    )


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("field", ["system", "number", "kind", "at", "time", "campus", "ref"])
def test_field_of_a_row_is_refused_with_its_place(librarian, field, dry_run):
    readers("A1")
    gate = source_named("东馆闸机", ("visit",))
    body = {"source": gate.code, "dry_run": dry_run, "rows": [ROW, ROW | {field: f"A{HALF}"}]}
    answer = sent(librarian, "POST", reverse("api:activities"), body)
    assert (answer.status_code, list(answer.json()["rows"])) == (400, ["1"])
    assert list(answer.json()["rows"]["1"]) == [field]
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("source", HALF), ("system", HALF), ("campuses", ["东馆", HALF]), ("kinds", [HALF])],
)
def test_field_of_a_batch_is_refused(librarian, field, value):
    gate = source_named("东馆闸机", ("visit",))
    days = {"first": "2026-10-01", "last": "2026-10-01"}
    body = {"source": gate.code, "rows": []} | days | {field: value}
    answer = sent(librarian, "POST", reverse("api:activities"), body)
    assert (answer.status_code, list(answer.json())) == (400, [field])


@pytest.mark.parametrize("field", ["username", "password", "code", "name", "scope", "ticket"])
def test_field_of_a_sign_in_is_refused(field):
    body = {"username": "librarian", "password": "wrong"} | {field: HALF}
    client = APIClient(raise_request_exception=False)
    answer = client.generic(
        "POST", reverse("api:token"), json.dumps(body), content_type="application/json"
    )
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_words_of_a_consent_and_a_rule_are_refused(librarian):
    reader = ReaderFactory()
    url = reverse("api:reader-detail", args=[reader.pk])
    consents = {"email": {"events": False}}
    answer = sent(librarian, "PATCH", url, {"consents": consents, "wording": HALF})
    assert (answer.status_code, list(answer.json())) == (400, ["wording"])
    rule = {"test": "kind", "in": [HALF]}
    answer = sent(librarian, "POST", reverse("api:segment-count"), {"rule": rule})
    assert (answer.status_code, list(answer.json())) == (400, ["rule"])
