"""Bots and hostile input (faults 25, 26, 29, 35, 38).

400 with a word, flagged, or stored exactly; never 500.
"""

from urllib.parse import urlencode

import pytest

from feedback.surveys import results
from feedback.surveys.models import AnswerText, Response
from tests.feedback.building import form, hidden, published

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"website": "http://spam"}, "honeypot"),
        ({"t": ""}, "unread"),
        ({"t": "1:forged"}, "unread"),
        ({"t": None}, "unread"),
    ],
)
def test_bot_is_stored_flagged_and_left_out_of_the_results(client, changes, flag):
    """25"""
    survey = published()
    assert client.post(survey.public_url, form(**changes)).status_code == 200
    assert Response.objects.get().flagged == flag
    found = results.summary(survey)
    assert (found.n, found.flagged) == (0, 1)


def test_answer_within_two_seconds_of_the_page_is_flagged(client):
    survey = published()
    shown = hidden(client.get(survey.public_url).content.decode())
    client.post(survey.public_url, shown | {"i1": "1"})
    assert Response.objects.get().flagged == "fast"


HOSTILE = {
    "unknown item": {"i99": "1"},
    "option of another survey": {"i1": "7"},
    "no number": {"i1": "1; DROP TABLE"},
    "two codes of one choice": {"i1": ["1", "2"]},
    "option among several": {"i2": ["1", "44"]},
    "beyond the scale": {"i3": "6"},
    "negative": {"i4": "-1"},
    "digits of another script": {"i4": "٣"},
    "1 MB text": {"i5": "长" * 350_000},
    "NUL": {"i5": "a\x00b"},
    "required missing": {"i1": None},
    "bad id": {"id": "nonsense"},
    "NUL id": {"id": "\x00"},
}


@pytest.mark.parametrize("changes", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_400_and_keeps_nothing(client, changes):
    """26"""
    survey = published()
    response = client.post(survey.public_url, form(**changes), headers={"accept-language": "en"})
    assert response.status_code == 400
    assert "summary-errors" in response.content.decode() or changes.keys() == {"id"}
    assert Response.objects.count() == 0


@pytest.mark.parametrize(
    "raw", ["%ed%a0%80", "%ff%fe", "%c0%80"], ids=["lone surrogate", "no UTF-8", "overlong NUL"]
)
def test_bytes_that_are_no_text_are_400(client, raw):
    """26"""
    survey = published()
    body = urlencode(form(i5=None), doseq=True) + f"&i5=a{raw}b"
    response = client.post(
        survey.public_url, body, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 400
    assert Response.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [{"junk": ["x"] * 10_000}, {f"f{n}": "x" for n in range(10_000)}],
    ids=["one", "many"],
)
def test_ten_thousand_fields_are_400(client, changes):
    """26"""
    survey = published()
    assert client.post(survey.public_url, form(**changes)).status_code == 400
    assert Response.objects.count() == 0


@pytest.mark.parametrize(
    "text",
    [
        "שלום עולם \u202e abc",
        "😀👩‍👩‍👧 𝒜",
        "=1+1",
        "<script>alert(1)</script>",
        "\u0007 a\ufeff",
        "{{7*7}}",
    ],
)
def test_odd_but_valid_text_is_stored_exactly(client, text):
    """26, 29, 35"""
    survey = published()
    assert client.post(survey.public_url, form(i5=text)).status_code == 200
    assert AnswerText.objects.get().text == text
    assert Response.objects.get().answers["5"] == text


def test_other_names_in_the_post_are_ignored(client):
    """38"""
    survey = published()
    assert (
        client.post(
            survey.public_url, form(reader="1", survey="9", flagged="x", weight="99")
        ).status_code
        == 200
    )
    assert Response.objects.get().reader is None


def test_odd_version_key_and_channel_never_break(client):
    survey = published()
    for changes in (
        {"v": "99999"},
        {"v": "x" * 500},
        {"v": "²"},
        {"k": "\x00" * 9},
        {"c": "\x00'\"<"},
        {"switch": "xx"},
    ):
        assert client.post(survey.public_url, form(**changes)).status_code == 200
    for query in ({"v": "9" * 99}, {"k": "a-" * 300}, {"c": '"><script>'}, {"lang": "../../x"}):
        page = client.get(survey.public_url, query)
        assert page.status_code == 200
        assert "<script>" not in page.content.decode().replace("<script ", "")
