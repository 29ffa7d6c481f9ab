"""Makes a PDF of one page, in a process of its own with little memory and time, and no network.

Run as a program: on standard input one line of JSON (``{"static", "folders"}``: the address of
static files and the folders they lie in), then the page. It answers the file, or nothing and ends
with an error. Nothing is fetched but style sheets out of those folders, whatever the page names.
"""

import json
import resource
import sys
from pathlib import Path
from urllib.parse import unquote

MEMORY = 2 << 30
CPU_SECONDS = 45
#: Where the page claims to be: a name that leads nowhere, so that nothing is near it.
BASE = "http://page.invalid"


class Unneeded(ValueError):
    """What a page of ours has no need of."""


def limit() -> None:
    """What a page that is too much may cost."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


class StaticSheets:
    """The one thing that may be asked for: a style sheet out of the folders of static files."""

    def __init__(self, static: str, folders: list[str]):
        self.start = BASE + static
        self.folders = [Path(folder).resolve() for folder in folders]

    def read(self, url: str) -> bytes:
        """The text of the sheet. Unneeded for everything else: another address, a file of another
        kind, a path that leads out of the folders.
        """
        if not (url.startswith(self.start) and url.endswith(".css")):
            raise Unneeded(url)
        name = unquote(url.removeprefix(self.start))
        for folder in self.folders:
            path = (folder / name).resolve()
            if path.is_relative_to(folder) and path.is_file():
                return path.read_bytes()
        raise Unneeded(url)


def fetcher_of(sheets: StaticSheets, urls) -> object:
    """What WeasyPrint asks for everything that a page names. ``urls``: its module of that name."""

    class Fetcher(urls.URLFetcher):
        def fetch(self, url, headers=None):
            """A sheet, or the error that it tells of and goes on without."""
            kind = {"Content-Type": "text/css; charset=utf-8"}
            return urls.URLFetcherResponse(url, sheets.read(url), kind)

    return Fetcher()


def work(sent: bytes, weasyprint) -> bytes:
    """The answer of this program. ``weasyprint``: the package."""
    said, _newline, page = sent.partition(b"\n")
    told = json.loads(said)
    fetcher = fetcher_of(StaticSheets(told["static"], told["folders"]), weasyprint.urls)
    document = weasyprint.HTML(string=page.decode(), base_url=f"{BASE}/", url_fetcher=fetcher)
    return document.write_pdf()


if __name__ == "__main__":
    limit()
    # Here and not above: whoever reads this file without running it need not have it installed.
    import weasyprint

    sys.stdout.buffer.write(work(sys.stdin.buffer.read(), weasyprint))
