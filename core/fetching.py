"""Fetching a page of somebody else's: over http and https, from public addresses alone.

Whoever chooses an address that the server fetches could read what only the server reaches: the
metadata of a cloud, a database's port, a page of the house. So a name is resolved once, each of its
addresses is checked, and the connection goes to the very address that was checked; every redirect
begins anew.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 3
CHUNK = 65_536
HEADERS = {"User-Agent": "Huixiang", "Accept-Encoding": "identity", "Connection": "close"}
#: Addresses of the IPv6 world that only wrap one of the IPv4 world (RFC 6052).
NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: What Python calls global although no server of the public internet has an address there, or its
#: releases are not of one mind about it. Written out, so that the answer is the same everywhere.
SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",  # this network
            "100.64.0.0/10",  # inside a carrier's network
            "192.0.0.0/24",  # of protocols
            "192.31.196.0/24",  # AS112, answered by whoever is nearest
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # 6to4 relays
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "240.0.0.0/4",  # kept for later
            "::/96",  # IPv4-compatible, long given up
            "64:ff9b:1::/48",  # NAT64 of one's own network
            "100::/64",  # thrown away
            "2001::/23",  # of protocols, Teredo and ORCHID among them
            "2001:db8::/32",  # of examples
            "3fff::/20",  # of examples
            "5f00::/16",  # segment routing
            "fec0::/10",  # of a site
        ),
    )
)


class NotFetched(Exception):
    """The address may not be fetched, or could not be; the message says why, for the log."""


@dataclass(frozen=True)
class Fetched:
    """What came from ``url``, the last one after redirects."""

    url: str
    status: int
    content_type: str
    body: bytes


def fetch(url: str, *, most_bytes: int = 2 << 20, seconds: float = 10) -> Fetched:
    """Get ``url`` with at most ``most_bytes`` of body, all redirects within ``seconds``.

    Raises NotFetched.
    """
    until = time.monotonic() + seconds
    for _hop in range(MOST_REDIRECTS + 1):
        parts = checked(url)
        try:
            answer = ask(parts, until, most_bytes)
        except (OSError, http.client.HTTPException, ValueError) as fault:
            raise NotFetched(f"{parts.hostname}: {fault}") from fault
        if isinstance(answer, Fetched):
            return answer
        url = next_address(parts, answer)
    raise NotFetched(f"more than {MOST_REDIRECTS} redirects")


def checked(url: str) -> SplitResult:
    """The parts of an address that may be asked, whatever its name resolves to.

    NotFetched for what is no http or https address, has no host, names a user, has white space or
    characters that are not seen, or another port than the usual one.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise NotFetched(str(fault)) from fault
    if parts.scheme not in PORTS or not parts.hostname:
        raise NotFetched("neither http nor https")
    names_somebody = "@" in parts.netloc
    is_one_word = url.isprintable() and " " not in url
    if names_somebody or not is_one_word:
        raise NotFetched("an address that could be read in two ways")
    if port not in (None, PORTS[parts.scheme]):
        raise NotFetched(f"port {port}")
    return parts


def next_address(parts: SplitResult, location: str) -> str:
    """Where a redirect leads; never from https to http.

    ``location`` as the answer gave it, also relative to the address asked. NotFetched for a step
    down to http; whether the new address may be asked is for ``checked``.
    """
    url = urljoin(parts.geturl(), location)
    if parts.scheme == "https" and not url.startswith("https://"):
        raise NotFetched("a redirect that leaves https")
    return url


def public_address(host: str, port: int) -> tuple[str, int]:
    """(address, family) of ``host``. NotFetched where one of its addresses is not public.

    One bad address among good ones is refused as well: the next answer might give it first.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for _family, _type, _proto, _name, address in found:
        if not is_public(address[0]):
            raise NotFetched(f"{host} is at {address[0]}, which is not public")
    family, _type, _proto, _name, address = found[0]
    return address[0], family


def is_public(text: str) -> bool:
    """True for an address of the public internet that stands for no other one.

    ``text`` is a numeric address, as a name resolved to; ValueError for any other text. An IPv6
    address that carries an IPv4 one is judged by that.
    """
    # An address with a zone is one of a link.
    if "%" in text:
        return False
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        inside = ipv4_inside(address)
        if inside is not None:
            return is_public(str(inside))
    if any(address in network for network in SPECIAL):
        return False
    return address.is_global and not address.is_multicast


def ipv4_inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The address of the older kind that this one stands for; None where it stands for itself.

    By NAT64 (RFC 6052), as mapped (::ffff:…), or by 6to4 (RFC 3056).
    """
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def connect(parts: SplitResult, until: float) -> socket.socket:
    """A socket to the very address that was checked, with TLS for the name where it is https."""
    port = PORTS[parts.scheme]
    address, family = public_address(parts.hostname, port)
    plain = socket.socket(family, socket.SOCK_STREAM)
    try:
        plain.settimeout(left(until))
        plain.connect((address, port))
        if parts.scheme == "http":
            return plain
        context = ssl.create_default_context()
        return context.wrap_socket(plain, server_hostname=parts.hostname)
    except BaseException:
        plain.close()
        raise


def left(until: float) -> float:
    """Seconds until the end. NotFetched where it is over.

    ``until`` is on the monotonic clock. More than 0 in every answer that is returned.
    """
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise NotFetched("it took too long")
    return seconds


def ask(parts: SplitResult, until: float, most_bytes: int) -> Fetched | str:
    """One request: what came, or where a redirect leads."""
    connection = http.client.HTTPConnection(parts.hostname)
    connection.sock = connect(parts, until)
    # A server that sends one byte now and then would outwait every timeout of a single read.
    end = threading.Timer(left(until), hang_up, [connection.sock])
    end.start()
    try:
        path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        connection.request("GET", path, headers=HEADERS)
        response = connection.getresponse()
        location = response.getheader("Location", "")
        if response.status in REDIRECTS and location:
            return location
        body = read(response, until, most_bytes)
        kind = response.getheader("Content-Type", "")
        return Fetched(parts.geturl(), response.status, kind, body)
    finally:
        end.cancel()
        connection.close()


def hang_up(sock: socket.socket) -> None:
    """End a connection from outside; whoever reads from it meets its end."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It has ended by itself.
        return


def read(response: http.client.HTTPResponse, until: float, most_bytes: int) -> bytes:
    """The whole body; NotFetched for one that is larger or takes longer.

    ``until`` is on the monotonic clock. At most ``most_bytes`` and one chunk are ever held in
    memory.
    """
    body = bytearray()
    while chunk := response.read1(CHUNK):
        body += chunk
        left(until)
        if len(body) > most_bytes:
            raise NotFetched(f"more than {most_bytes} bytes")
    left(until)
    return bytes(body)
