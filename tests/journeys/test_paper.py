"""Every report on paper: light, without what is for a hand, no wider than its sheet, whole rows.

The addresses come from the permission matrix; two reports are of more than it makes.
"""

import re

import pytest
from django.urls import reverse

from analytics.loop.evaluate import evaluate
from tests import recorded
from tests.analytics import building as make
from tests.feedback.building import answer, published
from tests.house.test_permissions import MATRIX

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: Pixels of an A4 sheet between the margins of base/print.css.
SHEET = 688
#: Reports of the matrix, each with who prints it.
REPORTS = {
    "analytics:month-detail": "manager",
    "crm:coverage": "librarian",
    "crm:privacy-impact": "manager",
    "crm:privacy-clock": "manager",
    "crm:me": "reader",
    "feedback:survey-poster": "librarian",
    "campaigns:link-poster": "librarian",
    "campaigns:campaign-detail": "librarian",
    "campaigns:deliverability": "librarian",
}

#: What would be wrong on a sheet, in words. What is nobody's to see has no box.
FAULTS = """(sheet) => {
  const seen = (one) => one.checkVisibility() && one.getBoundingClientRect().width > 1;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const named = (one) => `${one.tagName}.${one.className} ${one.innerText ?? ""}`.slice(0, 60);
  const light = (one) => {
    const colour = getComputedStyle(one).backgroundColor;
    return colour === "rgba(0, 0, 0, 0)" || colour === "rgb(255, 255, 255)";
  };
  const wide = (one) => one.getBoundingClientRect().right > sheet + 1;
  const hands = "nav, .btn, button.switch, [type=submit], .toolbar, .sub, .tabs, .tabs-phone";
  return [
    ...all("html, body, main").filter((one) => !light(one)).map((one) => `dark: ${named(one)}`),
    ...all(hands).map((one) => `for a hand: ${named(one)}`),
    ...all("main table, main figure, .card, h1, p").filter(wide)
      .map((one) => `wide: ${named(one)}`),
    ...all("thead").filter((one) => getComputedStyle(one).display !== "table-header-group")
      .map((one) => `head is not repeated: ${named(one)}`),
    ...all("tbody tr").filter((one) => getComputedStyle(one).breakInside !== "avoid")
      .map((one) => `row breaks: ${named(one)}`),
  ];
}"""


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def printed(live, name: str, path: str) -> bytes:
    """The PDF of a page as Chromium makes it, after the page was looked at as paper."""
    live.page.set_viewport_size({"width": SHEET, "height": 1000})
    live.page.emulate_media(media="print", color_scheme="dark")
    live.open(path)
    assert live.page.evaluate(FAULTS, SHEET) == [], name
    live.shot(f"paper-{name.replace(':', '-')}")
    pdf = live.page.pdf(prefer_css_page_size=True)
    assert sheets(pdf) >= 1
    return pdf


@pytest.mark.parametrize("name", REPORTS)
def test_report_is_fit_for_paper_also_from_a_dark_screen(live, world, name):
    access = MATRIX[name]
    live.sign_in(world.user(REPORTS[name]))
    live.context.set_extra_http_headers({"Accept-Language": "zh-hans"})
    if REPORTS[name] == "reader":
        assert world.me.user == world.user("reader")
    pdf = printed(live, name, reverse(name, kwargs=access.arguments(world)) + access.query)
    if name.endswith("-poster"):
        assert sheets(pdf) == 1


def test_evaluation_keeps_its_rows_and_repeats_its_heads_on_paper(live, world):
    recorded.always()
    told = evaluate(make.telling_campaign(), make.AFTER)
    live.sign_in(world.user("manager"))
    live.context.set_extra_http_headers({"Accept-Language": "en"})
    pdf = printed(live, "evaluation", told.get_absolute_url())
    # The tables behind it stay on the screen: what a meeting decides by are two or three sheets.
    assert live.page.locator(".report-tables").is_hidden()
    effect = live.page.locator(".effect-rows")
    assert effect.is_visible()
    # A sheet is narrow, and no phone: a row is a line, its column is named above it.
    assert effect.locator("tbody tr").first.evaluate("one => one.clientHeight") < 120
    assert live.page.get_by_text("1,100", exact=True).first.is_visible()
    assert live.page.get_by_text("Evaluation 1, as of").is_visible()
    # A term is a button where it is explained, and a word on paper.
    assert effect.locator(".term > button").first.is_visible()
    # What is decided is ticked by hand.
    assert live.page.locator(".on-paper").first.is_visible()
    assert 2 <= sheets(pdf) <= 3


def test_results_of_a_survey_keep_their_number_of_answers_on_paper(live, world):
    survey = published()
    answer(survey, *[{"1": 1 + n % 3, "3": 1 + n % 5, "4": n % 11} for n in range(40)])
    live.sign_in(world.user("librarian"))
    pdf = printed(live, "results", reverse("feedback:survey-results", args=[survey.pk]))
    assert live.page.get_by_text("40").first.is_visible()
    assert sheets(pdf) <= 5
