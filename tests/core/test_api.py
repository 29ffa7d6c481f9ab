"""The API: the rights, the scope and the hidden cells of the pages, for programs."""

import io
import json

import pytest
import yaml
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, hotp_value, yield_hotp_counters_from_time
from django.core.management import call_command
from django.urls import reverse
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from crm.readers.models import ConsentEvent
from crm.segments.models import Segment
from crm.segments.refresh import refresh_segment
from crm.staff.models import AuditEvent
from tests.factories import (
    CampaignFactory,
    CampusFactory,
    EvaluationFactory,
    ReaderFactory,
    SegmentFactory,
    UserFactory,
)

TEACHERS = {"test": "kind", "in": ["teacher"]}
PASSWORD = "Long-enough-1"


def client_of(user) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.get_or_create(user=user)[0].key}")
    return client


@pytest.fixture
def librarian(db):
    return UserFactory(role="librarian", username="lin", password=PASSWORD)


@pytest.fixture
def api(librarian):
    return client_of(librarian)


def sign_in(client, **body):
    return client.post(reverse("api:token"), body, format="json")


# --- signing in -----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["lin", "lin@example.org"])
def test_token_is_given_for_name_or_address_and_opens_the_api(librarian, name):
    client = APIClient()

    token = sign_in(client, username=name, password=PASSWORD).json()["token"]

    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert client.get(reverse("api:segment-list")).status_code == 200
    assert AuditEvent.objects.get(action="api.sign-in").user == librarian


def test_five_wrong_passwords_lock_the_name_here_and_on_the_page(librarian):
    client = APIClient()
    for _attempt in range(5):
        assert sign_in(client, username="lin", password="wrong").status_code == 401

    assert sign_in(client, username="lin", password=PASSWORD).status_code == 429
    page = client.post(reverse("account_login"), {"login": "lin", "password": PASSWORD})
    assert page.status_code == 200
    assert not Token.objects.exists()


def test_spoofed_address_does_not_escape_the_lock(librarian):
    for attempt in range(5):
        sign_in(
            APIClient(HTTP_X_FORWARDED_FOR=f"10.0.0.{attempt}"), username="lin", password="wrong"
        )

    answer = sign_in(APIClient(HTTP_X_FORWARDED_FOR="10.9.9.9"), username="lin", password=PASSWORD)

    assert answer.status_code == 429


def test_neighbour_of_a_locked_name_may_sign_in(librarian):
    UserFactory(username="wang", password=PASSWORD)
    for _attempt in range(6):
        sign_in(APIClient(), username="lin", password="wrong")

    assert sign_in(APIClient(), username="wang", password=PASSWORD).status_code == 200


def test_second_factor_is_asked_for_where_it_is_set_up(librarian):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(librarian, secret)
    code = str(hotp_value(secret, next(yield_hotp_counters_from_time()))).zfill(6)

    assert sign_in(APIClient(), username="lin", password=PASSWORD).status_code == 401
    assert sign_in(APIClient(), username="lin", password=PASSWORD, code="000000").status_code == 401
    assert sign_in(APIClient(), username="lin", password=PASSWORD, code=code).status_code == 200
    assert Authenticator.objects.count() == 1


def test_staff_without_second_factor_get_no_token_where_it_is_required(librarian, settings):
    settings.STAFF_TOTP_REQUIRED = True

    assert sign_in(APIClient(), username="lin", password=PASSWORD).status_code == 403
    assert not Token.objects.exists()


def test_deleted_token_and_inactive_account_open_nothing(librarian):
    client = client_of(librarian)
    assert client.delete(reverse("api:token")).status_code == 204
    assert client.get(reverse("api:segment-list")).status_code == 401

    again = client_of(librarian)
    librarian.is_active = False
    librarian.save()
    assert again.get(reverse("api:segment-list")).status_code == 401
    assert sign_in(APIClient(), username="lin", password=PASSWORD).status_code == 401


def test_browser_session_needs_the_csrf_token_to_change_anything(librarian):
    reader = ReaderFactory()
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(librarian)

    answer = client.patch(
        reverse("api:reader-detail", args=[reader.pk]), {"consents": {"sms": True}}, format="json"
    )

    assert answer.status_code == 403
    assert not ConsentEvent.objects.exists()


# --- who may see what -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    [
        "reader-list",
        "reader-detail",
        "segment-list",
        "segment-detail",
        "segment-members",
        "campaign-list",
    ]
    + ["campaign-detail", "campaign-results", "survey-results", "schema"],
)
@pytest.mark.parametrize(
    ("role", "status"), [("", 401), ("reader", 403), ("librarian", 200), ("administrator", 200)]
)
def test_role_table_holds_for_tokens(world, name, role, status):
    things = {
        "reader": world.reader,
        "segment": world.segment,
        "campaign": world.campaign,
        "survey": world.survey,
    }
    assert world.evaluation.campaign == world.campaign
    thing = things.get(name.split("-")[0]) if not name.endswith("list") else None
    client = client_of(world.user(role)) if role else APIClient()

    assert (
        client.get(reverse(f"api:{name}", args=[thing.pk] if thing else [])).status_code == status
    )


