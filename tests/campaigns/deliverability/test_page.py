"""How mail arrives: by sender and by domain, from real answers and returned mail."""

import pytest
from django.utils import timezone

from campaigns.returns.actions import take_return
from campaigns.returns.doors import measured_since, note_door
from campaigns.returns.models import ReturnDoor
from crm.letters import post
from crm.letters.models import Letter
from crm.readers.actions import update_reader
from tests import factories
from tests.campaigns.building import url
from tests.campaigns.limits.building import days_ago, gone, promotion, reader
from tests.campaigns.returns.building import RETURN_ADDRESS, bounce, complaint, way_back
from tests.crm.subscribers.test_subscribing import subscribed

pytestmark = pytest.mark.django_db
ANSWERS = {
    "dead": b"550 5.1.1 user unknown",
    "gone": b"550 5.1.1 user unknown",
    "full": b"552 5.2.2 mailbox full",
    "later": b"452 4.2.2 mailbox full",
    "spam": b"550 5.7.1 rejected by policy",
}
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def answering(sink):
    """A mail server that answers by what stands before the @."""

    def rule(stage, text):
        if stage != "rcpt":
            return None
        for name, answer in ANSWERS.items():
            if f"<{name}@" in text:
                return answer
        return None

    sink.rule = rule
    return sink


def page(desk, **query):
    return desk.get(url("deliverability"), query, headers=ENGLISH)


def told(lines) -> dict[str, list[str]]:
    """{name: [sent, accepted, permanent, temporary, policy, complaints, rates…]}"""
    found = {}
    for line in lines:
        counts = [line.sent, line.accepted, line.permanent, line.temporary, line.policy]
        counts += [line.complaints, line.bounce_rate, line.refusal_rate, line.complaint_rate]
        found[line.name] = list(map(str, counts))
    return found


def sent_to(campaign, librarian, names, domain="big.example"):
    """A promotional mail to these mailboxes, and a notice to one more."""
    for name in names:
        reader(f"{name}@{domain}")
    reader("one@Small.example")
    content = promotion(campaign)
    gone(content, librarian)
    return content


NAMES = [*ANSWERS, *(f"fine{n}" for n in range(15))]


def test_rates_by_domain_and_sender_with_complaints_not_measured(
    answering, desk, campaign, librarian
):
    """Nobody takes returned mail in: that is no rate of zero."""
    content = sent_to(campaign, librarian, NAMES)
    letter = factories.LetterFactory(address="dead@big.example", reader=None)
    post.send_due()
    # Whoever has another address by now was written to at the former one.
    dead = content.deliveries.get(reader__email="dead@big.example").reader
    update_reader(reader=dead, by=librarian, email="dead@elsewhere.example")

    shown = page(desk)
    arrival = shown.context["arrival"]
    not_measured = "not measured"
    assert told(arrival.domains) == {
        "big.example": [
            *("21", "15", "3", "2", "1", not_measured),
            *("14.29 %", "4.76 %", not_measured),
        ],
        "Other domains": ["1", "1", "0", "0", "0", not_measured, "0.00 %", "0.00 %", not_measured],
    }
    by_sender = told(arrival.senders)
    assert by_sender["Promotion: events, surveys, research"][:5] == ["21", "16", "2", "2", "1"]
    assert by_sender["Notices and single letters"][:5] == ["1", "0", "1", "0", "0"]
    assert letter.pk
    assert "small.example" not in shown.text
    assert "complaints are not measured" in shown.text
    assert page(desk, days="7").context["arrival"].since > days_ago(7.01)
    content.deliveries.update(due_at=days_ago(40), sent_at=days_ago(40))
    assert told(page(desk, days="30").context["arrival"].domains).keys() == {"Other domains"}


def test_what_came_back_is_measured_since_it_is_taken_in(
    answering, desk, campaign, librarian, settings
):
    settings.RETURN_ADDRESS = RETURN_ADDRESS
    content = sent_to(campaign, librarian, NAMES)
    assert measured_since() is None
    before, returned, spam = content.deliveries.filter(state="sent").order_by("sent_at")[:3]
    type(before).objects.filter(pk=before.pk).update(sent_at=days_ago(3))
    take_return(raw=bounce(way_back(returned), returned.reader.email))
    take_return(raw=complaint(way_back(spam)))

    arrival = page(desk).context["arrival"]
    line = told(arrival.domains)["big.example"]
    # One of fifteen came back later; of the fifteen accepted one went before.
    assert line[:6] == ["20", "14", "3", "2", "1", "1"]
    assert arrival.is_measured_in_part
    (shown,) = [line for line in arrival.domains if line.name == "big.example"]
    assert (str(shown.measured), shown.complaint_rate) == ("14", "7.14 %")

    ReturnDoor.objects.update(since=days_ago(100))
    arrival = page(desk).context["arrival"]
    assert not arrival.is_measured_in_part
    assert arrival.domains[0].complaint_rate == "6.67 %"
    settings.RETURN_ADDRESS = ""
    note_door()
    assert (measured_since(), ReturnDoor.objects.count()) == (None, 0)
    assert page(desk).context["arrival"].domains[0].complaint_rate == "not measured"


def test_staff_of_one_campus_are_told_of_their_readers(answering, client, campaign, librarian):
    north = factories.CampusFactory()
    for number in range(6):
        reader(f"fine{number}@big.example", campus=north)
    sent_to(campaign, librarian, [f"other{n}" for n in range(9)])
    client.force_login(factories.UserFactory(role="librarian", campus=north))
    arrival = page(client).context["arrival"]
    assert {name: line[0] for name, line in told(arrival.domains).items()} == {"big.example": "6"}
    assert told(arrival.senders)["Promotion: events, surveys, research"][0] == "6"
    assert timezone.now() >= arrival.as_of


def test_letters_to_subscribers_stand_with_the_sender_they_left_from_and_tell_no_few(
    answering, desk, campaign, librarian, settings
):
    """Nobody of staff may open a subscriber, not even who is told every number of readers."""
    settings.RETURN_ADDRESS = RETURN_ADDRESS
    note_door(days_ago(2))
    for number in range(9):
        subscribed(f"s{number}@big.example")
    subscribed("dead@big.example")
    sent_to(campaign, librarian, [f"fine{n}" for n in range(6)])
    Letter.objects.exclude(kind="promotion.subscribers").delete()
    again = promotion(campaign, to_subscribers=True)
    gone(again, librarian)
    while post.send_due():
        pass
    shown = page(desk)
    arrival = shown.context["arrival"]
    by_sender = told(arrival.senders)
    # Two mails to seven readers each, and a letter to each of ten subscribers.
    assert by_sender["Promotion: events, surveys, research"][0] == "24"
    assert by_sender["Notices and single letters"][0] == "0"
    # One bounce, of a subscriber: neither it nor what it follows from is told.
    big = told(arrival.domains)["big.example"]
    assert "1" not in big[1:5]
    assert not {"4.17 %", "4.55 %"} & {*big, *by_sender["Promotion: events, surveys, research"]}
    assert "Letters to subscribers are among them" in shown.text

    # A test mail of the promotion's sender is the promotion's sender's as well.
    Letter.objects.all().delete()
    factories.LetterFactory(kind="promotion.test", purpose="promotion", reader=None)
    post.send_due()
    shown = page(desk)
    assert told(shown.context["arrival"].senders)["Promotion: events, surveys, research"][0] == "15"
    assert "Letters to subscribers" not in shown.text
