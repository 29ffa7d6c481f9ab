"""Quiet hours: promotional mail waits until they end, notices go."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from campaigns.limits.actions import set_rules
from campaigns.limits.models import MailRules
from campaigns.limits.quiet import is_quiet, out_of_quiet
from campaigns.sending import delivery, run
from campaigns.sending.actions import launch_content, pause, resume
from core.refusals import Refused
from crm.letters.models import Letter
from crm.staff.models import AuditEvent
from tests import factories
from tests.campaigns.building import url
from tests.campaigns.limits.building import promotion, reader, rules
from tests.crm.subscribers.test_subscribing import subscribed

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = MailRules(quiet_from=time(22), quiet_until=time(7, 30))
NOON = MailRules(quiet_from=time(12), quiet_until=time(14))


def at(hour, minute=0, day=3):
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("chosen", "moment", "ends"),
    [
        (NIGHT, at(22), at(7, 30, day=4)),
        (NIGHT, at(23, 59), at(7, 30, day=4)),
        (NIGHT, at(0), at(7, 30)),
        (NIGHT, at(7, 29), at(7, 30)),
        (NIGHT, at(7, 30), None),
        (NIGHT, at(21, 59), None),
        (NOON, at(12), at(14)),
        (NOON, at(14), None),
        (MailRules(), at(3), None),
    ],
)
def test_hours_over_midnight_and_by_day_end_where_they_say(chosen, moment, ends):
    assert is_quiet(moment, chosen) is (ends is not None)
    assert out_of_quiet(moment, chosen) == (ends or moment)


def quiet_now() -> MailRules:
    """From an hour ago until in an hour, whenever the test runs."""
    now = timezone.localtime()
    return rules(
        quiet_from=(now - timedelta(hours=1)).time(), quiet_until=(now + timedelta(hours=1)).time()
    )


@pytest.mark.django_db
def test_launch_in_quiet_hours_waits_and_says_so_and_a_notice_goes(sink, desk, campaign, librarian):
    chosen = quiet_now()
    reader("li@example.org")
    content = promotion(campaign)
    english = {"accept-language": "en"}
    assert "quiet hours" in desk.get(url("content-launch", content.pk), headers=english).text
    page = desk.post(url("content-launch", content.pk), {"when": "now"}, headers=english)
    said = desk.get(page["Location"], headers=english).text
    assert "the first mail goes on" in said
    assert "These are quiet hours" in said
    due = content.deliveries.get().due_at
    assert timezone.localtime(due).time().replace(microsecond=0) == chosen.quiet_until.replace(
        microsecond=0
    )
    assert timezone.now() < due < timezone.now() + timedelta(hours=1, minutes=1)

    # Whatever was due before they began, and whatever is resumed in them, waits as well.
    content.deliveries.update(due_at=timezone.now() - timedelta(hours=2))
    content.refresh_from_db()
    pause(content=content, by=librarian)
    resume(content=content, by=librarian)
    assert delivery.due_contents() == []
    run.send(content.pk)
    assert sink.received == []
    content.refresh_from_db()
    assert content.state == "sending"
    assert "no worker has taken one" not in desk.get(page["Location"], headers=english).text

    factories.ReaderFactory(email="wang@example.org", consents=["email:notices"])
    notice = factories.ContentFactory(campaign=campaign, purpose="notices")
    launch_content(content=notice, by=librarian)
    run.send(notice.pk)
    assert sink.addresses == ["wang@example.org"]

    # They are over: the mail goes.
    rules(quiet_from=None, quiet_until=None)
    assert delivery.due_contents() == [content.pk]
    run.send(content.pk)
    assert sink.addresses == ["wang@example.org", "li@example.org"]


@pytest.mark.django_db
def test_scheduled_launch_is_put_off_to_the_end_of_the_hours(campaign, librarian):
    rules(quiet_from=time(22), quiet_until=time(7))
    reader("li@example.org")
    tomorrow = timezone.localtime() + timedelta(days=1)
    content = promotion(campaign)
    launched = launch_content(content=content, by=librarian, due_at=tomorrow.replace(hour=23))
    assert timezone.localtime(launched.due_at).hour == 7
    assert content.deliveries.get().due_at == launched.due_at


@pytest.mark.django_db
def test_letters_to_subscribers_wait_for_the_end_of_the_hours_as_well(campaign, librarian):
    rules(quiet_from=time(22), quiet_until=time(7))
    subscribed("only@example.org")
    tomorrow = timezone.localtime() + timedelta(days=1)
    content = promotion(campaign, to_subscribers=True)
    launch_content(content=content, by=librarian, due_at=tomorrow.replace(hour=23))
    letter = Letter.objects.get(kind="promotion.subscribers")
    assert timezone.localtime(letter.due_at).hour == 7


@pytest.mark.django_db
def test_library_chooses_its_rules_on_the_page(client):
    admin = factories.UserFactory(role="administrator")
    client.force_login(admin)
    page = url("mail-rules")
    chosen = {
        "cap_mails": "2",
        "cap_days": "7",
        "quiet_from": "22:00",
        "quiet_until": "07:00",
        "bounce_limit": "4.5",
        "complaint_limit": "",
        "least_mails": "100",
    }
    assert client.get(page).status_code == 200
    for wrong in ({"cap_mails": "0"}, {"quiet_until": ""}, {"quiet_until": "22:00"}):
        assert client.post(page, chosen | wrong).status_code == 400
    assert client.post(page, chosen).status_code == 302
    stored = MailRules.objects.get()
    assert stored.as_dict == {
        "cap_mails": 2,
        "cap_days": 7,
        "quiet_from": "22:00:00",
        "quiet_until": "07:00:00",
        "bounce_limit": "4.50",
        "complaint_limit": None,
        "least_mails": 100,
    }
    row = AuditEvent.objects.get(action="mail.rules")
    assert row.detail["after"] == stored.as_dict
    client.force_login(factories.UserFactory(role="manager"))
    assert client.get(page).status_code == 403
    with pytest.raises(Refused):
        set_rules(by=admin, quiet_from=time(9), quiet_until=None)
