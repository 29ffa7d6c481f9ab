"""A limit that is passed stops a campaign by itself, and it goes on for a reason."""

import pytest

from campaigns.limits.models import LimitStop
from campaigns.limits.queries import open_stop
from campaigns.returns.actions import take_return
from campaigns.sending import limit, run
from campaigns.sending.actions import launch_content, pause, resume, resume_after_limit
from campaigns.sending.tasks import sweep_deliveries
from core.refusals import Refused
from crm.letters.models import Letter
from crm.staff.models import AuditEvent
from tests.campaigns.building import url
from tests.campaigns.limits.building import another_campaign, days_ago, promotion, reader, rules
from tests.campaigns.returns.building import RETURN_ADDRESS, complaint, way_back
from tests.campaigns.sending.building import states
from tests.factories import DeliveryFactory, UserFactory

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def half_dead(stage, text):
    """Every mailbox with an odd number is none."""
    number = text.partition("@")[0].rpartition("r")[2]
    if stage == "rcpt" and number.isdigit() and int(number) % 2:
        return b"550 5.1.1 user unknown"
    return None


def forty(campaign, **fields):
    for number in range(40):
        reader(f"r{number}@example.org")
    return promotion(campaign, **fields)


def test_bounces_stop_a_campaign_in_the_middle_of_a_batch_and_a_reason_ends_it(
    sink, desk, campaign, librarian
):
    rules(bounce_limit=5, least_mails=20)
    sink.rule = half_dead
    content, other = forty(campaign), promotion(campaign)
    by_hand = promotion(campaign)
    for one in (content, other, by_hand):
        launch_content(content=one, by=librarian)
    pause(content=by_hand, by=librarian)
    run.send(content.pk)

    stop = open_stop(campaign)
    assert (stop.trouble, stop.contents) == ("bounces", [content.pk, other.pk])
    content.refresh_from_db()
    other.refresh_from_db()
    assert (content.state, other.state) == ("paused", "paused")
    found = states(content)
    # What had begun was answered; nothing is lost and nothing in doubt.
    assert found["pending"] > 0
    assert found["sent"] + found["failed"] + found["pending"] == 40
    assert 20 <= stop.n < 40
    assert not run.send(content.pk)
    assert states(content) == found
    assert AuditEvent.objects.filter(action="campaign.limit", user=None).count() == 1
    for _again in range(2):
        sweep_deliveries()
    letter = Letter.objects.get(once__startswith="limit/")
    assert letter.address == librarian.email
    assert url("limit-resume", campaign.pk) in letter.text

    page = desk.get(url("content-detail", content.pk), headers=ENGLISH).text
    assert "Stopped by a limit" in page
    assert url("content-resume", content.pk) not in page
    room = desk.get(campaign.get_absolute_url(), headers=ENGLISH).text
    assert url("limit-resume", campaign.pk) in room
    with pytest.raises(Refused):
        resume(content=content, by=librarian)
    with pytest.raises(Refused):
        launch_content(content=promotion(campaign), by=librarian)
    assert promotion(another_campaign(campaign)).is_draft

    form = url("limit-resume", campaign.pk)
    assert "5" in desk.get(form, headers=ENGLISH).text
    assert desk.post(form, {"reason": " \u200b "}).status_code == 400
    sink.rule = lambda _stage, _text: None
    desk.post(form, {"reason": "The old file was mended."})
    stop.refresh_from_db()
    assert (stop.reason, stop.resumed_by) == ("The old file was mended.", librarian)
    with pytest.raises(Refused):
        resume_after_limit(stop=stop, reason="Again", by=librarian)
    by_hand.refresh_from_db()
    assert by_hand.state == "paused"
    # What stood before is taken in: it does not stop again by what is known.
    run.send(content.pk)
    content.refresh_from_db()
    assert (content.state, open_stop(campaign)) == ("sent", None)
    row = AuditEvent.objects.get(action="campaign.limit_end")
    assert row.detail["reason"] == "The old file was mended."


