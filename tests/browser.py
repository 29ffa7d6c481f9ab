"""A thin hand on Playwright.

System Chromium, a page that remembers its errors, axe without breaking the CSP.
"""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import sync_playwright

from core import traps
from tests.signing_in import session_of

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: What must be in the page: WCAG 2.2 at levels A and AA.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: A console line that a refused or missing page always brings; the status itself is what a test
#: checks.
EXPECTED = "Failed to load resource"
#: What htmx writes when a page is left while a part of it is asked for: two lines for each, of
#: which the second also follows each real failure, beside a line of its own.
LEFT_BEHIND = ("htmx:sendAbort", "htmx:afterRequest")


#: Nothing is asked for any more, and nothing moves. Waiting for half a second
#: without a request, as the browser's own "networkidle" does, says less and takes longer.
IS_QUIET = """() => {
  const isBusy = document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling");
  const moves = (one) => one.playState === "running" && one.effect.getTiming().iterations < 1000;
  return document.readyState === "complete" && !isBusy
    && !document.getAnimations().some(moves);
}"""


def find_chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def chromium():
    """Yield one browser for the session. Without one: skipped here, a failure in CI."""
    program = find_chromium()
    if program is None:
        message = "no Chromium found (set CHROMIUM=/path): the browser tests did not run"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


def read_by_a_person(page) -> None:
    """Wait until the page is as old as a form must be when a person sends it (``core.traps``)."""
    # A function: a text would be run by the page each time, which its policy forbids.
    shown_at = int(page.input_value("[name=t]").partition(":")[0])
    page.wait_for_function("old => Date.now() / 1000 > old", arg=shown_at + traps.TOO_FAST)


class Live:
    """One visitor's browser window on the live server.

    ``errors`` collects script errors and console errors.
    """

    def __init__(self, browser, url: str, *, width: int = 1280, height: int = 900, **options):
        self.url = url
        self.errors: list[str] = []
        # Nothing of ours moves then, so no test waits for the end of a movement.
        options = {"reduced_motion": "reduce", **options}
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, base_url=url, **options
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self.note)

    def note(self, message) -> None:
        is_error = message.type == "error" and EXPECTED not in message.text
        if is_error and not message.text.startswith(LEFT_BEHIND):
            self.errors.append(message.text)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.context.close()

    def sign_in(self, user) -> None:
        """Be ``user`` from now on, without the form."""
        cookie = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": session_of(user).session_key,
            "url": self.url,
        }
        self.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        self.context.add_cookies([cookie])

    def open(self, path: str):
        """Go to a path; returns Playwright's response."""
        return self.page.goto(path)

    def follow(self, element) -> None:
        """Click a link or a button, and wait for the page it leads to.

        A form with a draft is sent by a script, which then opens the next page: a click alone
        returns while the old page still stands there.
        """
        with self.page.expect_navigation():
            element.click()

    def axe(self) -> list[str]:
        """What axe-core holds against the open page, one line per rule with the first element it
        names.

        Without reading the style sheets anew: no rule asked for needs it, and what a sheet imports
        would be written into the page, which its policy forbids.
        """
        self.page.evaluate(AXE.read_text())
        result = self.page.evaluate(
            "rules => axe.run(document, "
            "{runOnly: {type: 'tag', values: rules}, resultTypes: ['violations'], preload: false})",
            RULES,
        )
        return [
            f"{found['id']}: {found['nodes'][0]['html'][:160]}" for found in result["violations"]
        ]

    def fits(self) -> bool:
        """True when nothing makes the page scroll sideways."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )

    def settle(self) -> None:
        """Wait until the page is as its visitor will read it."""
        self.page.wait_for_function(IS_QUIET)

    def painted(self) -> None:
        """Wait until what has changed is laid out and painted: two frames, for what begins in one
        is seen in the next.
        """
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def check(self) -> None:
        """The page, once it is quiet, has no barrier that axe knows and fits the screen."""
        self.settle()
        barriers = self.axe()
        assert barriers == [], barriers
        assert self.fits(), f"{self.page.url} scrolls sideways"

    def shot(self, name: str) -> None:
        """Screenshot of the whole page below SHOTS_DIR, for people to look at; else none."""
        folder = os.environ.get("SHOTS_DIR")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
