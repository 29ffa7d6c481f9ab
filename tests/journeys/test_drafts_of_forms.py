"""What was typed into forms that change something is back: in a line of Today, and on pages."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from analytics.loop.models import Adjustment
from campaigns.plan.models import Campaign
from tests import factories
from tests.analytics.today import building
from tests.browser import Live

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = "[data-draft-saved]:not([hidden])"
REASON = "去年讲座人少，今年先不加预算。"


@pytest.fixture
def desk(chromium, live_server):
    with Live(chromium, live_server.url, locale="en-GB") as live:
        live.sign_in(factories.UserFactory(role="manager"))
        yield live
        assert live.errors == []


def wait_until_kept(page, text: str) -> None:
    page.wait_for_function("text => JSON.stringify({...localStorage}).includes(text)", arg=text)


def open_line(desk, proposal):
    """The line of a proposal on Today with its reason for a refusal."""
    desk.open(reverse("analytics:today"))
    line = desk.page.locator(f"#proposal-{proposal.pk}")
    line.locator("[data-step]").click()
    line.locator("textarea[name=reason]").wait_for(state="attached")
    return line


def test_reason_left_in_a_line_of_today_is_back_and_goes_with_the_decision(desk):
    [proposal] = building.proposals(1)
    page = desk.page
    line = open_line(desk, proposal)
    line.locator("summary").click()
    line.locator("textarea").fill(REASON)
    line.locator(KEPT).wait_for()

    desk.open(reverse("analytics:today"))
    waiting = page.locator(f"#proposal-{proposal.pk} [data-draft-waits]")
    expect(waiting).to_be_visible()
    line = open_line(desk, proposal)
    # The fold that it was written in is open.
    expect(line.locator("textarea")).to_be_visible()
    expect(line.locator("textarea")).to_have_value(REASON)
    line.get_by_role("button", name="Refuse the proposal").click()
    page.locator(f"#proposal-{proposal.pk} textarea").wait_for(state="detached")
    proposal.refresh_from_db()
    assert proposal.state == Adjustment.State.REFUSED
    assert proposal.decision.reason == REASON
    assert (
        page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []
    )


def test_reason_for_another_value_that_was_refused_stays_apart_from_that_for_a_refusal(desk):
    [proposal] = building.proposals(1)
    page = desk.page
    desk.open(proposal.get_absolute_url())
    page.fill("#refuse-reason", REASON)
    page.locator(f"#refuse {KEPT}").wait_for()
    page.fill("#change-reason", "少一点")
    page.fill("#change-value", "")
    page.locator(f"#change {KEPT}").wait_for()
    # An empty value is stopped by the library, not by the browser.
    page.eval_on_selector("#change form", "form => { form.noValidate = true; }")
    page.locator("#change form button.btn:not([type=button])").click()
    page.locator("[role=alert]").wait_for()
    # What is typed into the page of the refusal is kept like what was typed before.
    page.fill("#change-reason", "再少一点")
    wait_until_kept(page, "再少一点")

    desk.open(proposal.get_absolute_url())
    expect(page.locator("#refuse-reason")).to_have_value(REASON)
    expect(page.locator("#change-reason")).to_have_value("再少一点")
    page.locator("#refuse form button.btn:not([type=button])").click()
    page.wait_for_url(f"**{reverse('analytics:decision-list')}")
    proposal.refresh_from_db()
    assert proposal.decision.reason == REASON


def test_title_and_year_of_a_new_campaign_are_back_and_the_seasons_follow_the_year(desk):
    page = desk.page
    address = reverse("campaigns:campaign-create")
    desk.open(address)
    desk.settle()
    page.fill("#id_title", "秋天的诗")
    page.fill("#id_year", "2031")
    page.locator(KEPT).wait_for()

    desk.open("/desk/voices/")
    with page.expect_response(lambda answer: "year=2031" in answer.url):
        desk.open(address)
    expect(page.locator("#id_title")).to_have_value("秋天的诗")
    page.locator("form[data-draft] .btn.primary").click()
    page.wait_for_url(lambda url: address not in url)
    assert Campaign.objects.get().title == "秋天的诗"
    desk.open(address)
    expect(page.locator("#id_title")).to_have_value("")


def test_question_begun_is_back_with_its_preview_after_more_options_were_asked_for(desk):
    page = desk.page
    survey = factories.SurveyFactory()
    address = reverse("feedback:item-create", args=[survey.pk])
    desk.open(address)
    desk.settle()
    page.fill("#id_text_zh", "几点来？")
    page.select_option("#id_kind", "single")
    page.fill("#id_o-0-zh", "早上")
    page.locator(KEPT).wait_for()
    page.locator("button[name=more]").click()
    page.fill("#id_o-3-zh", "晚上")
    expect(page.locator("#id_text_zh")).to_have_value("几点来？")
    page.fill("#id_text_zh", "几点来图书馆？")
    wait_until_kept(page, "几点来图书馆？")

    desk.open(address)
    expect(page.locator("#id_text_zh")).to_have_value("几点来图书馆？")
    expect(page.locator("#id_o-3-zh")).to_have_value("晚上")
    expect(page.locator("#preview")).to_contain_text("晚上")
    page.locator("#item .btn.primary").click()
    page.wait_for_url(lambda url: address not in url)
    texts = [option.text["zh-hans"] for option in survey.items.get().options.all()]
    assert texts == ["早上", "晚上"]


def test_list_of_keys_promises_a_search_field_only_where_there_is_one(desk):
    page = desk.page
    desk.open(reverse("analytics:today"))
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys dt[data-search-key]")).to_be_hidden()
    desk.open("/desk/voices/")
    page.keyboard.press("?")
    expect(page.locator("#keys dt[data-search-key]")).to_be_visible()
