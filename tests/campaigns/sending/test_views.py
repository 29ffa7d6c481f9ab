"""Trying out, launching and watching a content, and the list of who got it."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from campaigns.contents.actions import save_content
from campaigns.contents.models import Content
from campaigns.sending import actions, run
from campaigns.sending.actions import launch_content
from campaigns.sending.forms import LaunchForm, next_sending_hour
from campaigns.sending.progress import standing
from core.refusals import Refused
from crm.letters import post
from crm.readers.models import Identity, NumberSystem
from crm.staff.models import AuditEvent
from tests import factories
from tests.campaigns.building import url
from tests.looking import said_why

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def test_script_typed_anywhere_is_inert_on_every_page(desk, librarian, campaign):
    """Fault 29. By an author, by a reader, and by the mail server in its answer."""
    librarian.display_name = SCRIPT
    librarian.save()
    reader = factories.ReaderFactory(name=SCRIPT, number="<b>1</b>")
    content = factories.ContentFactory(
        campaign=campaign,
        title=SCRIPT,
        subject=f"{SCRIPT}{{name}}",
        preheader=SCRIPT,
        body=f"{SCRIPT}<p>{{name}}</p>",
    )
    factories.TrackedLinkFactory(content=content, campaign=campaign, placement=SCRIPT)
    factories.DeliveryFactory(content=content, reader=reader, state="failed", reason=SCRIPT)
    pages = [
        url(f"content-{page}", content.pk) for page in ("detail", "edit", "progress", "launch")
    ]
    said_why(reader, by=librarian)
    pages += [url("delivery-list", content.pk), url("link-list"), reader.get_absolute_url()]
    for page in pages:
        response = desk.get(page)
        assert response.status_code == 200, page
        assert SCRIPT not in response.content.decode(), page


def test_test_mail_goes_to_oneself_with_untracked_links(desk, librarian, content, sink):
    content.body = '<p><a href="/s/one/">x</a></p>'
    save_content(content=content, by=librarian)
    desk.post(url("content-test", content.pk))
    desk.post(url("content-test", content.pk))
    post.send_due()
    assert sink.addresses == [librarian.email] * 2
    assert len({mail["message-id"] for mail in sink.parsed()}) == 2
    assert (
        'href="http://127.0.0.1:8000/s/one/"' in sink.parsed()[0].get_body(("html",)).get_content()
    )
    assert not content.deliveries.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_way_out_of_a_test_mail_says_that_it_is_one_and_changes_nothing(
    desk, librarian, content, sink, method
):
    """Also for a mail program that unsubscribes by itself (RFC 8058)."""
    reader = factories.ReaderFactory(email=librarian.email)
    desk.post(url("content-test", content.pk))
    post.send_due()
    (mail,) = sink.parsed()
    way_out = urlsplit(mail["List-Unsubscribe"].strip("<>")).path

    response = getattr(Client(), method)(way_out)
    assert response.status_code == 200
    assert "这是一封测试邮件" in response.content.decode()
    assert '<form method="post">' not in response.content.decode()
    reader.refresh_from_db()
    assert reader.consents == factories.permissions_of(["email"])


# --- launching and watching -----------------------------------------------------------------------
def test_confirmation_names_what_will_happen_in_numbers(desk, content, campaign):
    campaign.holdout_percent = 50
    campaign.save()
    factories.ReaderFactory.create_batch(20)
    factories.ReaderFactory.create_batch(3, consents=[])
    segment = campaign.segments.get()
    actions.refresh_segment(segment)
    response = desk.get(url("content-launch", content.pk))
    counted = response.context["counted"]
    mailed, held_out = int(str(counted.mailed)), int(str(counted.held_out))
    assert (str(counted.members), mailed + held_out, str(counted.no_consent)) == ("23", 20, "3")
    page = response.content.decode()
    assert f"发给 {counted.mailed} 位读者" in page
    # What for, and whom it leaves out for want of that consent.
    purpose = content.get_purpose_display()
    assert f"这封邮件的用途是“{purpose}”" in page
    assert f"没有同意接收“{purpose}”类邮件" in page
    assert not content.deliveries.exists()


def test_confirmation_counts_a_segment_that_was_never_computed(desk, content):
    factories.ReaderFactory.create_batch(3)
    response = desk.get(url("content-launch", content.pk))
    assert str(response.context["counted"].mailed) == "3"
    assert response.context["uncounted"] == []
    assert '<button class="btn primary">' in response.content.decode()


def test_confirmation_names_a_segment_it_could_not_count(desk, content, campaign):
    broken = factories.SegmentFactory(name="Broken & odd", rule={"test": "no such test"})
    campaign.segments.set([broken])
    response = desk.get(url("content-launch", content.pk))
    (said,) = response.context["uncounted"]
    name, _colon, reason = said.partition("：")
    assert (name, bool(reason)) == (broken.name, True)
    page = response.content.decode()
    assert "Broken &amp; odd：" in page
    assert '<button class="btn primary">' in page


# --- between loading and locking ------------------------------------------------------------------
def test_edit_between_load_and_launch_is_what_is_mailed(content, librarian, sink):
    stale = Content.objects.get(pk=content.pk)
    factories.ReaderFactory()
    content.subject, content.body = "New", '<p>New <a href="https://example.org/new">x</a></p>'
    save_content(content=content, by=librarian)
    launch_content(content=stale, by=librarian)
    run.send(content.pk)
    (mail,) = sink.parsed()
    assert mail["subject"] == "New"
    assert f"/go/{content.links.get().code}/" in mail.get_body(("html",)).get_content()


def test_launch_of_a_campaign_that_left_performance_since_it_was_loaded_is_refused(
    content, campaign, librarian
):
    stale = Content.objects.select_related("campaign").get(pk=content.pk)
    type(campaign).objects.filter(pk=campaign.pk).update(phase="prepare")
    with pytest.raises(Refused):
        launch_content(content=stale, by=librarian)
    content.refresh_from_db()
    assert (content.state, content.deliveries.count()) == ("draft", 0)


def test_launching_from_the_page_twice_sends_once(desk, content):
    """Fault 7. A double click on the button."""
    factories.ReaderFactory.create_batch(3)
    for _click in range(2):
        desk.post(url("content-launch", content.pk), {"when": "now"})
    assert content.deliveries.filter(state="pending").count() == 3
    assert AuditEvent.objects.filter(action="content.launch").count() == 1


def test_launch_at_the_campaigns_hour_waits_for_it(desk, content, campaign):
    factories.ReaderFactory()
    hour = next_sending_hour(campaign)
    desk.post(url("content-launch", content.pk), {"when": hour.isoformat()})
    assert content.deliveries.get().due_at == hour


def test_launch_at_an_hour_that_struck_since_the_page_was_shown_is_refused(
    client, librarian, content, campaign
):
    """Shown just before the hour and posted just after: not silently the hour of the day after."""
    factories.ReaderFactory()
    shown = next_sending_hour(campaign)
    with time_machine.travel(shown + timedelta(minutes=1)):
        client.force_login(librarian)
        response = client.post(url("content-launch", content.pk), {"when": shown.isoformat()})
    assert response.status_code == 400
    assert "这个时间已经过了，请重新选择。" in response.content.decode()
    assert not content.deliveries.exists()


@pytest.mark.parametrize("posted", ["hour", "2030-03-02T10:00:00", "2999-01-01T00:00:00+00:00"])
def test_launch_at_a_time_that_was_not_offered_is_refused(desk, content, posted):
    factories.ReaderFactory()
    response = desk.post(url("content-launch", content.pk), {"when": posted})
    assert response.status_code == 400
    assert "这个时间已不在选项中，请重新选择。" in response.content.decode()
    assert not content.deliveries.exists()


def test_time_set_in_the_content_that_is_the_campaigns_hour_is_one_choice(content, campaign):
    content.due_at = next_sending_hour(campaign)
    form = LaunchForm(content=content)
    assert [value for value, _label in form.fields["when"].choices] == [
        "now",
        timezone.localtime(content.due_at).isoformat(),
    ]


@pytest.mark.parametrize(("now", "expected"), [((1, 59), 26), ((2, 0), 27), ((15, 0), 27)])
def test_next_sending_hour_is_later_today_or_tomorrow(campaign, now, expected):
    """10 o'clock in Shanghai is 02:00 UTC."""
    at = next_sending_hour(campaign, datetime(2026, 11, 26, *now, tzinfo=UTC))
    assert at.astimezone(UTC) == datetime(2026, 11, expected, 2, tzinfo=UTC)


