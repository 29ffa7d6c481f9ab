"""What a survey says before the first question, and to whom it tells that somebody answered."""

from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.characters import FILLERS
from crm.readers.queries import PORTAL
from feedback.surveys import anonymity
from feedback.surveys.models import HeldAnswer, Participation, Response
from tests.core.building import BLANK
from tests.factories import (
    CampaignFactory,
    ContentFactory,
    DeliveryFactory,
    ReaderFactory,
    UserFactory,
)
from tests.feedback.building import close, fill, form, hidden, key_of, published
from tests.feedback.surveys.test_answering import invitation

pytestmark = pytest.mark.django_db
ENGLISH = {"headers": {"accept-language": "en"}}
ANSWERED = 'data-notice="answered"'


def nothing(**changes) -> dict:
    """A form in which nothing was filled in."""
    return form(i1=None, i2=None, i3=None, i4=None, i5="", **changes)


def without_duties(**fields):
    """A published survey in which no question must be answered."""
    items = [
        {"kind": "scale", "text": {"zh-hans": "满意吗？"}},
        {"kind": "text", "text": {"zh-hans": "还想说什么？"}},
    ]
    return published(items, **fields)


# --- nothing filled in ----------------------------------------------------------------------------
@pytest.mark.parametrize("anonymous", [True, False])
@pytest.mark.parametrize("blank", ["", " \n", "\u200b\u200d", "".join(sorted(FILLERS)[:5])])
def test_answer_without_a_mark_is_refused_and_uses_nothing_up(client, anonymous, blank):
    """The one answer of a reader is not taken by a form that was sent empty."""
    survey, reader = without_duties(anonymous=anonymous), ReaderFactory(user=UserFactory())
    client.force_login(reader.user)
    data = form(i1=None, i2=blank, i3=None, i4=None, i5=None)
    refused = client.post(survey.public_url, data, **ENGLISH)
    assert refused.status_code == 400
    assert "Nothing is filled in yet" in refused.content.decode()
    assert (Response.objects.count(), HeldAnswer.objects.count()) == (0, 0)
    assert not Participation.objects.exists()
    assert client.post(survey.public_url, data | {"i1": "3"}).status_code == 200


@pytest.mark.parametrize("blank", BLANK)
def test_no_invisible_text_is_an_answer(client, blank):
    assert client.post(without_duties().public_url, form(i1=None, i2=blank)).status_code == 400


# --- answered already -----------------------------------------------------------------------------
def test_reader_who_is_signed_in_is_told_on_opening(client):
    survey, reader = published(anonymous=True), ReaderFactory(user=UserFactory())
    client.force_login(reader.user)
    assert ANSWERED not in client.get(survey.public_url).content.decode()
    client.post(survey.public_url, form())
    client.cookies.pop("answered")
    assert ANSWERED in client.get(survey.public_url).content.decode()


def test_browser_that_sent_an_invitation_is_told_and_no_other(client):
    """Who gets hold of somebody's mail does not learn by its link whether they took part."""
    survey, delivery = invitation(anonymous=True)
    asked = {"k": key_of(delivery)}
    client.post(survey.public_url, form(**asked))
    assert ANSWERED in client.get(survey.public_url, asked).content.decode()

    other = Client()
    page = other.get(survey.public_url, asked, **ENGLISH).content.decode()
    assert ANSWERED not in page
    assert "Your link counts once." in page
    untouched = DeliveryFactory(content=delivery.content, reader=ReaderFactory())
    before = other.get(survey.public_url, {"k": key_of(untouched)}, **ENGLISH)
    assert ANSWERED not in before.content.decode()
    # Their own account is told, by whatever link.
    delivery.reader.user = UserFactory()
    delivery.reader.save()
    other.force_login(delivery.reader.user)
    assert ANSWERED in other.get(survey.public_url, asked).content.decode()
    other.force_login(UserFactory())
    assert ANSWERED not in other.get(survey.public_url, asked).content.decode()