def test_reader_role_may_not_count_nor_refresh(world):
    client = client_of(world.user("reader"))

    assert client.post(reverse("api:segment-count"), {"rule": {}}, format="json").status_code == 403
    assert client.post(reverse("api:segment-refresh", args=[world.segment.pk])).status_code == 403
    world.segment.refresh_from_db()
    assert world.segment.refreshed_at is None


def test_reader_of_another_campus_is_as_missing_as_one_that_is_not_there(db):
    here, there = CampusFactory(code="here"), CampusFactory(code="there")
    own, stranger = ReaderFactory(campus=here), ReaderFactory(campus=there, name="Stranger")
    segment = SegmentFactory()
    refresh_segment(segment)
    client = client_of(UserFactory(role="librarian", campus=here))
    foreign, nobody = (reverse("api:reader-detail", args=[pk]) for pk in (stranger.pk, 999_999))

    assert [row["id"] for row in client.get(reverse("api:reader-list")).json()["results"]] == [
        own.pk
    ]
    assert client.get(foreign).status_code == client.get(nobody).status_code == 404
    assert client.get(foreign).content == client.get(nobody).content
    assert client.patch(foreign, {"consents": {"sms": True}}, format="json").status_code == 404
    members = client.get(reverse("api:segment-members", args=[segment.pk])).json()
    assert [row["reader"] for row in members["results"]] == [own.pk]
    assert not ConsentEvent.objects.exists()


# --- readers --------------------------------------------------------------------------------------
def test_opening_a_reader_is_written_into_the_audit_log(api, librarian):
    reader = ReaderFactory(campus=CampusFactory(code="gulou"))

    row = api.get(reverse("api:reader-detail", args=[reader.pk])).json()

    assert (row["number"], row["campus"], row["consents"]) == (reader.number, "gulou", ["email"])
    assert "user" not in row
    event = AuditEvent.objects.get()
    assert (event.action, event.user, event.object_id) == ("reader.view", librarian, str(reader.pk))


def test_consent_is_changed_by_the_verb_and_nothing_else_can_be(api, librarian):
    reader = ReaderFactory(consents=["email"])
    url = reverse("api:reader-detail", args=[reader.pk])

    row = api.patch(
        url, {"consents": {"email": False, "wechat": True}, "wording": "At the desk"}, format="json"
    ).json()
    refused = api.patch(url, {"consents": {}, "state": "left", "name": "x"}, format="json")
    unknown = api.patch(url, {"consents": {"fax": True}}, format="json")

    assert row["consents"] == ["wechat"]
    assert list(
        ConsentEvent.objects.order_by("pk").values_list("channel", "granted", "source", "by")
    ) == [
        ("email", False, "api", librarian.pk),
        ("wechat", True, "api", librarian.pk),
    ]
    assert (refused.status_code, set(refused.json())) == (400, {"name", "state"})
    assert unknown.status_code == 400
    reader.refresh_from_db()
    assert (reader.state, reader.consents) == ("active", ["wechat"])


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_readers_are_neither_made_nor_deleted(api, method):
    reader = ReaderFactory()
    urls = {"post": reverse("api:reader-list")}

    answer = getattr(api, method)(urls.get(method, reverse("api:reader-detail", args=[reader.pk])))

    assert answer.status_code == 405


