"""Subscribing without being a reader: by double opt-in, out at any time, counted as a reader
nowhere.
"""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from core.addresses import address_digest, one_mailbox
from core.refusals import Refused
from core.traps import stamp
from crm.clock.nightly import run_night
from crm.letters.models import Letter
from crm.privacy.actions import erase
from crm.privacy.own import own_data
from crm.readers.actions import unsubscribe
from crm.readers.models import Reader, Suppression
from crm.readers.restoring import withdraw_listed
from crm.readers.suppressing import suppress_digest
from crm.segments.refresh import refresh_segment
from crm.staff import buckets
from crm.subscribers import keys
from crm.subscribers.actions import ask_subscription, confirm_subscription, leave
from crm.subscribers.letters import why_not_mailed
from crm.subscribers.models import LINK_HOLDS, Subscriber
from crm.subscribers.queries import reachable
from crm.subscribers.restoring import end_refused
from crm.subscribers.undeliverable import note_refusals
from crm.subscribers.views import ALL_LETTERS
from tests import factories
from tests.owner import as_owner

pytestmark = pytest.mark.django_db
ADDRESS = "Li.Lan@example.org"
SUBSCRIBE, ASKED = "/subscribe/", "/subscribe/asked/"


def sent_in(**changed) -> dict:
    """The form as a person sends it."""
    asked = {"address": ADDRESS, "purposes": ["events"], "language": "en", "grown": "on"}
    return {**asked, "t": stamp(timezone.now().timestamp() - 60), **changed}


def link_in(letter: Letter) -> str:
    return re.search(r"/subscription/confirm/([\w-]+)/", letter.text)[1]


def subscribed(address: str = ADDRESS, *purposes: str) -> Subscriber:
    """Somebody who asked for letters and followed the link."""
    ask_subscription(address=address, language="en", purposes=purposes or ["events"])
    return confirm_subscription(link=link_in(Letter.objects.latest("pk")))


def out_of(subscriber: Subscriber, purpose: str = "events") -> str:
    return reverse("crm:subscription", args=[keys.way_out(bytes(subscriber.digest)), purpose])


def test_nothing_counts_before_the_link_is_followed_and_it_works_once(client):
    """A page that a mail scanner opens confirms nothing; the button does, once."""
    assert client.post(SUBSCRIBE, sent_in()).status_code == 302
    (letter,) = Letter.objects.all()
    assert (letter.kind, letter.address, letter.language) == (
        "account.subscription",
        ADDRESS,
        "en",
    )
    page = reverse("crm:subscription-confirm", args=[link_in(letter)])

    assert client.get(page).status_code == 200
    assert reachable("events") == []

    answer = client.post(page)
    assert answer.status_code == 302
    assert [one.address for one in reachable("events")] == [ADDRESS]
    assert reachable("surveys") == []
    assert client.get(answer["Location"]).status_code == 200
    assert client.post(page).status_code == 410
    # Nobody became a reader by it.
    assert not Reader.objects.exists()


def test_link_ends_after_two_days_or_when_one_was_used(client):
    """Whoever types a stranger's address keeps nobody from confirming what they asked for."""
    ask_subscription(address=ADDRESS, language="en", purposes=["events"])
    first = link_in(Letter.objects.latest("pk"))
    ask_subscription(address=ADDRESS.lower(), language="en", purposes=["surveys"])
    second = link_in(Letter.objects.latest("pk"))
    # Two writings of one address are one mailbox.
    assert Subscriber.objects.count() == 1

    past = timezone.now() - LINK_HOLDS - timedelta(minutes=1)
    confirm = [reverse("crm:subscription-confirm", args=[link]) for link in (first, second)]
    Subscriber.objects.update(asked_at=past)
    assert client.post(confirm[1]).status_code == 410
    Subscriber.objects.update(asked_at=timezone.now())
    # Each confirms what its own letter said.
    assert client.post(confirm[0]).status_code == 302
    assert Subscriber.objects.get().purposes == ["events"]
    assert [client.post(page).status_code for page in confirm] == [410, 410]

    links = []
    for _each in range(3):
        ask_subscription(address=ADDRESS, language="en", purposes=["events"])
        links.append(link_in(Letter.objects.latest("pk")))
    row = Subscriber.objects.get()
    older = [{**one, "at": past.isoformat()} for one in row.older]
    Subscriber.objects.update(older=older)
    for link in links[:2]:
        with pytest.raises(Refused):
            confirm_subscription(link=link)
    # What is over is not kept.
    ask_subscription(address=ADDRESS, language="en", purposes=["events"])
    assert len(Subscriber.objects.get().older) == 1
    confirm_subscription(link=links[2])
    assert Subscriber.objects.get().older == []