def test_reports_of_spam_stop_what_still_goes(sink, campaign, librarian, settings):
    settings.RETURN_ADDRESS = RETURN_ADDRESS
    rules(complaint_limit="7.5", least_mails=40)
    content = forty(campaign)
    launch_content(content=content, by=librarian)
    run.send(content.pk)
    waiting = promotion(campaign)
    launch_content(content=waiting, by=librarian)
    for delivery in content.deliveries.order_by("pk")[:3]:
        assert open_stop(campaign) is None
        take_return(raw=complaint(way_back(delivery)))
    stop = open_stop(campaign)
    # The share of three in forty is the limit itself, and passes it.
    assert (stop.trouble, stop.found, stop.n, stop.contents) == ("complaints", 3, 40, [waiting.pk])


def test_one_person_who_reports_every_mail_stops_nothing(sink, campaign, librarian, settings):
    """However often, and whichever mail: a share is that of several mailboxes."""
    settings.RETURN_ADDRESS = RETURN_ADDRESS
    rules(complaint_limit="0.1", bounce_limit="0.1", least_mails=40)
    contents = [forty(campaign), *(promotion(campaign) for _more in range(3))]
    for content in contents:
        launch_content(content=content, by=librarian)
    for content in contents[:3]:
        run.send(content.pk)
    angry, other = contents[0].deliveries.order_by("pk").values_list("reader", flat=True)[:2]
    for content in contents[:3]:
        take_return(raw=complaint(way_back(content.deliveries.get(reader=angry))))
    take_return(raw=complaint(way_back(contents[0].deliveries.get(reader=other))))
    assert limit.troubles_of(campaign.pk).complaints == 2
    sweep_deliveries()
    assert LimitStop.objects.count() == 0
    # A few bounces are no share either.
    assert limit.passed(limit.Troubles(answered=500, permanent=2), rules(), {}) is None
    assert limit.passed(limit.Troubles(answered=500, permanent=3), rules(), {}).found == 3
    # And after somebody has gone on it takes several others.
    then = {"complaints": [3, 1000]}
    found = limit.Troubles(accepted=1200, complaints=5)
    assert limit.passed(found, rules(), then) is None


@pytest.mark.parametrize("answer", [b"552 5.2.2 full", b"452 4.2.2 full", b"550 5.7.1 policy"])
def test_what_is_no_bounce_stops_nothing(answer, sink, campaign, librarian):
    rules(bounce_limit=5, least_mails=20)
    sink.rule = lambda stage, _text: answer if stage == "rcpt" else None
    content = forty(campaign)
    launch_content(content=content, by=librarian)
    run.send(content.pk)
    sweep_deliveries()
    assert LimitStop.objects.count() == 0


def test_few_mails_and_no_limit_stop_nothing_and_the_sweep_sees_what_runs_did_not(
    campaign, librarian
):
    rules(bounce_limit=5, least_mails=50)
    content = forty(campaign)
    launch_content(content=content, by=librarian)
    dead = content.deliveries.order_by("pk").values("pk")[:10]
    content.deliveries.filter(pk__in=dead).update(state="failed", reason="550 5.1.1 no such user")
    assert limit.stop_where_passed(campaign.pk) is None
    rules(bounce_limit=None, complaint_limit=None, least_mails=10)
    assert limit.stop_where_passed(campaign.pk) is None
    rules(bounce_limit=100, least_mails=10)
    sweep_deliveries()
    content.refresh_from_db()
    assert content.state == "paused"
    assert open_stop(campaign).share == 1


def test_without_a_choice_the_usual_limits_hold():
    found = limit.Troubles(answered=200, permanent=10)
    usual = limit.rules_in_force()
    assert limit.passed(found, usual, {}).trouble == "bounces"
    assert limit.passed(limit.Troubles(answered=199, permanent=100), usual, {}) is None
    assert limit.passed(limit.Troubles(accepted=1000, complaints=3), usual, {}).n == 1000


def test_nothing_is_told_since_a_stop_of_which_readers_were_erased(campaign, librarian):
    """In 0.1 it said "-3 could not be delivered"."""
    content = promotion(campaign)
    viewer = UserFactory(role="manager")
    DeliveryFactory.create_batch(2, content=content, state="failed", reason="550 5.1.1 no")
    found, n = limit.bounces_as_told(campaign.pk, viewer)
    assert n == 2
    LimitStop.objects.create(
        campaign=campaign,
        trouble="bounces",
        contents=[content.pk],
        found=found,
        n=n,
        limit=5,
        then={"bounces": [found + 3, n + 3]},
        reason="mended",
        resumed_at=days_ago(1),
        resumed_by=librarian,
    )
    assert limit.bounces_as_told(campaign.pk, viewer) is None
