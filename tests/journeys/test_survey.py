"""The survey page in a real browser.

Without JavaScript, with a draft that survives, with a server that is away.
"""

import pytest

from feedback.surveys.models import Response
from tests.browser import Live
from tests.factories import UserFactory
from tests.feedback.building import answer, published

pytestmark = pytest.mark.django_db(transaction=True)


def fill_in(page) -> None:
    page.check("[name=i1][value='2']", force=True)
    page.check("[name=i2][value='1']", force=True)
    page.check("[name=i3][value='4']", force=True)
    page.fill("[name=i5]", "周末晚一点关门 😀")


def test_phone_without_javascript_answers_and_sees_errors_beside_questions(chromium, live_server):
    survey = published()
    with Live(
        chromium, live_server.url, width=375, height=720, java_script_enabled=False, locale="zh-CN"
    ) as live:
        # The first question is required: what was written meanwhile stays.
        live.open(survey.public_url)
        live.page.fill("[name=i5]", "先写这里")
        live.page.click(".form-end .btn.primary")
        assert live.page.locator("#q1 .errorlist").count() == 1
        assert live.page.input_value("[name=i5]") == "先写这里"

        # The other language is a button of the form, so that it stays here too.
        live.page.click("button[name=switch]")
        assert live.page.locator("text=Have you been here?").count() == 1
        assert live.page.input_value("[name=i5]") == "先写这里"

        fill_in(live.page)
        live.page.click(".form-end .btn.primary")
        assert live.page.locator("[data-notice=thanks]").count() == 1
        assert live.errors == []
    assert Response.objects.get().answers == {"1": 2, "2": [1], "3": 4, "5": "周末晚一点关门 😀"}


def test_reload_restores_the_draft_and_sending_forgets_it(live):
    """28"""
    survey = published()
    live.open(survey.public_url)
    first = live.page.input_value("[name=id]")
    fill_in(live.page)
    live.page.wait_for_selector("[data-draft-saved]:not([hidden])")

    live.page.reload()
    assert live.page.input_value("[name=i5]") == "周末晚一点关门 😀"
    assert live.page.is_checked("[name=i3][value='4']")
    assert live.page.input_value("[name=id]") == first
    assert live.page.evaluate("document.querySelector('.survey-progress').value") == 4

    live.page.click(".form-end .btn.primary")
    live.page.wait_for_selector("[data-notice=thanks]")

    live.open(survey.public_url)
    assert live.page.input_value("[name=i5]") == ""
    assert live.page.input_value("[name=id]") != first
    assert str(Response.objects.get().pk) == first


def test_page_tries_again_with_the_same_id_while_the_server_is_away(live):
    survey = published()
    live.open(survey.public_url)
    fill_in(live.page)
    bodies = []

    def away(route):
        """First a server that says so, then none at all, then the real one."""
        if route.request.method != "POST" or len(bodies) == 2:
            route.continue_()
            return
        bodies.append(route.request.post_data)
        if len(bodies) == 1:
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="away")
        else:
            route.abort()

    live.page.route(f"**{survey.public_url}", away)
    live.page.click(".form-end .btn.primary")
    live.page.wait_for_selector("#survey [role=status]:not([hidden])")
    live.page.wait_for_selector("[data-notice=thanks]", timeout=20_000)
    assert bodies[0] == bodies[1]
    assert f"id={Response.objects.get().pk}" in bodies[0]


@pytest.mark.parametrize(
    "options",
    [{}, {"width": 375, "height": 720}, {"color_scheme": "dark"}],
    ids=["wide", "phone", "dark"],
)
def test_survey_pages_have_no_axe_violation_and_no_sideways_scroll(chromium, live_server, options):
    survey, staff = published(), UserFactory(role="librarian")
    answers = [{"1": 1 + n % 3, "2": [1], "3": 1 + n % 5, "4": n % 11, "5": "x"} for n in range(60)]
    answer(survey, *answers)
    base = f"/desk/surveys/{survey.pk}"
    with Live(chromium, live_server.url, **options) as live:
        for path in (survey.public_url, "/surveys/"):
            live.open(path)
            assert live.axe() == [], path
            assert live.fits(), path
        live.sign_in(staff)
        parts = ("", "items/1/", "settings/", "share/", "results/", "texts/")
        pages = [f"{base}/{part}" for part in parts]
        for path in ("/desk/surveys/", "/desk/surveys/new/", *pages):
            live.open(path)
            assert live.axe() == [], path
            assert live.fits(), path
        assert live.errors == []


def test_editor_preview_follows_the_typing_and_crosstab_loads_in_place(live):
    survey, staff = published(), UserFactory(role="librarian")
    answer(survey, *[{"1": 1 + n % 2, "3": 1 + n % 2} for n in range(40)])
    live.sign_in(staff)
    live.open(f"/desk/surveys/{survey.pk}/items/new/?kind=scale")
    live.page.fill("[name=text_zh]", "新的问题")
    live.page.wait_for_selector("#preview >> text=新的问题")
    live.open(f"/desk/surveys/{survey.pk}/results/")
    live.page.select_option("[name=second]", index=1)
    live.page.click("form[hx-target='#crosstab'] button")
    live.page.wait_for_selector("#crosstab table")
    assert live.page.locator("#crosstab td.n", has_text="20").count() >= 2


LOOK = """() => [...document.body.querySelectorAll("*")].map((element) => {
  const look = getComputedStyle(element);
  return [element.outerHTML.slice(0, 80), [...look].map((name) => look.getPropertyValue(name))];
})"""
WITH_SHEET = """(address) => new Promise((done) => {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = address;
  sheet.onload = done;
  document.head.prepend(sheet);
})"""


@pytest.mark.parametrize("width", [375, 1280])
def test_sheet_of_the_survey_page_lacks_no_rule_that_other_pages_have(live, width):
    """What portal.css says of a part of this page, survey.css says, too."""
    live.page.set_viewport_size({"width": width, "height": 900})
    survey = published()
    for path in (survey.public_url, "/s/nothing/"):
        live.open(path)
        live.settle()
        alone = live.page.evaluate(LOOK)
        live.page.evaluate(WITH_SHEET, "/static/css/portal.css")
        live.settle()
        both = live.page.evaluate(LOOK)
        moved = [one[0] for one, other in zip(alone, both, strict=True) if one != other]
        assert len(alone) > 10
        assert moved == []
