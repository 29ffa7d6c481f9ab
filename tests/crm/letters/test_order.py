"""Account mail waits for no promotion, however much of it is there and whatever holds it up."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from crm.letters import claiming, post
from crm.letters.models import Letter
from tests import factories
from tests.crm.letters.building import states

pytestmark = pytest.mark.django_db
HOURS_AGO = timedelta(hours=3)


def promotion(n: int, **fields) -> list[Letter]:
    """Letters to subscribers that have been due for hours."""
    model = factories.LetterFactory.build(reader=None)
    due = timezone.now() - HOURS_AGO
    return Letter.objects.bulk_create(
        Letter(
            kind="promotion.subscribers",
            purpose="promotion",
            once=f"p/{number}",
            about="campaigns.content:0",
            address=f"p{number}@example.org",
            language="en",
            subject=model.subject,
            text=model.text,
            due_at=due,
            expires_at=due + timedelta(days=7),
            **fields,
        )
        for number in range(n)
    )


def sign_in(address: str = "me@example.org", **fields) -> Letter:
    return factories.LetterFactory(
        kind="account.verify", purpose="account", address=address, reader=None, **fields
    )


def test_what_is_claimed_first_is_account_mail_then_notices_then_what_was_due_first():
    """Thousands that were due for hours stand in front of nobody's way in."""
    first, *_others = promotion(250)
    notice = factories.LetterFactory(reader=None)
    account = sign_in()
    claimed = claiming.claim("run:1", 100)
    assert [letter.pk for letter in claimed[:3]] == [account.pk, notice.pk, first.pk]
    assert len(claimed) == 100
    # What was put off all together keeps its order.
    Letter.objects.update(state="pending", claimed_by="", lease_until=None)
    claiming.put_off("unreachable")
    Letter.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert claiming.claim("run:2", 2) == [account, notice]


def test_a_claim_asks_each_purpose_for_itself_and_no_more_than_it_needs(
    django_assert_num_queries,
):
    """However much promotion waits, a claim of others does not go through it."""
    promotion(3)
    notice, account = factories.LetterFactory(reader=None), sign_in()
    with django_assert_num_queries(3):
        assert claiming.claim("run:1", 2) == [account, notice]
    with django_assert_num_queries(3):
        assert claiming.claim("run:2", 5, claiming.SLOTS[2]) == []
    assert len(claiming.claim("run:3", 5)) == 3


@pytest.mark.django_db(transaction=True)
def test_one_of_two_runs_has_no_promotion_in_its_hands():
    promotion(3)
    with claiming.a_slot() as everything:
        assert everything == claiming.ORDER
        found = []

        def beside() -> None:
            """Another worker, with a connection of its own."""
            with claiming.a_slot() as purposes:
                found.append(purposes)
                found.append(claiming.claim("run:b", 100, purposes))
            connections["default"].close()

        worker = threading.Thread(target=beside)
        worker.start()
        worker.join()
    purposes, claimed = found
    assert list(purposes) == ["account", "notices"]
    assert claimed == []


def test_refused_sender_of_promotion_holds_no_account_mail_up(sink, settings):
    """The library's own domain is well, that of its promotion is not."""
    settings.PROMOTION_FROM_EMAIL = "news@mail.example.org"
    settings.RETURN_ADDRESS = ""
    sink.rule = lambda stage, text: b"550 no" if stage == "mail" and "news@" in text else None
    promotion(2)
    notice = factories.LetterFactory(reader=None, due_at=timezone.now() + timedelta(seconds=30))
    sign_in()
    assert post.send_due() is False
    assert sink.addresses == ["me@example.org"]
    assert states() == {"sent": 1, "pending": 3}
    later = sign_in("later@example.org")
    assert post.send_due() is False
    later.refresh_from_db()
    assert later.state == "sent"
    notice.refresh_from_db()
    assert notice.reason == ""