def test_mark_of_one_reader_says_nothing_about_another(client):
    survey, delivery = invitation(anonymous=True)
    client.post(survey.public_url, form(k=key_of(delivery)))
    other = DeliveryFactory(content=delivery.content, reader=ReaderFactory())
    page = client.get(survey.public_url, {"k": key_of(other)}).content.decode()
    assert ANSWERED not in page


@pytest.mark.parametrize("anonymous", [True, False])
def test_next_one_at_an_open_terminal_may_answer_and_is_told_what_the_browser_knows(
    client, anonymous
):
    survey = published(anonymous=anonymous)
    said = "Somebody answered this survey in this browser"
    assert said not in client.get(survey.public_url, **ENGLISH).content.decode()
    answered = client.post(survey.public_url, form())
    cookie = answered.cookies["answered"]
    assert (cookie["path"], cookie["max-age"]) == (survey.public_url, 3600)
    assert cookie["httponly"]
    page = client.get(survey.public_url, **ENGLISH).content.decode()
    assert said in page
    assert "<form" in page
    assert client.post(survey.public_url, form()).status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "é", "a" * 5000])
def test_mark_that_is_none_is_none(client, cookie):
    survey = published(anonymous=True)
    client.cookies["answered"] = cookie
    page = client.get(survey.public_url, **ENGLISH).content.decode()
    assert "Somebody answered" not in page


# --- what is promised -----------------------------------------------------------------------------
def test_named_survey_says_before_answering_that_answers_stay_with_the_name(client):
    survey, reader = published(), ReaderFactory(user=UserFactory())
    stays = "Your answers stay with your name"
    assert stays not in client.get(survey.public_url, **ENGLISH).content.decode()
    client.force_login(reader.user)
    assert stays in client.get(survey.public_url, **ENGLISH).content.decode()
    invited_to, delivery = invitation()
    page = Client().get(invited_to.public_url, {"k": key_of(delivery)}, **ENGLISH)
    assert stays in page.content.decode()
    # What came back with an error says it as well.
    refused = client.post(survey.public_url, form(i1=None), **ENGLISH)
    assert stays in refused.content.decode()


@pytest.mark.parametrize("anonymous", [True, False])
def test_session_that_ended_or_began_meanwhile_keeps_nothing_under_another_promise(
    client, anonymous
):
    """Nobody is counted among strangers, or by name, who was told the contrary."""
    survey, reader = published(anonymous=anonymous), ReaderFactory(user=UserFactory())
    client.force_login(reader.user)
    carried = hidden(client.get(survey.public_url).content.decode())
    stranger = Client()
    data = form(**carried, i5="what was typed")
    refused = stranger.post(survey.public_url, data, **ENGLISH)
    assert refused.status_code == 401
    assert "what was typed" in refused.content.decode()
    assert not Response.objects.exists()
    assert not HeldAnswer.objects.exists()
    # Read and sent again, it is the answer of a stranger.
    again = hidden(refused.content.decode())
    assert stranger.post(survey.public_url, form(**again)).status_code == 200

    other = hidden(stranger.get(survey.public_url).content.decode())
    assert client.post(survey.public_url, form(**other)).status_code == 409
    own = data | {"id": str(uuid4())}
    assert client.post(survey.public_url, own).status_code == 200


def test_open_link_promises_less_and_offers_more(client):
    survey, reader = published(anonymous=True), ReaderFactory(user=UserFactory())
    less = "Somebody who sends many answers of their own could find yours among them."
    page = client.get(survey.public_url, **ENGLISH).content.decode()
    assert less in page
    assert f"{reverse('account_login')}?next={survey.public_url}" in page
    client.force_login(reader.user)
    page = client.get(survey.public_url, **ENGLISH).content.decode()
    assert less not in page
    assert "at least 5 different readers" in page