@pytest.mark.parametrize("rows", [1, 3])
def test_live_page_costs_the_same_queries_for_1_and_3_rows(
    desk, content, rows, django_assert_num_queries
):
    Content.objects.filter(pk=content.pk).update(
        state="sending", launched_at=timezone.now(), launched_by=content.campaign.owner
    )
    factories.DeliveryFactory.create_batch(rows, content=content)
    with django_assert_num_queries(5):  # session, user, content, counts, clicks and pace
        response = desk.get(url("content-progress", content.pk))
    assert str(response.context["progress"].counts["pending"]) == str(rows)


@pytest.mark.parametrize(
    ("clicked", "shown", "share"),
    [(0, "0", None), (1, "未显示", None), (4, "未显示", None), (5, "5", 1)],
)
def test_live_page_hides_how_many_of_a_few_followed_a_link(desk, content, clicked, shown, share):
    now = timezone.now()
    Content.objects.filter(pk=content.pk).update(
        state="sending", launched_at=now, launched_by=content.campaign.owner
    )
    sent = max(clicked, 3)
    factories.DeliveryFactory.create_batch(
        clicked, content=content, state="sent", sent_at=now, clicked_at=now
    )
    factories.DeliveryFactory.create_batch(
        sent - clicked, content=content, state="sent", sent_at=now
    )
    factories.DeliveryFactory.create_batch(2, content=content, state="skipped", reason="no_consent")
    response = desk.get(url("content-progress", content.pk))
    # The spaces of the file stand between tags, where nobody sees them.
    page = re.sub(r">\s+", ">", response.content.decode())
    assert measured(page, "sending.followed").startswith(shown)
    assert response.context["progress"].click_share == share
    assert str(sent) in re.findall(r'data-measure="sending.in_state"[^>]*>\s*(.*?)\s*<', page)
    assert '<span class="num">未显示</span>' in page


