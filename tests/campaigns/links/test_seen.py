"""What a request for a link says of who makes it, and what is written down of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.links import following, keys, seen
from campaigns.sending import clicks
from campaigns.sending.models import Click, Delivery, LinkLook
from tests import factories
from tests.campaigns.links.test_following import knock

ANDROID = "Mozilla/5.0 (Linux; Android 13; {}) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 {}"
)
PEOPLE = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    ANDROID.format("CUBOT NOTE 20") + " Chrome/110.0 Mobile Safari/537.36",
    ANDROID.format("V2055A")
    + " Chrome/107 MMWEBID/1 MicroMessenger/8.0.47 NetType/WIFI Language/zh_CN",
    ANDROID.format("HUAWEI") + " QQMail/6.5 Mobile Safari/537.36",
    ANDROID.format("M2102") + " Chrome/100 baiduboxapp/13.50 (Baidu; P1 13) Mobile Safari/537.36",
    IPHONE.format("MicroMessenger/8.0.49(0x18003137) NetType/4G Language/zh_CN"),
    IPHONE.format("DingTalk/7.5.20 AliApp(DingTalk/7.5.20)"),
    IPHONE.format("QRScanner/3.2"),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Microsoft Outlook 16.0.5197)",
    "",
]
ROBOTS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/120.0 Safari/537.36",
    "WhatsApp/2.23.20.0 A",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "python-requests/2.32.3",
    "curl/8.5.0",
    "Go-http-client/1.1",
    "okhttp/4.12.0",
    "TelegramBot (like TwitterBot)",
]


def environ(**said) -> dict:
    return {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "203.0.113.7"} | said


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_browser_says_nothing_against_itself(agent):
    for said in ({}, {"HTTP_SEC_FETCH_MODE": "navigate"}):
        assert seen.signal_of(environ(HTTP_USER_AGENT=agent, **said)) == ""


@pytest.mark.parametrize("agent", ROBOTS)
def test_a_robot_is_known_by_its_name(agent):
    assert seen.signal_of(environ(HTTP_USER_AGENT=agent)) == "robot"


@pytest.mark.parametrize(
    ("said", "signal"),
    [
        ({"REQUEST_METHOD": "HEAD"}, "head"),
        ({"HTTP_SEC_PURPOSE": "prefetch;prerender"}, "prefetch"),
        ({"HTTP_X_MOZ": "prefetch"}, "prefetch"),
        ({"HTTP_X_PURPOSE": "preview"}, "preview"),
        ({"HTTP_SEC_FETCH_MODE": "no-cors"}, "preview"),
    ],
)
def test_a_request_that_opens_nothing_says_so(said, signal):
    assert seen.signal_of(environ(HTTP_USER_AGENT=PEOPLE[0], **said)) == signal


def test_a_visitor_is_a_browser_in_a_network_on_a_day(monkeypatch):
    one = seen.visitor_of(environ(HTTP_USER_AGENT=PEOPLE[0]))
    assert len(one) == 16
    assert seen.visitor_of(environ(HTTP_USER_AGENT=PEOPLE[0])) == one
    assert seen.visitor_of(environ(HTTP_USER_AGENT=PEOPLE[1])) != one
    assert seen.visitor_of(environ(HTTP_USER_AGENT=PEOPLE[0], REMOTE_ADDR="203.0.113.8")) != one
    # Nobody is told apart who has no address, and nobody says of themselves which one they have.
    assert seen.visitor_of(environ(REMOTE_ADDR="")) == ""
    told = environ(HTTP_USER_AGENT=PEOPLE[0], HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert seen.visitor_of(told) == one
    tomorrow = seen.time.time() + 86_400
    monkeypatch.setattr(seen.time, "time", lambda: tomorrow)
    assert seen.visitor_of(environ(HTTP_USER_AGENT=PEOPLE[0])) != one


@pytest.mark.django_db
def test_j3_every_link_of_a_mail_opened_through_the_door_is_nobodys_click(client, settings):
    """Fault 61. With a browser's name, seconds after sending; the page for leaving takes nobody
    off, and a POST does.
    """
    following.targets.known.clear()
    delivery = factories.DeliveryFactory(
        state="sent", sent_at=timezone.now() - timedelta(seconds=90)
    )
    content = delivery.content
    links = factories.TrackedLinkFactory.create_batch(3, content=content, campaign=content.campaign)
    key = keys.delivery_key(delivery.pk, keys.CLICK)
    said = {"HTTP_USER_AGENT": PEOPLE[0], "REMOTE_ADDR": "203.0.113.7"}
    for method in ("HEAD", "GET"):
        for link in links:
            assert knock(f"/go/{link.code}/{key}", method, **said)[0] == "302 Found"
    way_out = reverse(
        "campaigns:unsubscribe", args=[keys.delivery_key(delivery.pk, keys.UNSUBSCRIBE)]
    )
    assert client.get(way_out, **said).status_code == 200
    journals = b"".join(path.read_bytes() for path in settings.JOURNAL_DIR.glob("*.clicks"))
    assert b"203.0.113" not in journals
    assert clicks.flush() == 0

    assert set(Click.objects.values_list("left_out", flat=True)) == {"all-links"}
    assert LinkLook.objects.count() == 4
    visitors = {bytes(one) for one in Click.objects.values_list("visitor", flat=True)}
    assert visitors == {bytes.fromhex(seen.visitor_of(environ(**said)))}
    found = Delivery.objects.select_related("reader").get()
    assert found.clicked_at is None
    assert found.reader.allows("email", content.purpose)

    assert client.post(way_out, {"List-Unsubscribe": "One-Click"}, **said).status_code == 200
    found.reader.refresh_from_db()
    assert not found.reader.allows("email", content.purpose)


def test_lines_of_before_are_read():
    """A journal of 0.1 may be left when the portal is started anew."""
    old, new = clicks.clicks_in(b"7 9 1.500\n7 9 2.500 head 0123456789abcdef\n7 9 3", journal="j")
    assert (old.link_id, old.delivery_id, old.at, old.signal, old.visitor) == (7, 9, 1.5, "", "")
    assert (new.signal, new.visitor, new.is_look) == ("head", "0123456789abcdef", True)
