"""Every page of the permission matrix on a phone, in both languages and in the dark, and as large
as a window of 1280 pixels shows it at 200 %.

A new page is looked at without being named here: the addresses come from the matrix. What people
name themselves has long names in them.
"""

import re
from dataclasses import dataclass

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from campaigns.contents.models import Content
from campaigns.plan.models import Campaign
from crm.segments.models import Segment
from feedback.calls.models import Call, Submission
from feedback.surveys.models import Survey
from tests.browser import Live
from tests.house.test_permissions import MATRIX

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 375, "height": 812}
#: A window of 1280 × 900 at 200 %.
ENLARGED = {"width": 640, "height": 450}
LONG_NAME = "本学期没有借过书、也没有预约过研讨间的工学院各系教师和科研人员以及他们的研究生"
#: Names that people give, each with the field that holds it: a text, or one of each language.
NAMED = {
    Campaign: "title",
    Segment: "name",
    Content: "subject",
    Survey: "title",
    Call: "title",
    Submission: "title",
}
#: What is lost at the edge of a narrow screen, in words. A table that is moved sideways shows a
#: shade there and keeps its first column; one whose rows are blocks has no need to be moved. Tabs
#: are moved sideways, too, and the open one is in view.
LOST = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)].filter(
    (one) => one.checkVisibility() && one.getBoundingClientRect().width > 1);
  const named = (one) => `${one.className} ${one.textContent.trim().slice(0, 30)}`;
  const overflows = (one) => one.scrollWidth > one.clientWidth + 1;
  const isBlocks = (one) => one.matches(".lines, .rows, .stacked, .columns-map");
  const isOutside = (one) => {
    const box = one.getBoundingClientRect();
    return box.left < 0 || box.right > innerWidth;
  };
  const stays = (one) => getComputedStyle(one).position === "sticky";
  const isPhone = innerWidth <= 760;
  return [
    ...all("td, th").filter(overflows).map((one) => `cut: ${named(one)}`),
    ...all(".table-wrap").filter((one) => isPhone && isBlocks(one) && overflows(one))
      .map((one) => `blocks beyond the edge: ${one.ariaLabel}`),
    ...all(".table-wrap").filter((one) => isPhone && !isBlocks(one) && overflows(one))
      .filter((one) => ![...one.querySelectorAll("tr > :first-child")].every(stays))
      .map((one) => `names of rows leave the screen: ${one.ariaLabel}`),
    ...all(":is(.tabs, .sub) [aria-current]").filter(isOutside)
      .map((one) => `open tab out of view: ${named(one)}`),
  ];
}"""
#: What a finger has to meet: 44 pixels high, but for a link within a sentence.
SMALL = """() => [...document.querySelectorAll(
    "main :is(.btn, button, select, summary, textarea, input), nav a, .tabs a")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 2)
  .filter((one) => !one.closest(".term, .sr"))
  .map((one) => [one, (one.matches("input") && one.closest("label")) || one])
  .filter(([, target]) => target.getBoundingClientRect().height < 43.5)
  .map(([one]) => `small: ${one.tagName} ${one.className} ${one.name ?? one.textContent}`)"""
#: Who opens a page: the first of these whom the matrix allows. A reader's own pages are a reader's.
WALKERS = ("anonymous", "reader", "manager", "administrator", "librarian")
SCREENS = [("zh-hans", "light"), ("en", "dark")]

#: A name that only programs use: "crm.Reader", "reader_id", "voice-create".
IDENTIFIER = re.compile(
    r"\b(?:crm|campaigns|feedback|analytics|core)\.[A-Za-z]\w+|\b[a-z]+(?:_[a-z]+)+\b"
)
#: Pages that speak to programmers, where such names are what is told.
OF_PROGRAMS = {"crm:token-list", "api-docs"}


@dataclass(frozen=True)
class Walked:
    """What is wrong with one page, in words."""

    name: str
    problems: tuple[str, ...]

    def __str__(self):
        return f"{self.name}: {'; '.join(self.problems)}"


@pytest.fixture
def phone(chromium, live_server):
    """A browser under a finger."""
    with Live(chromium, live_server.url, **PHONE, has_touch=True) as phone:
        yield phone


def walker_of(access) -> str:
    return next(who for who in WALKERS if access.allows(who))


def addresses(walker: str, world) -> dict[str, str]:
    """{name: path} of every page that this visitor is the one to open."""
    found = {}
    for name, access in sorted(MATRIX.items()):
        if not access.post and walker_of(access) == walker:
            found[name] = reverse(name, kwargs=access.arguments(world)) + access.query
    return found


def is_page(response) -> bool:
    """Neither a way elsewhere, nor a file, nor a piece of a page."""
    headers = response.headers
    is_html = headers.get("content-type", "").startswith("text/html")
    is_file = "attachment" in headers.get("content-disposition", "")
    return response.ok and is_html and not is_file and "<html" in response.text()


def name_at_length() -> None:
    """What is there by now is called as long as people call things."""
    for model, field in NAMED.items():
        for one in model.objects.all():
            name = getattr(one, field)
            text = LONG_NAME[: model._meta.get_field(field).max_length]
            longer = dict.fromkeys(name, text) if isinstance(name, dict) else text
            model.objects.filter(pk=one.pk).update(**{field: longer})


def is_lost(live) -> list[str]:
    """What cannot be seen or met of the open page, on a phone and in an enlarged window."""
    problems = live.page.evaluate(SMALL)
    for size in (PHONE, ENLARGED):
        live.page.set_viewport_size(size)
        # A tab is scrolled to when the page is laid out anew.
        live.painted()
        if not live.fits():
            problems.append(f"scrolls sideways at {size['width']}")
        problems += [f"{said} ({size['width']})" for said in live.page.evaluate(LOST)]
    live.page.set_viewport_size(PHONE)
    return problems


def looked_at(live, name: str, path: str, scheme: str) -> Walked:
    """What is wrong with a page once it is quiet; nothing of what is no page."""
    if not is_page(live.context.request.get(path, max_redirects=0)):
        return Walked(name, ())

    live.open(path)
    live.settle()
    live.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    problems = [f"error {error}" for error in live.errors]
    live.errors.clear()
    problems += is_lost(live)
    # In the light the tests of the rooms ask for barriers.
    if scheme == "dark":
        problems += live.axe()
    if name not in OF_PROGRAMS:
        text = live.page.evaluate("document.querySelector('main, body').innerText")
        problems += [f"says {word}" for word in IDENTIFIER.findall(text)]
    return Walked(name, tuple(problems))


@pytest.mark.slow
@pytest.mark.parametrize("walker", WALKERS)
@pytest.mark.parametrize(("language", "scheme"), SCREENS)
def test_every_page_fits_a_phone_and_speaks_to_people(phone, world, walker, language, scheme):
    """In 0.1 only the pages were looked at that a journey led past."""
    phone.page.emulate_media(color_scheme=scheme)
    phone.context.set_extra_http_headers({"Accept-Language": language})
    pages = addresses(walker, world)
    if walker != "anonymous":
        phone.sign_in(world.user(walker))
    if walker == "reader":
        assert world.me.user == world.user("reader")
    name_at_length()

    walked = [looked_at(phone, name, path, scheme) for name, path in pages.items()]

    wrong = [str(page) for page in walked if page.problems]
    assert phone.errors == []
    assert wrong == [], "\n".join(wrong)


#: Pages of faults, each with what its handler says.
FAULTS = [
    ("400.html", {}),
    ("400.html", {"too_large": True}),
    ("403.html", {}),
    ("403_csrf.html", {}),
    ("404.html", {}),
    ("405.html", {}),
    ("429.html", {}),
    ("500.html", {}),
    ("503.html", {}),
    ("503.html", {"disk": True}),
]


def serving(body: str):
    """A handler of a route that answers with this page."""

    def serve(route):
        route.fulfill(body=body, content_type="text/html; charset=utf-8")

    return serve


@pytest.mark.parametrize(("language", "scheme"), SCREENS)
def test_pages_of_faults_fit_a_phone_and_have_no_barrier(live, language, scheme):
    """What happened cannot be made to happen here: the pages are drawn and put in its place."""
    live.page.set_viewport_size(PHONE)
    live.page.emulate_media(color_scheme=scheme)
    for template, context in FAULTS:
        with translation.override(language):
            body = render_to_string(template, context)
        live.page.route("**/fault/", serving(body))
        live.open("/fault/")
        live.check()
        live.shot(f"{template}-{language}-{len(context)}")
        live.page.unroute("**/fault/")


def test_reference_stands_first_on_a_phone(live, world):
    """In 0.1 it stood below the conversation and a form, behind the bar of the phone."""
    live.page.set_viewport_size(PHONE)
    voice = world.voice
    live.open(reverse("feedback:voice-follow", args=[voice.reference, voice.secret]))
    reference = live.page.locator(".refno").first.bounding_box()
    conversation = live.page.locator(".timeline").bounding_box()
    assert reference["y"] < conversation["y"]


def test_file_that_is_too_large_is_called_413():
    """In 0.1 the page of this answer said 400."""
    assert ">413<" in render_to_string("400.html", {"too_large": True})
    assert ">400<" in render_to_string("400.html", {})