def measured(page: str, key: str) -> str:
    """What a page prints of a measure, the first time."""
    return re.search(rf'data-measure="{key}"[^>]*>\s*(.*?)\s*<', page, re.S).group(1)


def test_live_page_stops_polling_when_everything_has_gone(desk, content, librarian, sink):
    factories.ReaderFactory.create_batch(2)
    launch_content(content=content, by=librarian)
    assert 'hx-trigger="every' in desk.get(url("content-progress", content.pk)).content.decode()
    run.send(content.pk)
    page = desk.get(url("content-progress", content.pk))
    assert 'hx-trigger="every' not in page.content.decode()
    found = standing(content)
    assert (found.done, found.open) == (2, 0)
    assert page.context["progress"].percent_done == 100


def test_live_page_says_when_no_worker_comes_and_when_sending_begins(desk, content, librarian):
    """Fault 12. A worker that is off is seen on the page, not only in a log."""
    factories.ReaderFactory()
    later = timezone.now() + timedelta(hours=5)
    launch_content(content=content, by=librarian, due_at=later)
    progress = desk.get(url("content-progress", content.pk)).context["progress"]
    assert (progress.begins_at, progress.stalled) == (later, None)
    content.deliveries.update(due_at=timezone.now() - timedelta(minutes=40))
    response = desk.get(url("content-progress", content.pk))
    assert response.context["progress"].begins_at is None
    assert "40 分钟" in response.content.decode()


