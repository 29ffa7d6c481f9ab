"""The letter of thanks: written with the publishing, its state beside the work."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.letters import post
from crm.letters.models import Letter
from feedback.calls.actions import decide, publish
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(librarian):
    client = Client()
    client.force_login(librarian)
    return client


@pytest.fixture
def work(librarian):
    """On show, by an author who can be written to."""
    author = factories.ReaderFactory(email="poet@example.org", language="en")
    work = factories.SubmissionFactory(
        author=author, title="Lamp\nlight", state="submitted", licence_agreed="yes"
    )
    decide(work=work, accept=True, by=librarian)
    publish(work=work, thanks="谢谢你的诗", by=librarian)
    work.refresh_from_db()
    return work


def page_of(desk, work) -> str:
    return desk.get(reverse("feedback:work-review", args=[work.pk])).content.decode()


def test_thanks_are_a_letter_in_the_author_s_language(work, librarian):
    letter = work.letter
    assert (letter.state, letter.address, letter.reader) == (
        "pending",
        "poet@example.org",
        work.author,
    )
    assert (letter.language, letter.by) == ("en", librarian)
    assert letter.subject == "Your work “Lamp light” is on show"
    assert "谢谢你的诗" in letter.text
    assert letter.about_url == reverse("feedback:work-review", args=[work.pk])


def test_author_who_cannot_be_written_to_is_thanked_on_the_page_alone(librarian):
    author = factories.ReaderFactory(email="")
    work = factories.SubmissionFactory(author=author, state="accepted", licence_agreed="yes")
    publish(work=work, thanks="谢谢", by=librarian)
    work.refresh_from_db()
    assert (work.letter, Letter.objects.count(), work.thanks) == (None, 0, "谢谢")


def test_reviewers_see_how_the_thanks_went_and_not_whose_they_are(desk, work, sink):
    """Mail servers repeat the address; the page of a work names no author."""
    assert "等待寄出" in page_of(desk, work)
    sink.rule = lambda stage, text: (
        b"550 5.7.1 <poet@example.org>: not from here" if stage == "rcpt" else None
    )
    post.send_due()
    page = page_of(desk, work)
    assert "550 5.7.1 &lt;…&gt;: not from here" in page
    assert "poet@example.org" not in page

    sink.rule = lambda stage, text: None
    desk.post(reverse("feedback:work-resend", args=[work.pk]))
    post.send_due()
    assert sink.addresses == ["poet@example.org"]
    assert "已寄出" in page_of(desk, work)


def test_work_without_a_letter_has_none_to_send_again(desk):
    work = factories.SubmissionFactory(state="submitted")
    assert desk.post(reverse("feedback:work-resend", args=[work.pk])).status_code == 404
