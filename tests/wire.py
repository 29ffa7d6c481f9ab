"""What a browser really fetched for a page: bytes that crossed the wire, requests, what held it up.

::

    wire = Wire(live)
    visit = wire.visit("/")
    visit.size, visit.paths(), visit.hosts, visit.blocking, visit.seen_after
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.browser import Live

#: Where drawings lie.
DRAWINGS = "/static/img/illustrations/"
#: Names of the sheets and scripts that the page waits for before it shows anything.
BLOCKING = """() => performance.getEntriesByType("resource")
  .filter((one) => one.renderBlockingStatus === "blocking").map((one) => one.name)"""
#: Milliseconds until the largest text or picture stood there; null where the page has none.
LARGEST = """() => new Promise((tell) => {
  new PerformanceObserver((list) => tell(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(tell, 1000, null);
})"""


@dataclass
class Request:
    """One request of a page. ``size``: bytes of head and body as they came; None for what came from
    the browser's own store.
    """

    url: str
    size: int | None = None
    is_from_store: bool = False
    headers: dict = field(default_factory=dict)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass(frozen=True)
class Visit:
    """One page with all it fetched. ``blocking``: paths that it waited for; ``seen_after``: LCP in
    milliseconds.
    """

    requests: list[Request]
    blocking: list[str]
    seen_after: float | None

    @property
    def fetched(self) -> list[Request]:
        """Requests that a server answered."""
        return [one for one in self.requests if not one.is_from_store]

    @property
    def drawings(self) -> list[Request]:
        """Fetched drawings, which have a weight of their own (tests/core/test_drawings.py)."""
        return [one for one in self.fetched if one.path.startswith(DRAWINGS)]

    @property
    def beside_drawings(self) -> list[Request]:
        """Whatever else was fetched."""
        return [one for one in self.fetched if not one.path.startswith(DRAWINGS)]

    @property
    def size(self) -> int:
        """Bytes of all that was fetched but drawings."""
        return sum(one.size or 0 for one in self.beside_drawings)

    @property
    def hosts(self) -> set[str]:
        return {urlsplit(one.url).netloc for one in self.requests}

    def static(self) -> list[Request]:
        """Requests of static files that a server answered."""
        return [one for one in self.fetched if one.path.startswith("/static/")]

    def told(self, name: str) -> str:
        """One line for whoever reads the output of a test."""
        seen = "–" if self.seen_after is None else f"{self.seen_after:.0f} ms"
        return f"{name}: {self.size / 1024:.1f} KB in {len(self.fetched)} requests, LCP {seen}"

    def parts(self) -> str:
        """Each request with its bytes, the largest first."""
        lines = sorted((-(one.size or 0), one.path) for one in self.fetched)
        return ", ".join(f"{path} {-size}" for size, path in lines)


class Wire:
    """Listens to one browser window, by Chromium's own protocol."""

    def __init__(self, live: Live):
        self.live = live
        self.requests: dict[str, Request] = {}
        session = live.context.new_cdp_session(live.page)
        session.on("Network.requestWillBeSent", self.sent)
        session.on("Network.requestServedFromCache", self.from_store)
        session.on("Network.responseReceived", self.received)
        session.on("Network.loadingFinished", self.finished)
        session.send("Network.enable")

    def sent(self, event: dict) -> None:
        url = event["request"]["url"]
        if not url.startswith("data:"):
            self.requests[event["requestId"]] = Request(url)

    def from_store(self, event: dict) -> None:
        if event["requestId"] in self.requests:
            self.requests[event["requestId"]].is_from_store = True

    def received(self, event: dict) -> None:
        request = self.requests.get(event["requestId"])
        if request is not None:
            said = event["response"]["headers"]
            request.headers = {name.lower(): value for name, value in said.items()}
            request.is_from_store |= event["response"].get("fromDiskCache", False)

    def finished(self, event: dict) -> None:
        if event["requestId"] in self.requests:
            self.requests[event["requestId"]].size = int(event["encodedDataLength"])

    def visit(self, path: str) -> Visit:
        """Open ``path`` and wait until nothing of it is outstanding."""
        self.requests.clear()
        answer = self.live.page.goto(path, wait_until="networkidle")
        assert answer.ok, f"{path} answered {answer.status}"
        self.live.settle()
        blocking = self.live.page.evaluate(BLOCKING)
        return Visit(
            list(self.requests.values()),
            [urlsplit(url).path for url in blocking],
            self.live.page.evaluate(LARGEST),
        )
