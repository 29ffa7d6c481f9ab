"""What every process loads stays light, and so does what every visitor loads.

Pages are weighed as they are received: from the server of an installation, with collected files,
by the bytes that came over the wire.
"""

import re
from dataclasses import dataclass

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.facts import computing
from analytics.loop.evaluate import evaluate
from feedback.surveys.models import Response
from ops import local, preparing
from tests import servers
from tests.analytics.building import telling_campaign
from tests.browser import Live
from tests.factories import CallFactory, ReaderFactory, SubmissionFactory, VoiceFactory
from tests.feedback.building import answer, published
from tests.looking import said_why
from tests.wire import Visit, Wire

RENDER = """
import sys
from django.template.loader import get_template
get_template("campaigns/sending/_mail_footer.html")
print(sorted({"scipy", "statsmodels", "pandas", "plotly"} & sys.modules.keys()))
"""


def test_a_template_does_not_wait_for_statistics(db):
    """Django's engine imports every template library of every app with the first template.

    A mail worker that had to load scipy before its first mail would lose seconds per process.
    """
    code = f"import django; django.setup(){RENDER}"
    assert servers.printed_by(code) == "[]\n"


# --- as received ----------------------------------------------------------------------------------
KB = 1024
#: Bytes in all that a first visit may bring, without drawings.
PUBLIC, PORTAL, DESK, CHARTS = 20 * KB, 25 * KB, 120 * KB, 640 * KB
#: Bytes of the drawings that a first screen and what is near it may bring besides.
DRAWN = 60 * KB
#: Bytes of a page whose scripts and sheets are there already.
AFTERWARDS = 40 * KB
#: Requests of a visitor's first page, of the desk's, of one with charts, and of a page afterwards.
FIRST, FIRST_OF_DESK, WITH_CHARTS, LATER = 6, 12, 15, 8
#: What a public page may wait for before it shows anything.
SHEET = re.compile(r"/static/css/(?:colours/|pages/)?\w+\.[0-9a-f]{12}\.css")
KEPT = "max-age=31536000, public, immutable"


@pytest.fixture(scope="module")
def static_root() -> str:
    """Static files collected as make demo does; those of the last run, where nothing changed."""
    folder = local.base_dir() / "received"
    with pytest.MonkeyPatch.context() as changed, local.only_one(folder):
        changed.setenv("STATIC_ROOT", str(folder / "static"))
        preparing.collect()
    return str(folder / "static")


@pytest.fixture
def portal(transactional_db, tmp_path, static_root):
    with servers.web(tmp_path / "web.log", STATIC_ROOT=static_root) as web:
        yield web


@pytest.fixture
def browser(chromium, portal):
    """A browser that has never been here, one for each time it is called."""
    opened = []

    def open_one(user=None, **options) -> Live:
        live = Live(chromium, portal.url, locale="zh-CN", **options)
        opened.append(live)
        if user is not None:
            live.sign_in(user)
        return live

    yield open_one
    for live in opened:
        live.context.close()
        assert live.errors == []


@dataclass(frozen=True)
class Page:
    """A page with the bytes and the requests that a visit may bring."""

    name: str
    path: str
    most: int
    requests: int = FIRST


def wrong_with(visit: Visit, page: Page) -> list[str]:
    """What a visit did that no page may do, in words."""
    found = []
    if visit.size > page.most:
        found.append(f"more than {page.most / KB:.0f} KB: {visit.parts()}")
    if len(visit.beside_drawings) > page.requests:
        found.append(f"more than {page.requests} requests: {visit.parts()}")
    if sum(one.size for one in visit.drawings) > DRAWN:
        found.append(f"more than {DRAWN / KB:.0f} KB of drawings: {visit.parts()}")
    if visit.requests[0].headers.get("content-encoding") != "gzip":
        found.append("is not compressed")
    if len(visit.hosts) > 1:
        found.append(f"asks other hosts: {sorted(visit.hosts)}")
    found += [f"waits for {path}" for path in visit.blocking if not SHEET.fullmatch(path)]
    for request in visit.static():
        if request.headers.get("cache-control") != KEPT:
            found.append(f"{request.path} is not kept")
        if request.headers.get("content-encoding") != "br":
            found.append(f"{request.path} is not compressed")
    return found


def walk(wire: Wire, pages: list[Page]) -> list[str]:
    """What is wrong with these pages, opened one after the other; a file is fetched once."""
    wrong = []
    seen = set()
    for page in pages:
        visit = wire.visit(page.path)
        print(visit.told(page.name))
        again = [request.path for request in visit.static() if request.path in seen]
        seen.update(request.path for request in visit.static())
        faults = wrong_with(visit, page) + [f"fetches {path} again" for path in again]
        wrong += [f"{page.name} {fault}" for fault in faults]
    return wrong


# --- readers --------------------------------------------------------------------------------------
def fill_the_portal(world) -> None:
    """Calls that are open and works that can be read."""
    CallFactory.create_batch(5, created_by=world.user("librarian"))
    SubmissionFactory.create_batch(
        12,
        call=world.call,
        author=world.reader,
        state="published",
        licence_agreed="yes",
        published_at=timezone.now(),
        published_by=world.user("librarian"),
    )