def test_mailbox_is_one_however_its_address_is_varied(client):
    """The form is no cannon: three letters a day reach one mailbox, whatever is behind the plus."""
    for address in ("li.lan+1@gmail.com", "lilan+2@googlemail.com", "l.i.lan@gmail.com"):
        assert client.post(SUBSCRIBE, sent_in(address=address)).status_code == 302
    assert client.post(SUBSCRIBE, sent_in(address="LiLan@gmail.com")).status_code == 302
    assert Letter.objects.count() == 3
    # Elsewhere a dot is another mailbox.
    assert client.post(SUBSCRIBE, sent_in(address="li.lan+x@example.org")).status_code == 302
    assert client.post(SUBSCRIBE, sent_in(address="lilan@example.org")).status_code == 302
    assert Letter.objects.count() == 5
    assert one_mailbox("+only@example.org") == "+only@example.org"


def test_all_networks_together_have_a_bound_and_staff_are_told(client):
    name, key, rate, burst = ALL_LETTERS
    client.force_login(factories.UserFactory(role="manager"))
    desk = reverse("crm:subscriber-page")
    said = "Nobody can subscribe just now"
    assert said not in client.get(desk, headers={"accept-language": "en"}).text
    for _letter in range(burst):
        assert not buckets.take(name, key, rate, burst)
    answer = client.post(SUBSCRIBE, sent_in(), headers={"accept-language": "en"})
    assert (answer.status_code, "Very many are subscribing" in answer.text) == (400, True)
    assert Letter.objects.count() == 0
    assert said in client.get(desk, headers={"accept-language": "en"}).text


def test_mailbox_that_wants_no_such_letter_gets_none_whoever_types_its_address(client):
    """Of an address that never subscribed nothing is kept but that; a subscription goes on."""
    client.post(SUBSCRIBE, sent_in())
    letter = Letter.objects.get()
    page = re.search(r"(/subscription/\S+\?links)", letter.text)[1]
    browser = type(client)(enforce_csrf_checks=True)
    shown = browser.get(page, headers={"accept-language": "en"})
    assert "No such letters any more" in shown.text
    assert not Subscriber.objects.get().no_links
    browser.post(page, {"links": "no"})
    row = Subscriber.objects.get()
    assert (row.no_links, row.address, row.link, row.older) == (True, "", "", [])
    # Nobody confirms any more either, and nothing was refused but such letters.
    with pytest.raises(Refused):
        confirm_subscription(link=link_in(letter))
    assert not Suppression.objects.exists()
    assert client.post(SUBSCRIBE, sent_in()).status_code == 302
    assert Letter.objects.count() == 1
    run_night(night=timezone.localdate() + timedelta(days=40))
    assert Subscriber.objects.get().no_links
    # The same page leads back.
    assert "Allow such letters again" in browser.get(page, headers={"accept-language": "en"}).text
    browser.post(page, {"links": "yes"})
    assert not Subscriber.objects.exists()
    subscriber = subscribed()

    # Who subscribes goes on to get letters, and who leaves or is erased is asked no more.
    browser.post(page, {"links": "no"})
    assert [one.pk for one in reachable("events")] == [subscriber.pk]
    reader = factories.ReaderFactory(email=ADDRESS)
    erase(reader=reader, reason="own wish", by=None)
    row = Subscriber.objects.get()
    assert (row.no_links, row.address, row.purposes, row.confirmed_at) == (True, "", [], None)
    ask_subscription(address=ADDRESS, language="en", purposes=["events"])
    assert not Letter.objects.filter(kind="account.subscription", state="pending").exists()


