"""Where a request comes from: what named proxies wrote, and nobody else."""

import pytest
from django.test import RequestFactory

from config.middleware import ProxyMiddleware
from core.visitors import address_of, named_networks, network_of

PROXIES = ["127.0.0.1", "172.16.0.0/12", "fd00::/8"]


@pytest.fixture(autouse=True)
def proxies(settings):
    settings.TRUSTED_PROXIES = named_networks(PROXIES)


def request_from(address: str, forwarded: str | None = None):
    headers = {}
    if forwarded is not None:
        headers["x-forwarded-for"] = forwarded
    return RequestFactory().get("/", headers=headers, REMOTE_ADDR=address)


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("203.0.113.5", None, "203.0.113.5"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "203.0.113.5", "203.0.113.5"),
        # Written by the visitor themself, before the proxy appended whom it heard.
        ("127.0.0.1", "198.51.100.1, 203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.1,127.0.0.1, 203.0.113.5", "203.0.113.5"),
        # Two proxies in a row, and a third that somebody invented.
        ("127.0.0.1", "198.51.100.1, 203.0.113.5, 172.18.0.2", "203.0.113.5"),
        ("127.0.0.1", "172.31.0.9, 203.0.113.5, 172.18.0.2", "203.0.113.5"),
        # No proxy of ours: its header is nobody's word.
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("203.0.113.5", "127.0.0.1", "203.0.113.5"),
        ("127.0.0.1", "not an address", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1, <script>", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1, 172.16.0.1", "127.0.0.1"),
        ("::ffff:203.0.113.5", None, "203.0.113.5"),
        ("fd00::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6"),
        ("", None, None),
        ("", "198.51.100.1", None),
    ],
)
def test_visitor_is_the_first_from_the_right_whom_no_proxy_of_ours_is(peer, forwarded, visitor):
    assert address_of(request_from(peer, forwarded)) == visitor


def test_without_named_proxies_no_header_is_believed(settings):
    settings.TRUSTED_PROXIES = []
    assert address_of(request_from("127.0.0.1", "198.51.100.1")) == "127.0.0.1"


def test_network_is_the_address_or_the_half_of_a_long_one():
    assert network_of(request_from("203.0.113.5")) == "203.0.113.5"
    assert network_of(request_from("2001:db8:1:2:3:4:5:6")) == "2001:db8:1:2::/64"
    assert network_of(request_from("2001:db8:1:2::9")) == "2001:db8:1:2::/64"
    assert network_of(request_from("")) == "unknown"


@pytest.mark.parametrize(("peer", "secure"), [("127.0.0.1", True), ("203.0.113.5", False)])
def test_only_a_named_proxy_says_that_the_visitor_came_by_tls(settings, peer, secure):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = RequestFactory().get("/", headers={"x-forwarded-proto": "https"}, REMOTE_ADDR=peer)
    seen = []

    ProxyMiddleware(lambda passed: seen.append(passed.is_secure()))(request)

    assert seen == [secure]


@pytest.mark.parametrize("name", ["example.org", "10.0.0.0/33", "*"])
def test_proxy_that_is_no_address_is_an_error(name):
    with pytest.raises(ValueError):
        named_networks([name])