def pages_of_visitors(world) -> list[Page]:
    """What anybody may open: surveys, calls and voices, then the portal's own pages."""
    fill_the_portal(world)
    survey = published(template="relationship", items=[])
    follow = reverse("feedback:voice-follow", args=[world.voice.reference, world.voice.secret])
    return [
        Page("survey", survey.public_url, PUBLIC),
        Page("call", reverse("feedback:call-detail", args=[world.call.slug]), PUBLIC),
        Page("calls", reverse("feedback:call-list"), PUBLIC),
        Page("voice", reverse("feedback:voice-create"), PUBLIC),
        Page("find a voice", reverse("feedback:voice-find"), PUBLIC),
        Page("follow a voice", follow, PUBLIC),
        Page("home", "/", PORTAL),
        Page("works", reverse("feedback:work-list"), PORTAL),
        Page("surveys", reverse("feedback:survey-open-list"), PORTAL),
        Page("letters", reverse("crm:subscribe"), PORTAL),
        Page("privacy", reverse("crm:privacy"), PORTAL),
        Page("sign in", reverse("account_login"), PORTAL),
    ]


def test_first_page_of_a_visitor_keeps_its_budget_and_the_second_visit_brings_the_page_alone(
    browser, world
):
    wrong = []
    for page in pages_of_visitors(world):
        wire = Wire(browser(width=375, height=812))
        again = Page(f"{page.name}, again", page.path, page.most, requests=1)
        wrong += walk(wire, [page, again])
    assert wrong == [], "\n".join(wrong)


def test_pages_of_a_reader_keep_their_budget(browser, world):
    fill_the_portal(world)
    assert world.me.user == world.user("reader")
    pages = [
        Page("me", reverse("crm:me"), PORTAL),
        Page("write a work", reverse("feedback:work-create", args=[world.call.slug]), PORTAL),
        Page("my voices", reverse("feedback:voice-mine"), PORTAL),
        Page("my works", reverse("feedback:work-mine"), PORTAL),
    ]
    wrong = []
    for page in pages:
        wrong += walk(Wire(browser(world.user("reader"), width=375, height=812)), [page])
    assert wrong == [], "\n".join(wrong)


def test_survey_as_received_is_answered_without_javascript(browser):
    survey = published()
    live = browser(width=375, height=812, java_script_enabled=False)
    live.open(survey.public_url)
    live.page.check("[name=i1][value='2']", force=True)
    live.page.fill("[name=i5]", "周末晚一点关门")
    live.page.click(".form-end .btn.primary")
    assert live.page.locator("[data-notice=thanks]").count() == 1
    assert Response.objects.get().answers == {"1": 2, "5": "周末晚一点关门"}


# --- staff ----------------------------------------------------------------------------------------
def pages_of_the_desk(world) -> list[Page]:
    """The first page of a morning, then one of each kind."""
    ReaderFactory.create_batch(50)
    VoiceFactory.create_batch(20)
    said_why(world.reader, by=world.user("librarian"))
    survey = published(template="relationship", items=[])

    def desk(name: str, *args) -> Page:
        return Page(name, reverse(name, args=args), AFTERWARDS, LATER)

    return [
        Page("first page", reverse("analytics:today"), DESK, FIRST_OF_DESK),
        desk("analytics:today"),
        desk("crm:reader-list"),
        desk("crm:reader-detail", world.reader.pk),
        desk("crm:import-list"),
        desk("crm:import-create"),
        desk("crm:segment-list"),
        desk("crm:segment-create"),
        desk("campaigns:campaign-list"),
        desk("campaigns:campaign-detail", world.campaign.pk),
        desk("campaigns:plan-edit", world.campaign.pk),
        desk("campaigns:content-edit", world.content.pk),
        desk("campaigns:delivery-list", world.content.pk),
        desk("feedback:voice-list"),
        desk("feedback:voice-detail", world.voice.pk),
        desk("feedback:survey-list"),
        desk("feedback:survey-detail", survey.pk),
        desk("feedback:survey-share", survey.pk),
        desk("analytics:decision-list"),
        desk("analytics:loop"),
        desk("analytics:published"),
    ]


def test_desk_keeps_its_budget(browser, world):
    pages = pages_of_the_desk(world)
    wrong = walk(Wire(browser(world.user("librarian"))), pages)
    assert wrong == [], "\n".join(wrong)


# --- charts ---------------------------------------------------------------------------------------
@pytest.fixture
def chart_pages(world) -> list[Page]:
    """Every page with charts, each with something to draw."""
    survey = published()
    answer(survey, *[{"1": 1, "2": [1], "3": 4, "4": 9}] * 20)
    evaluation = evaluate(telling_campaign(), timezone.now())
    computing.compute(computing.first_day(), timezone.localdate())
    paths = {
        "evaluation": evaluation.get_absolute_url(),
        "month": reverse("analytics:month"),
        "survey results": reverse("feedback:survey-results", args=[survey.pk]),
    }
    return [Page(name, path, CHARTS, WITH_CHARTS) for name, path in paths.items()]


def test_charts_fetch_their_script_once(browser, world, chart_pages):
    wrong = []
    for page in chart_pages:
        again = Page(f"{page.name}, again", page.path, AFTERWARDS, LATER)
        wrong += walk(Wire(browser(world.user("manager"))), [page, again])
    assert wrong == [], "\n".join(wrong)


def test_numbers_of_charts_stand_in_the_page_before_any_script(browser, world, chart_pages):
    live = browser(world.user("manager"), java_script_enabled=False)
    for page in chart_pages:
        live.open(page.path)
        charts = live.page.locator("figure.chart")
        assert charts.count() > 0, page.name
        for place in range(charts.count()):
            assert charts.nth(place).locator("td").count() > 0, page.name
