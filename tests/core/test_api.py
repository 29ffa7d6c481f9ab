"""The API: the verbs and the hidden cells of the pages, for programs."""

import io
import json

import pytest
import yaml
from django.core.management import call_command
from django.urls import reverse

from crm.readers.models import ConsentEvent
from crm.segments.models import Segment
from crm.staff.models import AuditEvent
from tests.core.building import client_of
from tests.factories import (
    CampaignFactory,
    CampusFactory,
    EvaluationFactory,
    ReaderFactory,
    SegmentFactory,
    UserFactory,
    permissions_of,
)

TEACHERS = {"test": "kind", "in": ["teacher"]}


@pytest.fixture
def api(librarian):
    return client_of(librarian)


# --- readers --------------------------------------------------------------------------------------
def test_opening_a_reader_is_written_into_the_audit_log(api, librarian):
    reader = ReaderFactory(campus=CampusFactory(code="gulou"))

    row = api.get(reverse("api:reader-detail", args=[reader.pk])).json()

    assert (row["number"], row["campus"], row["consents"]) == (
        reader.number,
        "gulou",
        permissions_of(["email"]),
    )
    assert "user" not in row
    event = AuditEvent.objects.get()
    assert (event.action, event.user, event.object_id) == ("reader.view", librarian, str(reader.pk))


def test_consent_is_changed_by_the_verb_and_nothing_else_can_be(api, librarian):
    reader = ReaderFactory(consents=["email:events"])
    url = reverse("api:reader-detail", args=[reader.pk])

    row = api.patch(
        url,
        {
            "consents": {"email": {"events": False}, "wechat": {"surveys": True}},
            "wording": "At the desk",
        },
        format="json",
    ).json()
    refused = api.patch(url, {"consents": {}, "state": "left", "name": "x"}, format="json")
    unknown = api.patch(url, {"consents": {"email": True}}, format="json")

    assert row["consents"] == ["wechat:surveys"]
    assert list(
        ConsentEvent.objects.order_by("pk").values_list("channel", "purpose", "granted", "source")
    ) == [
        ("email", "events", False, "api"),
        ("wechat", "surveys", True, "api"),
    ]
    assert (refused.status_code, set(refused.json())) == (400, {"name", "state"})
    assert unknown.status_code == 400
    reader.refresh_from_db()
    assert (reader.state, reader.consents) == ("active", ["wechat:surveys"])


def test_text_without_a_mark_is_no_wording(api):
    reader = ReaderFactory()
    answer = api.patch(
        reverse("api:reader-detail", args=[reader.pk]),
        {"consents": {"email": {"notices": True}}, "wording": "\u200b\u3164"},
        format="json",
    )
    assert answer.status_code == 400
    assert list(answer.json()) == ["wording"]


@pytest.mark.parametrize("body", [b'{"rule": {"test": "\xff"}}', b'{"wording": "\xed\xa0\x80"}'])
def test_json_that_is_no_utf_8_is_refused(api, body):
    answer = api.post(reverse("api:segment-count"), body, content_type="application/json")
    assert answer.status_code == 400


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

    # User, the program's bucket, count, page; of readers also how many were shown and who is, under
    # a lock of the account's.
    for name, queries in (("reader", 9), ("segment", 4), ("campaign", 4)):
        with django_assert_num_queries(queries):
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
    EvaluationFactory(campaign=campaign, number=1)
    last = EvaluationFactory(campaign=campaign, number=2)
    for n in (4, 5):
        last.findings.create(
            kind="channel", subject=f"channel:{n}", label={"en": "x"}, unit="share", value=0.5, n=n
        )

    row = api.get(reverse("api:campaign-results", args=[campaign.pk])).json()

    assert (row["number"], row["figures"]["window"]) == (2, last.results["window"])
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


def test_too_many_requests_of_one_user_are_slowed_down(api, librarian, settings):
    # However slow the machine is, no token comes back before the second request.
    settings.API_RATE = "1/day"
    url = reverse("api:segment-list")

    answers = [api.get(url) for _turn in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert 0 < int(answers[1]["Retry-After"]) <= 86_400
    assert json.dumps(client_of(UserFactory(role="librarian")).get(url).status_code) == "200"
