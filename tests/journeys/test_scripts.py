"""Each script of static/js in the browser, and what the browser does without one.

Elsewhere: drafts.js in test_drafts.py and test_desk_drafts.py, wait.js in test_door.py, today.js
and trouble.js in test_today.py, chart.js in test_charts.py, months.js in
tests/crm/sources/test_screen.py.
"""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser import Live
from tests.factories import CampaignFactory, ReaderFactory, SegmentFactory, UserFactory
from tests.feedback.building import answer, published

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 375, "height": 812}
NARROW, WIDE = {"width": 320, "height": 700}, {"width": 1600, "height": 900}
THEME = "document.documentElement.dataset.theme"
IS_FOCUSED = "selector => document.activeElement.matches(selector)"


@pytest.fixture
def librarian(live):
    live.sign_in(UserFactory(role="librarian"))
    return live


# --- theme.js -------------------------------------------------------------------------------------
def test_theme_is_switched_at_once_and_remembered_by_the_server(live):
    live.page.emulate_media(color_scheme="light")
    live.open("/")
    button = live.page.locator("[data-theme-switch]")
    expect(button).to_have_attribute("aria-pressed", "false")

    button.click()
    assert live.page.evaluate(THEME) == "dark"
    expect(button).to_have_attribute("aria-pressed", "true")

    # The server writes it, before any script runs.
    page = live.context.request.get("/").text()
    assert 'data-theme="dark"' in page

    live.open("/")
    live.page.locator("[data-theme-switch]").click()
    assert live.page.evaluate(THEME) == "light"


def test_theme_follows_the_system_until_somebody_chooses(live):
    live.page.emulate_media(color_scheme="light")
    live.open("/")
    button = live.page.locator("[data-theme-switch]")
    live.page.emulate_media(color_scheme="dark")
    expect(button).to_have_attribute("aria-pressed", "true")
    assert live.page.evaluate(THEME) is None


# --- no script: the other language ---------------------------------------------------------------
def test_language_is_switched_on_the_page_with_what_was_asked_for(live):
    live.open("/say/find/?from=letter")
    html = live.page.locator("html")
    before = html.get_attribute("lang")
    live.page.locator("button[name=language]").click()
    expect(html).not_to_have_attribute("lang", before)
    assert live.page.url.endswith("/say/find/?from=letter")


# --- keys.js --------------------------------------------------------------------------------------
def test_slash_goes_to_the_search_field_and_letters_typed_there_go_nowhere(librarian):
    page = librarian.page
    librarian.open(reverse("crm:reader-list"))
    page.keyboard.press("/")
    assert page.evaluate(IS_FOCUSED, ".toolbar input")
    page.keyboard.type("gs")
    assert page.input_value(".toolbar input >> nth=0") == "gs"
    assert page.url.endswith(reverse("crm:reader-list"))


def test_g_and_a_letter_follow_the_menu_and_a_letter_alone_does_not(librarian):
    page = librarian.page
    librarian.open(reverse("crm:reader-list"))
    page.keyboard.press("s")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url(f"**{reverse('campaigns:campaign-list')}")


def test_question_mark_lists_the_letters_and_escape_closes_the_list(librarian):
    page = librarian.page
    librarian.open(reverse("crm:reader-list"))
    keys = page.locator("dialog#keys")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


