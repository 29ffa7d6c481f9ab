"""Writing a content: what is typed is cleaned, judged and stored, and nothing else is."""

import pytest
from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.sending.actions import launch_content
from tests import factories
from tests.campaigns.building import url

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def typed(**changes) -> dict:
    return {
        "title": "十月",
        "purpose": "events",
        "subject": "秋天 {name}",
        "preheader": "",
        "body": "<p>{name}</p>",
        "sender_name": "",
    } | changes


def test_saved_content_is_cleaned_and_has_its_links(desk, campaign):
    body = f'<p onclick="x()">Dear {{name}} {SCRIPT} <a href="/s/one/">here</a></p>'
    response = desk.post(url("content-create", campaign.pk), typed(body=body))
    content = Content.objects.get()
    assert response["Location"] == content.get_absolute_url()
    assert content.body == '<p>Dear {name}  <a href="/s/one/">here</a></p>'
    assert list(content.links.values_list("placement", "target", "carries_key")) == [
        ("1 · here", "/s/one/", True)
    ]


@pytest.mark.parametrize(
    "href", ["//evil.org", "javascript:alert(1)", "jav&#x09;ascript:alert(1)", "ftp://x.org"]
)
def test_bad_link_is_named_and_nothing_is_saved(desk, campaign, href):
    """Fault 39. Silently dropped, it would be missed only by those who were mailed."""
    response = desk.post(url("content-create", campaign.pk), typed(body=f'<a href="{href}">x</a>'))
    assert response.status_code == 400
    assert "body" in response.context["form"].errors
    assert not Content.objects.exists()


def test_nested_text_is_refused_with_words_and_stays_on_the_page(desk, campaign):
    """Fault 58. In 0.1 200 KB of nested tags held a thread for more than a minute."""
    body = "<div>" * 40_000
    response = desk.post(url("content-create", campaign.pk), typed(body=body))
    assert response.status_code == 400
    assert "body" in response.context["form"].errors
    assert response.context["form"]["body"].value() == body
    assert not Content.objects.exists()

    preview = desk.post(url("content-preview"), {"body": body})
    assert "100000" in preview.content.decode()


def test_line_breaks_in_the_subject_become_spaces(desk, campaign):
    desk.post(
        url("content-create", campaign.pk),
        typed(subject="a\r\nBcc: all@example.org", sender_name="b\nc"),
    )
    assert Content.objects.values_list("subject", "sender_name").get() == (
        "a Bcc: all@example.org",
        "b c",
    )


def test_fields_that_are_not_the_authors_are_ignored(desk, campaign, librarian):
    """Fault 38. A browser may post any field; state, campaign and times have verbs."""
    other = factories.CampaignFactory(owner=librarian)
    desk.post(
        url("content-create", campaign.pk),
        typed(state="sent", campaign=other.pk, launched_at="2026-01-01"),
    )
    assert Content.objects.values_list("state", "campaign", "launched_at").get() == (
        "draft",
        campaign.pk,
        None,
    )


def test_content_on_its_way_cannot_be_edited(desk, content, librarian):
    factories.ReaderFactory()
    launch_content(content=content, by=librarian)
    response = desk.post(url("content-edit", content.pk), typed())
    assert response.status_code == 400
    assert Content.objects.get().subject == "Hello {name}"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("sent", "邮件已经发完，正文不能再修改。"),
        ("sending", "请先暂停：发送途中不能修改正文。"),
    ],
)
def test_content_that_may_not_be_changed_shows_no_form_and_says_why(desk, content, state, said):
    moved = {"state": state, "launched_at": timezone.now()}
    Content.objects.update(launched_by=content.campaign.owner, **moved)
    response = desk.get(url("content-edit", content.pk), follow=True)
    assert response.redirect_chain == [(content.get_absolute_url(), 302)]
    page = response.content.decode()
    assert said in page
    assert 'name="subject"' not in page


def test_text_saved_when_all_mails_are_out_is_refused_in_these_words(desk, content):
    """The editor was open when the last mail went out; what was typed stays."""
    moved = {"state": "sent", "launched_at": timezone.now()}
    Content.objects.update(launched_by=content.campaign.owner, **moved)
    response = desk.post(url("content-edit", content.pk), typed())
    assert response.status_code == 400
    page = response.content.decode()
    assert "邮件已经发完，正文不能再修改。" in page
    assert "秋天 {name}" in page
    assert Content.objects.get().subject == "Hello {name}"


def test_preview_is_cleaned_and_filled_in(desk, librarian):
    response = desk.post(url("content-preview"), {"body": f"<p>{{name}} {{{{7*7}}}}{SCRIPT}</p>"})
    assert f"<p>{librarian} {{{{7*7}}}}</p>" in response.content.decode()
