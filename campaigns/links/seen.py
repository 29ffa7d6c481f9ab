"""What a request for a link says of who makes it, told at the door and without asking anybody.

A program that says so itself is known at once (``Signal``). Who else comes is known again by a
keyed hash of network, browser and day: enough to see that one source opens many mails, nothing by
which a person could be found, and another one every day.
"""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from django.utils import timezone

from core.addresses import keyed_digest
from core.visitors import address_in, network_with


class Signal(StrEnum):
    """What a request says of itself. Codes are kept in the journal and in rows."""

    HEAD = "head"  # asked for the address and not for the page
    PREFETCH = "prefetch"  # made ahead of a person, or instead of one
    PREVIEW = "preview"  # fetched as a part of another page, not opened
    ROBOT = "robot"  # its name is a program's


#: After these nobody has seen anything: they are no click.
LOOKS = (Signal.HEAD, Signal.PREFETCH)
#: Stands in the journal for what is not known.
NOTHING = b"-"
PREFETCH = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
#: Names of programs that open links. Browsers of phones and of their apps have none of these.
ROBOTS = re.compile(
    # Cubot makes telephones.
    r"(?<!cu)bot\b|crawl|spider|slurp|archiver|headless|phantomjs|facebookexternalhit"
    r"|link ?preview|urlpreview|skypeuripreview|whatsapp/|safelinks|proofpoint|mimecast|barracuda"
    r"|python|curl/|wget|go-http-client|okhttp|java/|libwww|axios|node-fetch|httpclient|scrapy",
    re.IGNORECASE,
)
HOUR = 3600
#: Bytes of a visitor's hash: two of a million visitors of one day are rarely the same.
HASH_BYTES = 8


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a link: what it says of itself, and the day's hash of who made it in
    hexadecimal digits; "" where it says nothing, or where the connection has no address.
    """

    signal: str = ""
    visitor: str = ""

    @property
    def looks_only(self) -> bool:
        """Whether nobody followed the link: something only looked at its address."""
        return self.signal in LOOKS

    def as_fields(self) -> bytes:
        """Two fields of a line of the journal, a space between; NOTHING for each that is empty."""
        signal, visitor = self.signal.encode(), self.visitor.encode()
        return b"%s %s" % (signal or NOTHING, visitor or NOTHING)


UNSEEN = Visit()


def visit_of(environ: dict) -> Visit:
    """What a web server's variables say of a request."""
    return Visit(signal_of(environ), visitor_of(environ))


def signal_of(environ: dict) -> str:
    """The first thing that speaks for a machine, by what the request says of itself; "" where
    nothing does. Whoever says nothing is taken for a person.
    """
    if environ.get("REQUEST_METHOD") == "HEAD":
        return Signal.HEAD
    for name in PREFETCH:
        if "prefetch" in environ.get(name, "").lower():
            return Signal.PREFETCH
    # A browser that opens a page says "navigate"; older ones say nothing.
    if environ.get("HTTP_SEC_FETCH_MODE", "navigate") != "navigate":
        return Signal.PREVIEW
    if "preview" in environ.get("HTTP_X_PURPOSE", "").lower():
        return Signal.PREVIEW
    if is_robot(environ.get("HTTP_USER_AGENT", "")):
        return Signal.ROBOT
    return ""


# Many visitors have the same browser, and the search costs as much as the rest of the door.
@lru_cache(maxsize=4096)
def is_robot(browser: str) -> bool:
    """Whether a program goes by a robot's name, one of ROBOTS; False for no name at all."""
    return ROBOTS.search(browser) is not None


def visitor_of(environ: dict) -> str:
    """The day's hash of network, browser and language, HASH_BYTES bytes in hexadecimal digits; ""
    where no address is known.
    """
    network = network_with(address_in(environ))
    if not network:
        return ""
    day = day_at(int(time.time()) // HOUR)
    browser, language = environ.get("HTTP_USER_AGENT", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
    text = f"click visitor\n{day}\n{network}\n{browser}\n{language}"
    return keyed_digest(text)[:HASH_BYTES].hex()


@lru_cache(maxsize=2)
def day_at(hour: int) -> str:
    """The library's own day at a full hour since 1970: no two days can be laid together."""
    return timezone.localdate(datetime.fromtimestamp(hour * HOUR, UTC)).isoformat()
