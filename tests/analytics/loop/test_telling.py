"""Letters about what waits for a decision: once, to whoever decides, a way and nothing more."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from analytics.loop import storage
from analytics.loop.actions import decide, send_to_decider, tell_deciders
from analytics.loop.actions.telling import TOLD_WITHIN
from analytics.loop.evaluate import evaluate
from analytics.loop.models import Adjustment, Decision, Evaluation
from analytics.loop.tasks import evaluate_ended
from core.refusals import Refused
from crm.letters.models import Letter
from crm.library import chosen
from crm.library.models import LibrarySettings
from tests.analytics import building as make
from tests.analytics.pages import text
from tests.factories import AdjustmentFactory, CampusFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def final(told):
    """A report that says something to the end, and was computed just now."""
    assert timezone.now() - told.computed_at < TOLD_WITHIN
    return told


@pytest.fixture
def ms_chen():
    return UserFactory(role="manager", display_name="Ms Chen", email="chen@example.org")


def addresses() -> list[str]:
    return sorted(Letter.objects.values_list("address", flat=True))


# --- who is written to, and when ------------------------------------------------------------------
def test_managers_are_told_of_a_final_report(final, ms_chen):
    others = {"librarian": "li@example.org", "administrator": "root@example.org"}
    for role, email in others.items():
        UserFactory(role=role, email=email)
    UserFactory(role="manager", email="gone@example.org", is_active=False)
    UserFactory(role="manager", email="campus@example.org", campus=CampusFactory())
    UserFactory(role="manager", email="")
    assert tell_deciders(evaluation=final, by=None) == 1
    assert addresses() == ["chen@example.org"]


def test_an_administrator_is_told_where_no_manager_can_be(final):
    UserFactory(role="administrator", email="root@example.org")
    assert tell_deciders(evaluation=final, by=None) == 1
    assert addresses() == ["root@example.org"]


def test_nobody_is_told_twice_when_it_is_evaluated_again(final, ms_chen):
    make.pay(final.campaign, 700, kind="cash")
    for days in (1, 2):
        evaluate_ended(make.AFTER + timedelta(days=days))
        assert addresses() == ["chen@example.org"]
        make.pay(final.campaign, 50, kind="cash")
    newest = final.campaign.evaluations.order_by("-number").first()
    assert newest.number == final.number + 2
    assert newest.adjustments.waiting().exists()


def test_a_provisional_report_is_nothing_to_decide_about(told, ms_chen):
    early = evaluate(told.campaign, make.AFTER - timedelta(days=20))
    assert storage.is_provisional(early)
    AdjustmentFactory(evaluation=early)
    assert tell_deciders(evaluation=early, by=None) == 0
    assert addresses() == []


def test_what_waits_for_nobody_or_is_old_is_not_told(final, ms_chen):
    late = final.computed_at + TOLD_WITHIN + timedelta(minutes=1)
    with time_machine.travel(late, tick=False):
        assert tell_deciders(evaluation=final, by=None) == 0
    for adjustment in final.adjustments.waiting():
        decide(adjustment=adjustment, verdict="accept", by=ms_chen)
    assert tell_deciders(evaluation=final, by=None) == 0
    assert addresses() == []


# --- what it says and where it leads --------------------------------------------------------------
@pytest.fixture
def in_english():
    LibrarySettings.objects.update_or_create(pk=1, defaults={"letters_language": "en"})
    chosen.shown.forget()
    yield
    chosen.shown.forget()


def test_the_letter_says_what_was_found_in_the_librarys_language(final, ms_chen, in_english):
    tell_deciders(evaluation=final, by=None)
    letter = Letter.objects.get()
    waiting = final.adjustments.waiting().count()
    assert (letter.kind, letter.purpose, letter.language) == ("decision", "notices", "en")
    assert letter.subject == f"To be decided: {final.campaign}"
    assert f"{waiting} proposals wait for a decision" in letter.text
    assert "It helped: +12.7 points" in letter.text


def test_the_letter_speaks_chinese_by_itself(final, ms_chen):
    tell_deciders(evaluation=final, by=None)
    letter = Letter.objects.get()
    assert letter.subject.startswith("等你决定：")
    assert "登录以后" in letter.text


def test_the_link_leads_through_signing_in_and_decides_nothing(final, ms_chen, client, settings):
    tell_deciders(evaluation=final, by=None)
    (way,) = [line for line in Letter.objects.get().text.split() if line.startswith("http")]
    path = way.removeprefix(settings.BASE_URL)
    assert path == reverse("analytics:campaign-decide", args=[final.campaign_id])

    asked = client.get(path)
    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("account_login"))
    assert f"next={path}" in asked["Location"]

    client.force_login(ms_chen)
    there = client.get(path)
    assert there["Location"] == f"{final.get_absolute_url()}#adjustments"
    assert 'id="adjustments"' in client.get(there["Location"]).content.decode()
    assert not Decision.objects.exists()


def test_the_link_opens_the_newest_report(final, ms_chen, client):
    newer = evaluate_again(final.campaign)
    client.force_login(ms_chen)
    path = reverse("analytics:campaign-decide", args=[final.campaign_id])
    assert client.get(path)["Location"].startswith(newer.get_absolute_url())


def evaluate_again(campaign) -> Evaluation:
    make.pay(campaign, 50, kind="cash")
    return evaluate(campaign, make.AFTER + timedelta(days=1))


# --- sent on --------------------------------------------------------------------------------------
def test_a_librarian_sends_it_to_whoever_decides_once_a_day(final, ms_chen, client):
    librarian = UserFactory(role="librarian", display_name="Li")
    client.force_login(librarian)
    report = client.get(final.get_absolute_url(), headers={"accept-language": "en"})
    assert "Send to whoever decides" in text(report)
    page = reverse("analytics:evaluation-send", args=[final.pk])
    assert "Ms Chen" in text(client.get(page))
    for _again in range(2):
        assert client.post(page, {"to": ms_chen.pk})["Location"] == final.get_absolute_url()
    letter = Letter.objects.get()
    assert (letter.address, letter.by) == ("chen@example.org", librarian)
    assert "Li" in letter.text


def test_nobody_else_can_be_written_to(final, ms_chen, client):
    librarian = UserFactory(role="librarian", email="li@example.org")
    client.force_login(ms_chen)
    page = reverse("analytics:evaluation-send", args=[final.pk])
    assert client.post(page, {"to": librarian.pk}).status_code == 400
    with pytest.raises(Refused):
        send_to_decider(evaluation=final, to=librarian, by=ms_chen)
    for adjustment in final.adjustments.waiting():
        decide(adjustment=adjustment, verdict="accept", by=ms_chen)
    assert client.post(page, {"to": ms_chen.pk}).status_code == 400
    assert addresses() == []


# --- a second person ------------------------------------------------------------------------------
def test_others_are_asked_to_be_the_second_person(final, ms_chen):
    UserFactory(role="manager", email="wang@example.org")
    stop = AdjustmentFactory(evaluation=final, kind="stop", target="campaign", after=False)
    decide(adjustment=stop, verdict="refuse", reason="A private reason", by=ms_chen)
    decide(adjustment=stop, verdict="refuse", reason="A private reason", by=ms_chen)
    letter = Letter.objects.get()
    assert letter.address == "wang@example.org"
    assert "Ms Chen" in letter.text
    assert "A private reason" not in letter.text
    assert Adjustment.objects.get(pk=stop.pk).state == "second"