# --- forms.js -------------------------------------------------------------------------------------
def test_changed_form_asks_before_it_is_left_and_an_unchanged_one_does_not(librarian):
    page, asked = librarian.page, []

    def stay(dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    form, elsewhere = reverse("crm:segment-create"), reverse("crm:segment-list")
    librarian.open(form)
    page.click(f".side-nav a[href='{elsewhere}']")
    page.wait_for_url(f"**{elsewhere}")
    assert asked == []

    librarian.open(form)
    page.fill("[name=name]", "常来的人")
    page.click(f".side-nav a[href='{elsewhere}']")
    expect(page.locator("[name=name]")).to_have_value("常来的人")
    assert asked == ["beforeunload"]


#: A browser that knows nothing of the attribute command.
OLD_BROWSER = """
delete HTMLButtonElement.prototype.commandForElement;
addEventListener("command", (event) => event.preventDefault(), { capture: true });
"""


@pytest.mark.parametrize("browser", ["without script", "new", "old"])
def test_dialog_opens_from_its_button_keeps_the_page_out_of_reach_and_closes(
    chromium, live_server, browser
):
    segment = SegmentFactory()
    with Live(chromium, live_server.url, java_script_enabled=browser != "without script") as live:
        if browser == "old":
            live.page.add_init_script(OLD_BROWSER)
        live.sign_in(UserFactory(role="librarian"))
        live.open(segment.get_absolute_url())
        dialog = live.page.locator("#delete-segment")
        opener = live.page.locator("[commandfor=delete-segment][command=show-modal]")
        opener.click()
        expect(dialog).to_be_visible()
        # What lies behind is out of reach, for a pointer and for the keyboard.
        expect(live.page.locator("dialog#delete-segment:modal")).to_have_count(1)

        dialog.locator("[command=close]").click()
        expect(dialog).to_be_hidden()
        opener.click()
        expect(dialog).to_be_visible()
        live.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        assert live.errors == []


def test_choice_that_sends_itself_shows_the_answers_of_the_group(librarian):
    survey = published()
    answer(survey, *[{"1": 1 + n % 2, "3": 1 + n % 5} for n in range(40)])
    librarian.open(reverse("feedback:survey-results", args=[survey.pk]))
    choice = librarian.page.locator("select[data-auto-submit]")
    value = choice.locator("optgroup option").first.get_attribute("value")
    choice.select_option(value)
    librarian.page.wait_for_url("**only=**")
    expect(librarian.page.locator("select[data-auto-submit]")).to_have_value(value)


def test_address_is_copied(chromium, live_server):
    survey = published()
    with Live(chromium, live_server.url, permissions=["clipboard-read", "clipboard-write"]) as live:
        live.sign_in(UserFactory(role="librarian"))
        live.open(reverse("feedback:survey-share", args=[survey.pk]))
        button = live.page.locator("[data-copy]").first
        button.click()
        expect(button).to_have_class("btn good")
        copied = live.page.evaluate("navigator.clipboard.readText()")
        assert copied == button.get_attribute("data-copy")
        assert live.errors == []


def test_print_button_prints(librarian):
    survey = published()
    librarian.open(reverse("feedback:survey-poster", args=[survey.pk]))
    librarian.page.evaluate("() => addEventListener('beforeprint', () => { window.printed = 1 })")
    librarian.page.click("[data-print]")
    librarian.page.wait_for_function("() => window.printed === 1")


def test_only_a_table_that_is_wider_than_its_place_is_a_stop_of_the_keyboard(librarian):
    ReaderFactory.create_batch(3)
    librarian.page.set_viewport_size(WIDE)
    librarian.open(reverse("crm:reader-list"))
    wrap = librarian.page.locator(".table-wrap").first
    expect(wrap).not_to_have_attribute("tabindex", "0")
    wrap.evaluate("wrap => wrap.firstElementChild.style.minWidth = '1000px'")
    librarian.page.set_viewport_size(NARROW)
    expect(wrap).to_have_attribute("tabindex", "0")


# --- mix.js ---------------------------------------------------------------------------------------
def test_shares_are_added_up_while_they_are_typed(librarian):
    campaign = CampaignFactory()
    librarian.open(reverse("campaigns:plan-edit", args=[campaign.pk]))
    page, total = librarian.page, librarian.page.locator("[data-mix-total]")
    shares = page.locator("[name$='-share']")
    for place in range(shares.count()):
        shares.nth(place).fill("")
    expect(total).to_contain_text("0")

    shares.nth(0).fill("60")
    shares.nth(1).fill("30")
    expect(total).to_contain_text("90")
    expect(total).to_have_class("bad")
    shares.nth(1).fill("40")
    expect(total).to_contain_text("100")
    expect(total).to_have_class("good")


# --- survey.js ------------------------------------------------------------------------------------
def test_survey_counts_answered_questions_and_none_of_these_stands_alone(live):
    options = [
        {"zh-hans": "安静", "en": "Quiet"},
        {"zh-hans": "明亮", "en": "Bright"},
        {"zh-hans": "以上都没有", "en": "None of the above"},
    ]
    several = {"zh-hans": "喜欢什么？", "en": "What do you like?"}
    other = {"zh-hans": "还想说什么？", "en": "Anything else?"}
    items = [
        {"kind": "multiple", "text": several, "options": options},
        {"kind": "text", "text": other},
    ]
    live.open(published(items=items).public_url)
    page, bar = live.page, live.page.locator(".survey-progress")
    expect(bar).to_have_js_property("value", 0)
    page.check("[name=i1][value='1']")
    page.check("[name=i1][value='2']")
    expect(bar).to_have_js_property("value", 1)
    page.fill("[name=i2]", "  ")
    expect(bar).to_have_js_property("value", 1)
    page.fill("[name=i2]", "多开一扇窗")
    expect(bar).to_have_js_property("value", 2)

    page.check("[name=i1][value='3']")
    assert not page.is_checked("[name=i1][value='1']")
    assert not page.is_checked("[name=i1][value='2']")
    page.check("[name=i1][value='1']")
    assert not page.is_checked("[name=i1][value='3']")


# --- what needs no script -------------------------------------------------------------------------
@pytest.mark.parametrize("with_script", [True, False])
def test_menu_of_a_phone_opens_and_closes_without_a_script(chromium, live_server, with_script):
    with Live(chromium, live_server.url, **PHONE, java_script_enabled=with_script) as live:
        live.sign_in(UserFactory(role="librarian"))
        live.open(reverse("crm:segment-list"))
        page, menu = live.page, live.page.locator(".side-nav")
        opener = page.locator("[popovertarget=side-nav]")
        expect(menu).to_be_hidden()

        opener.click()
        expect(menu).to_be_visible()
        # It begins where the bar ends, so that the button can be pressed again.
        bar = page.locator(".bar-phone").bounding_box()
        assert abs(menu.bounding_box()["y"] - bar["height"]) <= 1
        if with_script:
            live.check()
            live.shot("menu-phone")
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()

        opener.click()
        page.mouse.click(20, PHONE["height"] - 5)
        expect(menu).to_be_hidden()

        opener.click()
        menu.locator(f"a[href='{reverse('crm:reader-list')}']").click()
        page.wait_for_url(f"**{reverse('crm:reader-list')}")
        assert live.errors == []


@pytest.mark.parametrize(("motion", "passes"), [("no-preference", True), ("reduce", False)])
def test_page_passes_into_the_next_unless_less_motion_is_asked_for(
    chromium, live_server, motion, passes
):
    with Live(chromium, live_server.url, reduced_motion=motion) as live:
        live.open("/")
        live.page.evaluate(
            "() => addEventListener('pageswap', (event) => "
            "sessionStorage.setItem('passed', event.viewTransition !== null))"
        )
        live.page.click(f".menu-top a[href='{reverse('feedback:survey-open-list')}']")
        live.page.wait_for_url(f"**{reverse('feedback:survey-open-list')}")
        assert live.page.evaluate("sessionStorage.getItem('passed')") == str(passes).lower()