#: What each kind of visitor is told of an anonymous survey, and is not.
REGISTER = "at least 5 different readers in the library's register, yours among them"
OPEN = "you came by the open link"
SELF_MADE = "your account is one that anybody can make"
SIGN_IN = "sign in to be counted among different readers"
ONCE = "Your link counts once."
TOLD = {
    "invited": {REGISTER, ONCE},
    "invited_self_made": {SELF_MADE, ONCE},
    "signed_in": {REGISTER},
    "signed_in_self_made": {SELF_MADE},
    "account": {SELF_MADE},
    "unknown": {OPEN, SIGN_IN},
}


def came(client, visitor: str, survey) -> dict:
    """Makes the visitor; gives what their link carries."""
    if visitor == "unknown":
        return {}
    if visitor.startswith("invited"):
        client.logout()
        content = ContentFactory(campaign=survey.campaign)
        source = PORTAL if visitor.endswith("self_made") else "library"
        reader = ReaderFactory(source=source)
        return {"k": key_of(DeliveryFactory(content=content, reader=reader))}

    user = UserFactory()
    client.force_login(user)
    if visitor == "signed_in":
        ReaderFactory(user=user)
    if visitor == "signed_in_self_made":
        assert client.get("/me/").status_code == 200
    return {}


@pytest.mark.parametrize("visitor", TOLD)
def test_each_visitor_is_promised_exactly_what_holds_for_them(client, visitor):
    """Fault 53. A self-made account was told that it counts as a different reader."""
    survey = published(anonymous=True, campaign=CampaignFactory())
    asked = came(client, visitor, survey)
    page = client.get(survey.public_url, asked, **ENGLISH).content.decode()
    page = unescape(page)
    assert hidden(page)["as"] == visitor
    assert {said for said in (REGISTER, OPEN, SELF_MADE, SIGN_IN, ONCE) if said in page} == TOLD[
        visitor
    ]
    # Told to be counted, and counted, are the same.
    assert client.post(survey.public_url, form(**asked)).status_code == 200
    (held,) = anonymity.take(survey)
    assert held.content.known == (REGISTER in page)


@pytest.mark.parametrize("visitor", TOLD)
def test_named_survey_says_whether_the_name_stays(client, visitor):
    survey = published(campaign=CampaignFactory())
    asked = came(client, visitor, survey)
    page = client.get(survey.public_url, asked, **ENGLISH).content.decode()
    client.post(survey.public_url, form(**asked))
    stays = Response.objects.get().reader_id is not None
    assert ("Your answers stay with your name" in page) == stays


@pytest.mark.parametrize(("registered", "others", "seen"), [(4, 4, 0), (5, 1, 6), (4, 5, 5)])
def test_what_comes_by_the_open_link_is_deleted_when_too_few_of_both_kinds_answer(
    client, registered, others, seen
):
    """The page said "fewer than 5 in all", and eight answers were deleted."""
    survey = published(anonymous=True, campaign=CampaignFactory())
    for _n in range(registered):
        asked = came(client, "invited", survey)
        client.post(survey.public_url, form(**asked))
    fill(client, survey, others)
    close(survey)
    anonymity.mix()
    assert Response.objects.filter(survey=survey).count() == seen


@pytest.mark.parametrize("anonymous", [True, False])
def test_share_page_says_what_the_key_does(client, librarian, anonymous):
    survey = published(anonymous=anonymous)
    client.force_login(librarian)
    page = client.get(reverse("feedback:survey-share", args=[survey.pk]), **ENGLISH)
    assert ("the answer knows its channel and segments" in page.content.decode()) != anonymous
    assert ("it never says what they answered" in page.content.decode()) == anonymous


# --- no invitation --------------------------------------------------------------------------------
def test_survey_by_invitation_without_one_is_a_page_with_words_and_a_way_on(client):
    survey, _delivery = invitation()
    pages = [client.get(survey.public_url, **ENGLISH), client.get("/s/no-such/", **ENGLISH)]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    words = pages[0].content.decode()
    assert "open by the link in your mail alone" in words
    assert reverse("feedback:survey-open-list") in words
    chinese = client.get(survey.public_url, headers={"accept-language": "zh-hans"})
    assert "邮件" in chinese.content.decode()