def test_answers_say_nothing_about_who_exists(client):
    """A stranger's address, a subscriber's, a reader's, one that refused: all the same."""
    subscribed("known@example.org")
    factories.ReaderFactory(email="reader@example.org")
    suppress_digest(
        digest=address_digest("never@example.org"), purposes=["events"], source="x", by=None
    )
    answers = set()
    for name in ("new", "known", "reader", "never"):
        answer = client.post(SUBSCRIBE, sent_in(address=f"{name}@example.org"))
        page = re.sub(
            r'name="csrfmiddlewaretoken" value="\w+"', "", client.get(ASKED).content.decode()
        )
        answers.add((answer.status_code, answer["Location"], page))
    assert len(answers) == 1
    assert Letter.objects.filter(kind="account.subscription").count() == 5

    # A link that never was, and one that was used, are refused in the same words.
    used = reverse("crm:subscription-confirm", args=["x" * 43])
    assert client.post(used).status_code == 410


def test_mailbox_gets_three_links_a_day_and_programs_none(client):
    for _time in range(5):
        assert client.post(SUBSCRIBE, sent_in()).status_code == 302
    assert Letter.objects.count() == 3
    for program in ({"website": "http://x"}, {"t": ""}):
        assert (
            client.post(SUBSCRIBE, sent_in(address="b@example.org", **program)).status_code == 302
        )
    assert Letter.objects.count() == 3
    for wrong in ({"address": "no address"}, {"purposes": []}, {"grown": ""}):
        assert client.post(SUBSCRIBE, sent_in(**wrong)).status_code == 400


