"""One mail for each mailbox and content, and one arm for each mailbox."""

import csv
from pathlib import Path

import pytest

from campaigns.sending import audience, run
from campaigns.sending.actions import launch_content
from campaigns.sending.words import reason_in_words
from crm.readers.queries import shared_mailboxes
from tests import factories

pytestmark = pytest.mark.django_db

HOSTILE = Path(__file__).parents[2] / "data" / "hostile" / "13_same_mailbox.csv"


def readers_of_the_file() -> list:
    with HOSTILE.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return [
        factories.ReaderFactory(number=row["读者证号"], name=row["姓名"], email=row["邮箱"])
        for row in rows
    ]


def test_three_rows_with_one_mailbox_get_one_mail_and_the_others_say_why(sink, campaign, librarian):
    first, *others = readers_of_the_file()
    content = factories.ContentFactory(campaign=campaign)
    audience.prepare(campaign)
    counted = audience.count(content)
    assert (counted.mailed, counted.same_mailbox) == (1, 2)

    launched = launch_content(content=content, by=librarian)
    assert (launched.mailed, launched.held_out) == (1, 0)
    run.send(content.pk)
    assert len(sink.received) == 1
    states = dict(content.deliveries.values_list("reader", "state"))
    assert states == {first.pk: "sent"} | dict.fromkeys([row.pk for row in others], "skipped")
    reasons = set(content.deliveries.filter(state="skipped").values_list("reason", flat=True))
    assert reasons == {"same_mailbox"}
    assert reason_in_words("same_mailbox") != "same_mailbox"


def test_arm_belongs_to_the_mailbox_whichever_of_its_readers_is_written_to(campaign, librarian):
    """Two purposes, each allowed by another row of the same mailbox: one arm."""
    campaign.holdout_percent = 50
    campaign.save()
    for number in range(40):
        box = f"box{number}@example.org"
        factories.ReaderFactory(email=box, consents=["email:events"])
        factories.ReaderFactory(email=box.upper(), consents=["email:notices"])
    arms = {}
    for purpose in ("events", "notices"):
        content = factories.ContentFactory(campaign=campaign, purpose=purpose)
        launch_content(content=content, by=librarian)
        held = content.deliveries.filter(state="holdout").values_list("reader__email", flat=True)
        arms[purpose] = {email.lower() for email in held}
    assert arms["events"] == arms["notices"]
    assert 0 < len(arms["events"]) < 40


def test_whoever_shares_a_mailbox_that_is_held_out_is_in_no_arm(campaign, librarian):
    campaign.holdout_percent = 50
    campaign.save()
    for number in range(20):
        for _row in range(2):
            factories.ReaderFactory(email=f"box{number}@example.org")
    content = factories.ContentFactory(campaign=campaign)
    launched = launch_content(content=content, by=librarian)
    assert launched.mailed + launched.held_out == 20
    assert content.deliveries.filter(state="skipped", reason="same_mailbox").count() == 20
    counted = audience.count(content)
    assert (counted.mailed, counted.held_out) == (launched.mailed, launched.held_out)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Li@example.org", "li@EXAMPLE.ORG"),
        ("li@Bücher.example", "LI@xn--bcher-kva.example"),
        ("ｌｉ@example.org", "li@example.org"),
        ("李@图书馆.中国", "李@xn--1jq52s681d.xn--fiqs8s"),
    ],
)
def test_one_mailbox_in_two_writings_is_one(one, other):
    """Fault 62. Whatever form of it a row of 0.1 or of today holds."""
    rows = [factories.ReaderFactory(email=address) for address in (one, other)]
    factories.ReaderFactory(email="wang@example.org")
    assert shared_mailboxes() == dict.fromkeys([row.pk for row in rows], rows[0].pk)
