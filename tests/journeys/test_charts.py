"""Charts in the browser: read without Plotly, by pointer and keyboard, looked at closer, and saved.

Under the policy of the pages, on the month page and on the results of a survey.
"""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from analytics.facts import computing
from tests import factories
from tests.analytics import building as make
from tests.feedback.building import ITEMS, fill, published

pytestmark = pytest.mark.django_db(transaction=True)
PNG = b"\x89PNG\r\n\x1a\n"
PLOTLY = "plotly"
PHONE = {"width": 375, "height": 780}
#: How much slower than this machine a library's old one is taken to be.
SLOWDOWN = 4
#: Milliseconds of a task beyond which it keeps a person waiting.
LONG = 50
#: From the first script on: every task that keeps the page from answering.
WATCH_LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => {
  list.getEntries().forEach((entry) => window.longTasks.push(entry.duration));
}).observe({ type: "longtask", buffered: true });
"""


@pytest.fixture
def month(live) -> str:
    """The address of a month with activities, for a manager who is signed in."""
    make.visit(make.readers(12), kind="contribution")
    make.visit(make.readers(30))
    computing.compute(make.LAUNCH.date(), make.AFTER.date())
    live.sign_in(factories.UserFactory(role="manager"))
    return reverse("analytics:month-detail", args=["2026-03"])


@pytest.fixture
def asked(live) -> list[str]:
    """The addresses that the page asks for, as it goes."""
    found = []
    live.page.on("request", lambda request: found.append(request.url))
    return found


def of_plotly(asked: list[str]) -> list[str]:
    return [address for address in asked if PLOTLY in address]


def test_charts_are_read_by_the_keyboard_and_by_a_pointer_without_plotly(live, month, asked):
    live.open(month)
    live.check()
    plot = live.page.locator("#chart-contributors .plot")
    marks = plot.locator(".mark")
    assert marks.count() == 13
    # One stop for the Tab key, and the arrows from there.
    assert plot.locator(".mark[tabindex='0']").count() == 1
    marks.first.focus()
    live.page.keyboard.press("End")
    said = marks.last.get_attribute("aria-label")
    assert said.startswith(("2026年3月：贡献者 12", "March 2026: 12 contributors"))
    assert plot.locator(".bubble").inner_text() == said
    live.page.keyboard.press("ArrowLeft")
    assert plot.locator(".bubble").inner_text() == marks.nth(11).get_attribute("aria-label")
    live.page.keyboard.press("Escape")
    assert plot.locator(".bubble").is_hidden()

    marks.nth(12).hover()
    assert plot.locator(".bubble").inner_text() == said
    assert live.fits()
    assert of_plotly(asked) == []


def test_who_looks_closer_gets_plotly_and_comes_back(live, month, asked):
    live.open(month)
    figure = live.page.locator("#chart-activities")
    button = figure.locator("[data-explore]")
    button.click()
    figure.locator(".main-svg").first.wait_for()
    assert len(of_plotly(asked)) == 1
    assert figure.locator(".drawing").is_hidden()
    # What it is drawn from, Plotly has: rows with an axis each, and the server's sentences.
    told = figure.locator(".js-plotly-plot").evaluate("plot => plot.data[0].customdata")
    assert any("2026" in sentence for sentence in told)

    button.click()
    figure.locator(".drawing").wait_for()
    assert figure.locator(".js-plotly-plot").count() == 0
    live.page.locator("#chart-contributors [data-explore]").click()
    live.page.locator("#chart-contributors .main-svg").first.wait_for()
    assert len(of_plotly(asked)) == 1


@pytest.mark.parametrize("kind", ["png", "svg", "csv", "xlsx"])
def test_chart_is_saved(live, month, kind):
    live.open(month)
    figure = live.page.locator("#chart-contributors")
    with live.page.expect_download() as download:
        figure.locator(".foot-line").get_by_text(kind.upper()).click()
    assert download.value.suggested_filename == f"contributors.{kind}"
    content = Path(download.value.path()).read_bytes()
    begins = {"png": PNG, "svg": b"<svg", "csv": b"\xef\xbb\xbf", "xlsx": b"PK"}
    assert content.startswith(begins[kind])
    assert len(content) > 200


def test_charts_are_read_without_any_script(chromium, live_server, live, month):
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    context.add_cookies(live.context.cookies())
    page = context.new_page()
    page.goto(month)
    figure = page.locator("#chart-contributors")
    assert figure.locator(".mark").count() == 13
    assert figure.locator("title").count() == 13
    assert figure.locator("[data-explore]").is_hidden()
    assert figure.get_by_text("XLSX").is_visible()
    context.close()


def results(live, client) -> str:
    survey = published()
    fill(client, survey, 12)
    live.sign_in(factories.UserFactory(role="librarian"))
    return reverse("feedback:survey-results", args=[survey.pk])


@pytest.mark.parametrize("page", ["month", "results"])
def test_page_answers_while_it_loads_on_a_slow_machine(live, client, asked, request, page):
    """No script draws a chart before somebody asks; how long the page is busy is printed."""
    address = results(live, client) if page == "results" else request.getfixturevalue("month")
    live.page.add_init_script(WATCH_LONG_TASKS)
    session = live.context.new_cdp_session(live.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    live.open(address)
    live.settle()
    tasks = live.page.evaluate("window.longTasks")
    blocked = sum(task - LONG for task in tasks)
    print(f"\n{page}: blocked {blocked:.0f} ms in {len(tasks)} tasks, {SLOWDOWN} times slower")
    assert live.page.locator(".drawing").count() > 0
    assert of_plotly(asked) == []


# --- what fails -----------------------------------------------------------------------------------
@pytest.mark.parametrize("lost", ["**/*plotly*", "**chart=contributors.json"])
def test_look_that_did_not_come_is_said_and_the_next_press_brings_it(live, month, lost):
    live.open(month)
    live.page.route(lost, lambda route: route.abort())
    figure = live.page.locator("#chart-contributors")
    button, line = figure.locator("[data-explore]"), figure.locator("[data-failed]")
    button.click()
    expect(line).to_have_text(line.get_attribute("data-failed"))
    expect(button).to_be_enabled()
    assert figure.locator(".drawing").is_visible()
    assert figure.locator(".explored").count() == 0
    live.check()

    live.page.unroute(lost)
    button.click()
    figure.locator(".main-svg").first.wait_for()
    expect(line).to_be_empty()
    # The browser says by itself what it could not load; a promise that nobody waited for is ours.
    assert [one for one in live.errors if "ERR_FAILED" not in one] == []


def test_picture_that_did_not_come_is_said(live, month):
    live.open(month)
    live.context.clear_cookies()
    figure = live.page.locator("#chart-contributors")
    figure.locator("[data-picture]").click()
    line = figure.locator("[data-failed]")
    expect(line).to_have_text(line.get_attribute("data-failed"))
    assert live.errors == []


def test_theme_that_is_switched_repaints_what_is_looked_at_closer_and_asks_for_nothing(live, month):
    live.page.emulate_media(color_scheme="light")
    live.open(month)
    figure = live.page.locator("#chart-contributors")
    figure.locator("[data-explore]").click()
    figure.locator(".main-svg").first.wait_for()
    live.context.clear_cookies()
    live.page.route("**chart=*", lambda route: route.abort())
    last = figure.locator(".js-plotly-plot .point path").last
    light = last.evaluate("path => getComputedStyle(path).fill")
    live.page.locator("[data-theme-switch]").click()
    expect(last).not_to_have_css("fill", light)
    expect(figure.locator("[data-failed]")).to_be_empty()
    assert live.errors == []


def test_options_that_read_like_marks_or_colours_are_read_as_they_are(live, client):
    """Of the figure that Plotly draws, where a label could begin like a token or hold a tag."""
    texts = ["--accent", "<b>fett</b>", "a &lt; b", "<a href='//x.y'>x</a>"]
    options = [{"zh-hans": text, "en": text} for text in texts]
    survey = published([{**ITEMS[0], "options": options}, *ITEMS[1:]])
    fill(client, survey, 12)
    live.sign_in(factories.UserFactory(role="librarian"))
    live.open(reverse("feedback:survey-results", args=[survey.pk]))
    figure = live.page.locator("#chart-item-1")
    figure.locator("[data-explore]").click()
    figure.locator(".main-svg").first.wait_for()
    # Spaces of no width tell options apart that read alike.
    shown = figure.locator(".js-plotly-plot .ytick text").all_text_contents()
    assert sorted(text.strip("\u200b") for text in shown) == sorted(texts)
    assert figure.locator(".js-plotly-plot a").count() == 0
    assert live.errors == []


def test_open_numbers_of_a_small_drawing_are_not_cut_on_a_phone(live, month):
    live.context.set_extra_http_headers({"Accept-Language": "en"})
    live.page.set_viewport_size(PHONE)
    live.open(month)
    figure = live.page.locator(".kpi:has(details)").first
    figure.locator("summary").click()
    numbers = figure.locator(".table-wrap")
    assert numbers.is_visible()
    assert numbers.evaluate("one => one.scrollWidth <= one.clientWidth")
    live.check()
