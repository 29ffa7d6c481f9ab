"""A librarian takes a campaign from nothing to its live page, in a real browser.

Axe looks at every page on the way.
"""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from campaigns.plan.models import Campaign
from campaigns.sending.models import Delivery
from crm.segments.refresh import refresh_segment
from tests.browser import Live
from tests.factories import ReaderFactory, SegmentFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "quiet-lamp-of-the-library"


@pytest.fixture
def desk(chromium, live_server):
    with Live(chromium, live_server.url, locale="zh-CN") as live:
        yield live
        assert live.errors == []


def press(live, text: str):
    """Press the button or link with exactly this text, in the page itself, and look at where it
    leads.
    """
    button = live.page.locator("#main").get_by_text(text, exact=True).locator("visible=true").first
    live.follow(button)
    live.check()


def see(live, text: str):
    live.page.locator("#main").get_by_text(text).locator("visible=true").last.wait_for()


def fill(live, scope: str, **values):
    """Fill the fields of a form by their names, whatever kind of field they are."""
    for name, value in values.items():
        field = live.page.locator(f"{scope} [name={name}]")
        if field.evaluate("f => f.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def form_for(kind: str) -> str:
    return f"form[action$='/parts/{kind}/add/']"


def add(live, kind: str, button: str, **values):
    """Fill one of the room's small forms and send it."""
    if button:
        live.page.get_by_text(button, exact=True).click()
    fill(live, form_for(kind), **values)
    live.follow(live.page.locator(f"{form_for(kind)} button.primary"))
    live.check()


@pytest.fixture
def audience():
    for _number in range(12):
        ReaderFactory()
    segment = SegmentFactory(name="全体读者")
    refresh_segment(segment)
    return segment


def test_librarian_runs_a_campaign_from_nothing_to_its_live_page(desk, audience):
    zhou = UserFactory(username="zhou", role="librarian", display_name="周文静", password=PASSWORD)
    EmailAddress.objects.create(user=zhou, email=zhou.email, verified=True, primary=True)
    sign_in(desk)
    begin(desk)
    prepare(desk)
    plan(desk)
    arm(desk)
    launch(desk)

    campaign = Campaign.objects.get()
    assert (campaign.phase, str(campaign.locked_by)) == ("performance", "周文静")
    deliveries = Delivery.objects.filter(content__campaign=campaign)
    states = list(deliveries.values_list("state", flat=True))
    # Everybody of the segment is drawn to be mailed or to be held out.
    assert len(states) == 12
    assert set(states) <= {"pending", "holdout"}


def sign_in(desk):
    desk.open("/accounts/login/")
    desk.check()
    fill(desk, "main form", login="zhou", password=PASSWORD)
    desk.page.locator("main form button").first.click()
    desk.page.wait_for_url("**/desk/")
    desk.check()


def begin(desk):
    desk.open(reverse("campaigns:campaign-list"))
    desk.check()
    press(desk, "新活动")
    # Without a title it is refused in its place, beside the field.
    desk.page.locator("#main").get_by_text("开始", exact=True).locator("visible=true").first.click()
    desk.page.locator("[name=title][aria-invalid=true]").wait_for()
    desk.check()
    fill(desk, "main form", title="冬至读诗夜")
    press(desk, "开始")
    see(desk, "还没有记下任何需求")


def prepare(desk):
    press(desk, "打开对接表")
    add(desk, "need", "", text="想在最长的夜里有人同坐", origin="voice", source="来言 12 条")
    add(desk, "element", "", text="二十四节气：冬至", resource="古籍特藏")
    pair = {name: first_choice(desk, name) for name in ("need", "element")}
    add(desk, "match", "", **pair, strength="3", reason="冬至本就是团聚的夜")

    desk.page.locator(".crumbs").get_by_text("冬至读诗夜").click()
    press(desk, "进入战略阶段")


def first_choice(desk, name: str) -> str:
    """The first thing a field of the match form offers, after the empty one."""
    options = desk.page.locator(f"{form_for('match')} [name={name}] option")
    return options.nth(1).get_attribute("value")


def plan(desk):
    press(desk, "编辑简报")
    today = timezone.localdate()
    fill(
        desk,
        "main form",
        purpose="让独自过冬至的读者，在图书馆里读一首诗给别人听。",
        starts_on=today.isoformat(),
        ends_on=(today + timedelta(days=14)).isoformat(),
        budget="3000",
    )
    press(desk, "保存")

    add(desk, "goal", "添加目标", text="一百名读者走进阅览室")
    add(desk, "task", "添加任务", text="灯光与茶水", owner="读者服务部")

    press(desk, "选择分群")
    desk.page.get_by_label("全体读者").check()
    press(desk, "保存")

    # A mix of 90 % may be kept, but the gate says what lacks.
    press(desk, "编辑组合")
    desk.page.get_by_label("邮件 · 份额（%）").fill("60")
    desk.page.get_by_label("海报 · 份额（%）").fill("30")
    see(desk, "目前合计：90 %")
    press(desk, "保存组合")
    see(desk, "缺 10 %")

    press(desk, "去补上")
    desk.page.get_by_label("海报 · 份额（%）").fill("40")
    press(desk, "保存组合")
    press(desk, "进入战术阶段")


def arm(desk):
    press(desk, "写邮件")
    fill(
        desk,
        "main form",
        title="邀请信",
        purpose="events",
        subject="{name}，冬至夜请你来读诗",
    )
    desk.page.locator("[name=body]").fill(
        '<p>{name}，来吗？<a href="/works/">看看大家写的诗</a></p>'
    )
    press(desk, "保存")

    desk.page.locator(".crumbs").get_by_text("冬至读诗夜").click()
    add(desk, "standard", "设定标准", metric="reach", target="100", source="馆务会")
    desk.page.get_by_label("我知道锁定后不能撤销。").check()
    press(desk, "锁定标准并上线")
    see(desk, "已锁定")


def launch(desk):
    press(desk, "邀请信")
    desk.follow(desk.page.locator("#main .actions a.primary"))
    desk.check()
    desk.follow(desk.page.locator("#main form button.primary"))
    desk.page.wait_for_url("**/desk/contents/*/")
    desk.check()
