"""What the server fetches for somebody comes from public addresses alone (fault 40)."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core import fetching
from core.fetching import NotFetched, checked, fetch, next_address

PUBLIC = "93.184.216.34"


class Site(BaseHTTPRequestHandler):
    """A web site that redirects, drips and floods."""

    def do_GET(self):
        getattr(self, f"get_{self.path.strip('/').split('/')[0] or 'page'}")()

    def answer(self, status: int, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def get_page(self):
        self.answer(200, **{"Content-Type": "text/html"})
        self.wfile.write(self.headers["Host"].encode())

    def get_to(self):
        self.answer(302, Location=self.path.removeprefix("/to/"))

    def get_round(self):
        self.answer(302, Location="/round/")

    def get_much(self):
        self.answer(200)
        for _time in range(100):
            self.wfile.write(b"x" * 10_000)

    def get_drip(self):
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        while not self.server.over.wait(0.05):
            self.wfile.write(b"X: y\r\n")

    def handle(self):
        try:
            super().handle()
        except OSError:
            # Whoever asked has hung up, which is what some tests are about.
            return

    def log_message(self, *_args):
        """Nothing on the console."""


@pytest.fixture
def site(monkeypatch):
    """The site behind every public address; names resolve to what ``site.names`` says."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.over = threading.Event()
    # It looks so often whether it shall end: by default only twice a second.
    options = {"poll_interval": 0.01}
    threading.Thread(target=server.serve_forever, kwargs=options, daemon=True).start()
    server.names = {"www.example.org": [PUBLIC]}
    server.asked = []
    connect = socket.socket.connect

    def resolve(host, port, **_more):
        server.asked.append(host)
        found = server.names.get(host, [host])
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(family[":" in one], socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    def to_the_site(sock, address):
        assert fetching.is_public(address[0])
        return connect(sock, server.server_address)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", to_the_site)
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


def test_public_page_is_fetched_under_its_name(site):
    found = fetch("http://www.example.org/page/?a=1#b")
    assert (found.status, found.content_type, found.body) == (200, "text/html", b"www.example.org")


INSIDE = [
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1"),
    *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a9fe:a9fe::", "2001:0:1::1"),
    *("0.1.2.3", "100.127.255.254", "192.0.0.8", "192.0.0.170", "198.18.0.1", "198.19.255.254"),
    *("192.88.99.1", "192.31.196.1", "192.52.193.1", "192.175.48.1", "240.0.0.1", "233.252.0.1"),
    *("239.255.255.250", "fec0::1", "febf::1", "fd00:ec2::254", "64:ff9b:1::7f00:1", "::7f00:1"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b::6440:1", "2002:6440:1::", "2002:c612:1::", "::ffff:0:1"),
    *("2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1", "2001:20::1", "2001:db8::1"),
    *("2001:1::1", "3fff::1", "5f00::1", "100::1", "ff0e::1", "::ffff:100.64.0.1"),
    *("fe80::1%eth0", "2606:4700::1111%1"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_address_that_is_not_public_is_refused_at_connect(site, address):
    """Fault 40."""
    site.names["inside.example.org"] = [address]
    for names in ([address], [PUBLIC, address]):
        site.names["inside.example.org"] = names
        with pytest.raises(NotFetched, match="not public"):
            fetch("http://inside.example.org/")


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_address_of_the_public_internet_is_one(address):
    """Fault 40."""
    assert fetching.is_public(address)


def test_name_is_resolved_once_and_the_connection_goes_there(site):
    """Fault 40. A second answer of the name server (rebinding) is asked for by nobody."""
    fetch("http://www.example.org/")
    assert site.asked == ["www.example.org"]


def test_redirect_is_checked_like_the_first_address(site):
    """Fault 40."""
    site.names["inside.example.org"] = ["169.254.169.254"]
    for target in (
        "http://inside.example.org/",
        "http://127.0.0.1/",
        "//[::1]/",
        "file:///etc/passwd",
        "gopher://www.example.org/",
        "http://www.example.org:6379/",
        "http://a@www.example.org/",
    ):
        with pytest.raises(NotFetched):
            fetch(f"http://www.example.org/to/{target}")
    assert fetch("http://www.example.org/to//page/").status == 200
    with pytest.raises(NotFetched, match="redirects"):
        fetch("http://www.example.org/round/")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://www.example.org/",
        "http:///x",
        "http://www.example.org:22/",
        "http://www.example.org:x/",
        "http://a:b@www.example.org/",
        "http://www.example.org/\r\nX: y",
        "http://[::1",
    ],
)
def test_address_of_another_kind_is_refused_before_anything_is_asked(site, url):
    """Fault 40."""
    with pytest.raises(NotFetched):
        fetch(url)
    assert site.asked == []


def test_redirect_leaves_https_for_nothing_else():
    begun = checked("https://example.org/page")
    assert next_address(begun, "/other") == "https://example.org/other"
    for elsewhere in ("http://example.org/other", "ftp://example.org/", "javascript:alert(1)"):
        with pytest.raises(NotFetched, match="leaves https"):
            next_address(begun, elsewhere)


def test_body_and_time_have_an_end(site):
    """Fault 40."""
    with pytest.raises(NotFetched, match="bytes"):
        fetch("http://www.example.org/much/", most_bytes=50_000)
    # And not because http.client has read enough heads: the time ends it.
    with pytest.raises(NotFetched, match="too long"):
        fetch("http://www.example.org/drip/", seconds=0.3)