def test_reader_list_filters_and_refuses_nonsense(api):
    ReaderFactory(kind="teacher", number="T1")
    ReaderFactory(kind="master", email="")
    url = reverse("api:reader-list")

    assert [row["number"] for row in api.get(url, {"kind": "teacher"}).json()["results"]] == ["T1"]
    assert api.get(url, {"reachable": "email"}).json()["count"] == 1
    assert api.get(url, {"kind": "wizard"}).status_code == 400
    assert api.get(url, {"number": "\0"}).status_code == 400
    assert api.get(url, {"page": "x"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_the_same_number_of_queries(api, rows, django_assert_num_queries):
    ReaderFactory.create_batch(rows, campus=CampusFactory())
    SegmentFactory.create_batch(rows)
    CampaignFactory.create_batch(rows)

    for name in ("reader", "segment", "campaign"):
        with django_assert_num_queries(3):
            assert len(api.get(reverse(f"api:{name}-list")).json()["results"]) == rows


# --- segments -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("persons", "size", "hidden"), [(0, 0, False), (4, None, True), (5, 5, False)]
)
def test_size_of_one_to_four_persons_is_hidden_everywhere(api, persons, size, hidden):
    ReaderFactory.create_batch(persons, kind="teacher")
    segment = SegmentFactory(rule=TEACHERS)

    refreshed = api.post(reverse("api:segment-refresh", args=[segment.pk])).json()
    counted = api.post(reverse("api:segment-count"), {"rule": TEACHERS}, format="json").json()
    listed = api.get(reverse("api:segment-list")).json()["results"][0]
    shown = api.get(reverse("api:segment-detail", args=[segment.pk])).json()

    for answer, key in ((refreshed, "size"), (counted, "n"), (listed, "size"), (shown, "size")):
        assert (answer[key], answer[f"{key}_hidden"]) == (size, hidden)
    assert refreshed["entered"] == size


def test_segment_says_its_rule_in_the_language_asked_for(api):
    segment = SegmentFactory(rule=TEACHERS)
    url = reverse("api:segment-detail", args=[segment.pk])

    assert api.get(url, HTTP_ACCEPT_LANGUAGE="en").json()["words"] == "Teacher"
    assert api.get(url, HTTP_ACCEPT_LANGUAGE="zh-hans").json()["words"] == "教师"
    assert api.get(url).json()["rule"] == TEACHERS


@pytest.mark.parametrize(
    "rule",
    [
        {"test": "kind", "in": ["x'; DROP TABLE crm_reader; --"]},
        {"op": "and"},
        [],
        "1=1",
        None,
        {"test": "\0"},
    ],
)
def test_count_refuses_a_malformed_rule_with_its_place(api, rule):
    answer = api.post(reverse("api:segment-count"), {"rule": rule}, format="json")

    assert answer.status_code == 400
    assert list(answer.json()) == ["rule"]


def test_count_refuses_unknown_fields_and_bodies_that_are_no_object(api):
    url = reverse("api:segment-count")

    assert api.post(url, {"rule": {}, "sql": "1"}, format="json").json().keys() == {"sql"}
    assert api.post(url, [1], format="json").status_code == 400
    assert api.post(url, "{", content_type="application/json").status_code == 400
    assert api.post(url, {"rule": "{}"}).status_code == 415


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"rule": "' + "x" * 300_000 + '"}', "9" * 10_000, '"\\ud800"']
)
def test_hostile_body_is_refused(api, body):
    answer = api.post(reverse("api:segment-count"), body, content_type="application/json")

    assert answer.status_code == 400


def test_segments_cannot_be_written(api):
    segment = SegmentFactory(rule=TEACHERS)

    answer = api.patch(
        reverse("api:segment-detail", args=[segment.pk]), {"rule": {}}, format="json"
    )

    assert answer.status_code == 405
    assert Segment.objects.get().rule == TEACHERS


# --- campaigns and results ------------------------------------------------------------------------
def test_campaign_shows_its_plan(api):
    campaign = CampaignFactory(title="Spring", budget=900)
    campaign.goals.create(text="More visits")
    segment = SegmentFactory()
    campaign.segments.add(segment)

    row = api.get(reverse("api:campaign-detail", args=[campaign.pk])).json()

    assert (row["title"], row["goals"], row["segments"], row["budget"]) == (
        "Spring",
        ["More visits"],
        [segment.pk],
        "900.00",
    )


def test_result_is_the_last_evaluation_without_its_inputs_and_small_findings(api):
    campaign = CampaignFactory()
    assert api.get(reverse("api:campaign-results", args=[campaign.pk])).status_code == 404
    EvaluationFactory(campaign=campaign, number=1, results={"reach": 10})
    last = EvaluationFactory(
        campaign=campaign, number=2, results={"reach": 20}, inputs={"persons": [3]}
    )
    for n in (4, 5):
        last.findings.create(
            kind="channel", subject=f"channel:{n}", label={"en": "x"}, value=0.5, n=n
        )

    row = api.get(reverse("api:campaign-results", args=[campaign.pk])).json()

    assert (row["number"], row["figures"]) == (2, {"reach": 20})
    assert [finding["subject"] for finding in row["findings"]] == ["channel:5"]
    assert "inputs" not in row


# --- description ----------------------------------------------------------------------------------
def test_schema_is_valid_without_a_warning():
    out = io.StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)

    paths = yaml.safe_load(out.getvalue())["paths"]
    assert "/api/v1/segments/{id}/members/" in paths
    assert list(paths["/api/v1/readers/{id}/"]) == ["get", "patch"]


def test_docs_page_describes_every_operation_without_a_script(client, librarian):
    client.force_login(librarian)

    page = client.get(reverse("api-docs")).content.decode()

    schema = yaml.safe_load(client.get(reverse("api:schema")).content)
    operations = [
        operation["operationId"] for path in schema["paths"].values() for operation in path.values()
    ]
    assert [name for name in operations if f'id="{name}"' not in page] == []
    assert "<script>" not in page


def test_answers_are_not_kept_by_a_shared_cache(api):
    assert "no-store" in api.get(reverse("api:reader-list"))["Cache-Control"]


def test_too_many_requests_of_one_user_are_slowed_down(api, librarian, monkeypatch):
    monkeypatch.setattr(
        "rest_framework.throttling.UserRateThrottle.THROTTLE_RATES", {"user": "2/min", "anon": None}
    )
    url = reverse("api:segment-list")

    statuses = [api.get(url).status_code for _turn in range(3)]

    assert statuses == [200, 200, 429]
    assert json.dumps(client_of(UserFactory(role="librarian")).get(url).status_code) == "200"
