"""Pages on small screens, and on screens that change while a page is open."""

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.facts import computing
from tests import factories
from tests.analytics import building as make

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 375, "height": 812}
PHONE_TURNED = {"width": 812, "height": 375}
DESKTOP = {"width": 1280, "height": 900}
MIDDLING = {"width": 900, "height": 900}
LONG_NAME = "Teachers and researchers of the engineering departments who borrowed nothing this term"
LONG_NAME_ZH = "本学期没有借过书、也没有预约过研讨间的工学院各系教师和科研人员以及他们的研究生"

HEIGHTS = """() => [...document.querySelectorAll('.drawing')]
  .map((drawing) => drawing.getBoundingClientRect().height)"""
#: No mark and no word of a chart stands outside the chart.
STAYS_INSIDE = """() => [...document.querySelectorAll(".chart")].every((chart) => {
  const place = chart.getBoundingClientRect();
  return [...chart.querySelectorAll(".drawing :is(text, rect, circle)")].every((one) => {
    const here = one.getBoundingClientRect();
    return here.width === 0 || (here.left > place.left - 2 && here.right < place.right + 2);
  });
})"""


def test_charts_keep_their_height_on_a_window_that_changes(live):
    make.visit(make.readers(12), kind="contribution")
    make.visit(make.readers(30))
    computing.compute(make.LAUNCH.date(), make.AFTER.date())
    live.sign_in(factories.UserFactory(role="manager"))
    live.page.set_viewport_size(PHONE)
    live.open(reverse("analytics:month-detail", args=["2026-03"]))
    heights = live.page.evaluate(HEIGHTS)
    assert heights
    assert min(heights) > 30

    for size in (DESKTOP, PHONE_TURNED, PHONE):
        live.page.set_viewport_size(size)
        assert live.page.evaluate(HEIGHTS) == heights
        assert live.page.evaluate(STAYS_INSIDE)
        assert live.fits()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_board_of_campaigns_fits_a_phone(live, language):
    campaign = factories.CampaignFactory(title=LONG_NAME)
    for name in (LONG_NAME, LONG_NAME_ZH, "x" * 60):
        campaign.segments.add(factories.SegmentFactory(name=name))
    live.sign_in(factories.UserFactory(role="librarian"))
    live.context.set_extra_http_headers({"Accept-Language": language})
    live.page.set_viewport_size(PHONE)
    live.open(reverse("campaigns:campaign-list"))
    live.check()
    live.open(reverse("campaigns:campaign-detail", args=[campaign.pk]))
    live.check()


def test_share_of_each_channel_can_be_typed_on_a_phone(live):
    campaign = factories.CampaignFactory()
    live.sign_in(factories.UserFactory(role="librarian"))
    live.page.set_viewport_size(PHONE)
    live.open(reverse("campaigns:plan-edit", args=[campaign.pk]))
    live.check()
    share = live.page.locator("#id_mix-0-share").bounding_box()
    card = live.page.locator("form.card").bounding_box()
    # Further columns are reached by scrolling the table, the first one is in sight.
    assert share["x"] + share["width"] <= card["x"] + card["width"]


def test_further_filters_are_behind_a_word_on_a_phone_and_open_where_one_is_in_use(live):
    live.sign_in(factories.UserFactory(role="librarian"))
    readers = reverse("crm:reader-list")
    first, further = live.page.locator("#id_q"), live.page.locator("#size")
    live.open(readers)
    assert first.is_visible()
    assert further.is_visible()

    live.page.set_viewport_size(PHONE)
    assert first.is_visible()
    assert not further.is_visible()
    live.page.locator(".further > summary").click()
    assert further.is_visible()
    live.check()

    name = live.page.locator(".further select[name]").first.get_attribute("name")
    value = live.page.locator(f".further select[name={name}] option").last.get_attribute("value")
    live.open(f"{readers}?{name}={value}")
    assert further.is_visible()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_list_on_a_phone_says_every_column_and_can_be_sorted(live, language):
    factories.ReaderFactory(name="阿卜杜热合曼·买买提")
    live.sign_in(factories.UserFactory(role="librarian"))
    live.context.set_extra_http_headers({"Accept-Language": language})
    live.page.set_viewport_size(PHONE)
    live.open(reverse("crm:reader-list"))
    cells = live.page.get_by_role("cell")
    heads = live.page.get_by_role("columnheader", include_hidden=True)
    assert cells.count() == heads.count()
    for cell in cells.all():
        box = cell.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    live.page.locator("thead a").first.click()
    live.page.wait_for_url("**sort=**")
    live.check()


def test_what_was_said_and_done_stand_beside_each_other_where_there_is_room(live):
    """On a phone the one stands below the other."""
    # The newest one opens the page; the other stands in the list.
    for _voice in range(2):
        factories.VoiceFactory(
            done="设静音时段", shown=True, public_text="太吵了。", answered_at=timezone.now()
        )
    live.open("/")
    said, done = live.page.locator("#did .said q"), live.page.locator("#did .said b")
    for size, is_beside in ((DESKTOP, True), (MIDDLING, True), (PHONE, False)):
        live.page.set_viewport_size(size)
        lower_end = said.bounding_box()["y"] + said.bounding_box()["height"]
        assert (done.bounding_box()["y"] < lower_end) is is_beside, size
        assert live.fits()