def test_one_click_leaves_the_purpose_and_nothing_but_the_refusal_stays(client):
    """RFC 8058: a POST without cookies or token is heard; a GET changes nothing."""
    subscriber = subscribed(ADDRESS, "events", "surveys")
    page = out_of(subscriber)
    browser = type(client)(enforce_csrf_checks=True)

    assert browser.get(page).status_code == 200
    assert len(reachable("events")) == 1
    assert browser.post(page, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert reachable("events") == []
    assert len(reachable("surveys")) == 1
    assert client.get(page, {"data": 1}).json()["purposes"] == ["surveys"]

    browser.post(page, {"all": "1"})
    assert not Subscriber.objects.exists()
    assert client.get(page, {"data": 1}).json() == {}
    digest = address_digest(ADDRESS)
    assert Suppression.objects.filter(digest=digest).count() == 4
    # The key of an old mail leads out of a subscription that was begun anew.
    subscribed()
    browser.post(page)
    assert reachable("events") == []
    for guess in (page.replace("/events/", "/nothing/"), page.replace(".", "x", 1)):
        assert client.post(guess).status_code == 404


def test_consent_belongs_to_the_address_whoever_it_is():
    """Who confirms takes back what the mailbox refused; who leaves stops the reader's row too."""
    reader = factories.ReaderFactory(email=ADDRESS, consents=["email:events", "email:surveys"])
    unsubscribe(reader=reader, source="unsubscribe page", by=None)
    assert Suppression.objects.count() == 4

    subscriber = subscribed()
    assert [one.pk for one in reachable("events")] == [subscriber.pk]
    # Of the reader nothing was said: their own row allows nothing by it.
    reader.refresh_from_db()
    assert reader.consents == []
    assert set(Suppression.objects.values_list("purpose", flat=True)) == {
        "notices",
        "surveys",
        "research",
    }

    other = factories.ReaderFactory(email="two@example.org", consents=["email:events"])
    assert Reader.objects.mailable("events").filter(pk=other.pk).exists()
    leave(digest=bytes(subscribed("two@example.org").digest), purposes=["events"])
    assert not Reader.objects.mailable("events").filter(pk=other.pk).exists()


def test_database_takes_an_address_off_the_list_for_nobody_but_its_confirmed_subscriber():
    suppress_digest(digest=address_digest(ADDRESS), purposes=["events"], source="x", by=None)
    ask_subscription(address=ADDRESS, language="en", purposes=["events"])
    subscriber = Subscriber.objects.get()
    stranger = subscribed("other@example.org")
    release = "SELECT huixiang_release_subscribed(%s, %s)"
    for said in (subscriber.pk, stranger.pk, 0):
        with pytest.raises(DatabaseError, match="nobody said so"), transaction.atomic():
            connection.cursor().execute(release, [said, [address_digest(ADDRESS)]])
    assert Suppression.objects.filter(digest=address_digest(ADDRESS)).exists()


def test_subscriber_is_no_reader_in_list_segment_figure_or_file(client):
    segment = factories.SegmentFactory(rule={})
    factories.ReaderFactory(name="Reader")
    before = Reader.objects.count()
    subscribed()
    refresh_segment(segment)

    segment.refresh_from_db()
    assert Reader.objects.count() == before == segment.size
    client.force_login(factories.UserFactory(role="manager"))
    assert ADDRESS not in client.get(reverse("crm:reader-list")).content.decode()
    assert ADDRESS.encode() not in client.get(reverse("crm:reader-export-csv")).getvalue()
    # Below five nobody is told how many subscribe, and nobody sees who.
    page = client.get(reverse("crm:subscriber-page")).content.decode()
    assert ADDRESS not in page
    assert not re.search(r"<dd>\s*1\s*</dd>", page)


def test_desk_forgets_somebody_who_asks_and_says_nothing_about_who_was_there(client):
    subscribed()
    client.force_login(factories.UserFactory(role="manager"))
    for address in (ADDRESS, "nobody@example.org"):
        answer = client.post(reverse("crm:subscriber-forget"), {"address": address})
        assert answer.status_code == 302
    assert not Subscriber.objects.exists()
    assert Suppression.objects.filter(digest=address_digest("nobody@example.org")).count() == 4


def test_reader_sees_and_takes_along_the_subscription_of_the_address_and_it_goes_with_them():
    reader = factories.ReaderFactory(email=ADDRESS.lower())
    subscribed()
    assert own_data(reader)["subscriber_address"][0]["purposes"] == ["events"]

    erase(reader=reader, reason="own wish", by=None)
    assert not Subscriber.objects.exists()


def test_what_nobody_confirmed_is_removed_after_a_week():
    ask_subscription(address=ADDRESS, language="en", purposes=["events"])
    stays = subscribed("stays@example.org")
    Subscriber.objects.update(asked_at=timezone.now() - timedelta(days=8))
    run_night(night=timezone.localdate())
    assert list(Subscriber.objects.all()) == [stays]


def test_letter_to_a_subscriber_goes_only_while_the_mailbox_asks_for_it():
    """Judged just before it leaves: not after leaving, on the stop list, or without a mailbox."""
    names = ("asks", "left", "stopped", "gone")
    people = {name: subscribed(f"{name}@example.org") for name in names}
    letters = {
        name: factories.LetterFactory(
            kind="promotion.subscribers",
            purpose="promotion",
            address=one.address,
            headers={"List-Id": "<events.example.edu>"},
        )
        for name, one in people.items()
    }
    leave(digest=bytes(people["left"].digest), purposes=["events"])
    factories.ReaderFactory(email="stopped@example.org", stop_reason="deceased")
    note_refusals([("gone@example.org", "550 5.1.1 no such user")])

    reasons = why_not_mailed(letters.values())
    assert {name for name in names if letters[name].pk in reasons} == {"left", "stopped", "gone"}


def test_restored_backup_forgets_who_left_since():
    """The row comes back with the backup; the list of withdrawals outlives the database."""
    subscriber = subscribed(ADDRESS, "events", "surveys")
    other = subscribed("other@example.org")
    rows = list(Subscriber.objects.order_by("pk"))
    leave(digest=bytes(subscriber.digest), purposes=["events"])
    leave(digest=bytes(other.digest), purposes=["events"])
    # As the backup has it.
    Subscriber.objects.all().delete()
    with as_owner():
        Suppression.objects.all().delete()
    # Rows of a backup are read before the triggers of their tables are made.
    guard = "ALTER TABLE crm_subscriber {} TRIGGER huixiang_confirmed_by_link"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(guard.format("DISABLE"))
        Subscriber.objects.bulk_create(rows)
        cursor.execute(guard.format("ENABLE"))

    withdraw_listed()
    assert "1 subscriptions" in end_refused()
    assert Subscriber.objects.get().purposes == ["surveys"]


def test_single_kinds_of_letters_are_stopped_on_the_page_that_a_letter_leads_to(client):
    subscriber = subscribed(ADDRESS, "events", "surveys", "research")
    page = out_of(subscriber)
    client.cookies["django_language"] = "en"
    html = client.get(page).content.decode()
    assert [f'name="stop" value="{one}"' in html for one in ("surveys", "research")] == [True, True]
    html = client.post(page, {"stop": "surveys"}).content.decode()
    subscriber.refresh_from_db()
    assert subscriber.purposes == ["events", "research"]
    assert 'value="surveys"' not in html
    # A word that is no purpose ends nothing.
    client.post(page, {"stop": "everything"})
    subscriber.refresh_from_db()
    assert subscriber.purposes == ["events", "research"]