def test_pause_resume_and_resend_from_the_page(desk, content, librarian):
    factories.ReaderFactory.create_batch(2)
    launch_content(content=content, by=librarian)
    states = []
    for step in ("pause", "resume"):
        desk.post(url(f"content-{step}", content.pk))
        states.append(Content.objects.get().state)
    assert states == ["paused", "sending"]
    content.deliveries.update(state="failed", attempts=8, reason="550 no")
    desk.post(url("content-resend", content.pk), {"state": "failed"})
    assert set(content.deliveries.values_list("state", "attempts", "reason")) == {
        ("pending", 0, "")
    }


# --- lists ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_delivery_list_costs_the_same_queries_for_1_and_3_rows(
    desk, content, rows, django_assert_num_queries
):
    factories.DeliveryFactory.create_batch(rows, content=content)
    # session, user, content, count, page; how many were shown today, who is shown now
    with django_assert_num_queries(10):
        assert len(desk.get(url("delivery-list", content.pk)).context["page"]) == rows


def test_delivery_list_filters_and_hides_other_campuses(desk, librarian, content):
    here, there = factories.CampusFactory.create_batch(2)
    mine = factories.DeliveryFactory(
        content=content, reader=factories.ReaderFactory(campus=here, name="阿丽")
    )
    factories.DeliveryFactory(
        content=content, reader=factories.ReaderFactory(campus=here), state="holdout"
    )
    factories.DeliveryFactory(
        content=content, reader=factories.ReaderFactory(campus=there, name="阿明")
    )
    librarian.campus = here
    librarian.save()
    page = desk.get(url("delivery-list", content.pk), {"state": "pending", "q": "阿"}).context[
        "page"
    ]
    assert list(page) == [mine]


@pytest.mark.parametrize("typed", ["A100", "Ａ１００", "A\u200b100", "\u3000Ａ100 "])
def test_delivery_is_found_by_any_spelling_of_the_readers_number(desk, content, typed):
    sought = factories.DeliveryFactory(
        content=content, reader=factories.ReaderFactory(number="A100")
    )
    factories.DeliveryFactory(content=content, reader=factories.ReaderFactory(number="A1000"))
    page = desk.get(url("delivery-list", content.pk), {"q": typed}).context["page"]
    assert list(page) == [sought]


@pytest.mark.parametrize("typed", ["K 77", "ｋ７７"])
def test_delivery_is_found_by_a_further_number_of_the_reader(desk, content, typed):
    sought = factories.DeliveryFactory(content=content)
    card = NumberSystem.objects.create(code="card", name_zh="校园卡", name_en="Card")
    Identity.objects.create(reader=sought.reader, system=card, number="k77")
    factories.DeliveryFactory(content=content)
    page = desk.get(url("delivery-list", content.pk), {"q": typed}).context["page"]
    assert list(page) == [sought]


# --- before the campaign begins -------------------------------------------------------------------
def test_launch_before_the_first_day_of_the_campaign_asks_for_a_second_yes(desk, content, campaign):
    factories.ReaderFactory()
    campaign.starts_on = timezone.localdate() + timedelta(days=9)
    campaign.save()
    address = url("content-launch", content.pk)
    assert f"活动从 {date_format(campaign.starts_on)} 开始" in desk.get(address).content.decode()

    assert desk.post(address, {"when": "now"}).status_code == 400
    assert not content.deliveries.exists()

    assert desk.post(address, {"when": "now", "early": "on"}).status_code == 302
    assert content.deliveries.count() == 1


def test_numbers_that_are_polled_bring_the_state_beside_the_heading(desk, content, librarian):
    """It said "sending" on while the numbers below said that all had gone out."""
    factories.ReaderFactory()
    launch_content(content=content, by=librarian)
    page = desk.get(url("content-detail", content.pk)).content.decode()
    assert page.count('id="content-state"') == 1
    assert "hx-swap-oob" not in page
    Content.objects.filter(pk=content.pk).update(state="sent", finished_at=timezone.now())

    polled = desk.get(url("content-progress", content.pk)).content.decode()

    assert re.search(r'hx-swap-oob="true"\s+id="content-state"', polled)
    assert "发送中" not in polled
