"""An address of which its server says that there is no such mailbox is not mailed again."""

import pytest
from django.urls import reverse

from campaigns.sending import audience, run
from campaigns.sending.actions import launch_content
from core.refusals import Refused
from crm.letters import post
from crm.readers.actions import try_address_again, update_reader
from crm.readers.models import Reader
from crm.staff.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db

ANSWERS = {
    "sci1@example.com": b"550 5.1.1 user unknown",
    "gbk3@example.com": b"552 5.2.2 mailbox full",
    "gbk2@example.com": b"550 5.7.1 rejected by policy",
    "\u5f20\u4e09@example.com": b"553 5.6.7 only ASCII here",
}


@pytest.fixture
def answering(sink):
    """A mail server that knows better than its callers which mailboxes it has."""

    def rule(stage, text):
        if stage != "rcpt":
            return None
        for address, answer in ANSWERS.items():
            if address.lower() in text.lower():
                return answer
        return None

    sink.rule = rule
    return sink


def mailed(campaign, librarian):
    """One more content of the campaign, launched and sent."""
    content = factories.ContentFactory(campaign=campaign)
    launch_content(content=content, by=librarian)
    run.send(content.pk)
    return content


def rows(content) -> dict[str, str]:
    return dict(content.deliveries.values_list("reader__email", "state"))


def test_dead_mailbox_is_asked_once_and_counts_as_reachable_no_more(answering, campaign, librarian):
    """Fault 63. 550 5.1.1 is not asked again; a policy refusal and a full mailbox are."""
    for address in [*ANSWERS, "fine@example.com"]:
        factories.ReaderFactory(email=address)
    first = mailed(campaign, librarian)
    assert set(rows(first).values()) == {"sent", "failed"}

    second = mailed(campaign, librarian)
    assert rows(second) == {
        "gbk3@example.com": "failed",
        "gbk2@example.com": "failed",
        "fine@example.com": "sent",
    }
    reachable = Reader.objects.reachable("email", "notices").values_list("email", flat=True)
    assert sorted(reachable) == sorted(rows(second))
    counted = audience.count(second)
    assert (counted.mailed, counted.undeliverable) == (3, 2)
    troubles = dict(Reader.objects.exclude(email_trouble="").values_list("email", "email_trouble"))
    assert troubles == {
        "sci1@example.com": "refused",
        "\u5f20\u4e09@example.com": "international",
    }
    assert AuditEvent.objects.filter(action="address.trouble").count() == 2


def test_way_back_is_another_address_or_a_word_of_the_desk(answering, campaign, librarian):
    reader = factories.ReaderFactory(email="sci1@example.com")
    other = factories.ReaderFactory(email="SCI1@example.com", name="Somebody else")
    mailed(campaign, librarian)
    for row in (reader, other):
        row.refresh_from_db()
        assert row.email_trouble == "refused"

    # The same mailbox in capitals is no other one; another one is mailed at once.
    update_reader(reader=other, by=librarian, email="Sci1@example.com")
    other.refresh_from_db()
    assert other.email_trouble == "refused"
    update_reader(reader=other, by=librarian, email="new@example.com", agreed_again="staff")
    other.refresh_from_db()
    assert (other.email_trouble, other.email_trouble_at) == ("", None)

    try_address_again(reader=reader, by=librarian)
    with pytest.raises(Refused):
        try_address_again(reader=reader, by=librarian)
    assert rows(mailed(campaign, librarian)) == {
        "sci1@example.com": "failed",
        "new@example.com": "sent",
    }


def test_single_letter_to_a_dead_mailbox_is_the_last_one(answering):
    """Fault 63. Whoever is written to one by one is treated alike; account mail still goes."""
    reader = factories.ReaderFactory(email="sci1@example.com")
    first = factories.LetterFactory(reader=reader, address=reader.email)
    post.send_due()
    reader.refresh_from_db()
    assert reader.email_trouble == "refused"

    second = factories.LetterFactory(reader=reader, address=reader.email)
    account = factories.LetterFactory(
        reader=reader, address=reader.email, purpose="account", kind="account.reset"
    )
    post.send_due()
    for letter in (first, second, account):
        letter.refresh_from_db()
    assert [first.state, second.state, account.state] == ["failed", "skipped", "failed"]
    assert second.reason == "undeliverable"


def test_page_and_list_say_it_and_the_desk_tries_again(client, librarian):
    client.force_login(librarian)
    reader = factories.ReaderFactory(
        email="sci1@example.com",
        email_trouble="refused",
        email_trouble_at="2026-03-03T08:00:00Z",
    )
    factories.ReaderFactory(email="fine@example.com")
    listed = client.get(reverse("crm:reader-list"), {"trouble": "on"}).content.decode()
    assert "sci1@<wbr>example.com" in listed
    assert "fine@example.com" not in listed

    page = reverse("crm:reader-detail", args=[reader.pk])
    client.post(reverse("crm:reader-reason", args=[reader.pk]), {"reason": "enquiry"})
    again = reverse("crm:reader-address-retry", args=[reader.pk])
    assert again in client.get(page).content.decode()
    client.post(again)
    reader.refresh_from_db()
    assert reader.email_trouble == ""
    assert again not in client.get(page).content.decode()
