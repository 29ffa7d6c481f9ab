"""Readers who get no mail of any campaign (J1), so that the whole programme can be told."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from campaigns.experiments.actions import start_programme, stop_programme
from campaigns.experiments.models import Assignment, ProgrammeHoldout
from campaigns.sending import audience, draw
from campaigns.sending.actions import launch_content
from core.refusals import Refused
from tests import factories
from tests.bare import bare
from tests.campaigns.building import url
from tests.campaigns.experiments.building import experiment, live

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def manager(db):
    return factories.UserFactory(role="manager")


def start(by, **fields) -> ProgrammeHoldout:
    today = timezone.localdate()
    said = {"percent": 5, "starts_on": today, "ends_on": today + 364 * DAY, "note": "By lot."}
    return start_programme(by=by, **(said | fields))


def in_programme(programme, reader) -> bool:
    """Whether independent code finds the reader drawn."""
    digest = sha256(draw.programme_key(programme) + reader.pk.to_bytes(8, "big")).digest()
    return int.from_bytes(digest[:4], "big") < programme.percent * 2**32 // 100


def test_j1_who_is_drawn_gets_no_mail_of_any_campaign_and_is_in_no_arm(librarian, manager):
    readers = factories.ReaderFactory.create_batch(150)
    programme = start(manager)
    out = {reader.pk for reader in readers if in_programme(programme, reader)}
    assert 0 < len(out) < 30
    for _campaign in range(2):
        campaign = live(experiment(librarian))
        content = factories.ContentFactory(campaign=campaign)
        audience.prepare(campaign)
        assert audience.count(content).in_programme == len(out)
        launch_content(content=content, by=librarian)
        rows = content.deliveries.filter(reader__in=out).values_list("state", "reason")
        assert set(rows) == {("skipped", "programme")}
        assert not Assignment.objects.filter(reader__in=out).exists()
        assert Assignment.objects.filter(experiment__campaign=campaign).count() == 150 - len(out)


@pytest.mark.parametrize("offset", [1, -400])
def test_outside_its_time_it_holds_nobody_out(campaign, librarian, manager, offset):
    factories.ReaderFactory.create_batch(60)
    programme = start(manager, starts_on=timezone.localdate() + DAY)
    if offset < 0:
        begun = timezone.localdate() + offset * DAY
        ProgrammeHoldout.objects.update(starts_on=begun, ends_on=begun + DAY)
    content = factories.ContentFactory(campaign=campaign)
    launch_content(content=content, by=librarian)
    assert not content.deliveries.filter(reason="programme").exists()
    assert programme.percent == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"percent": 6},
        {"percent": 0},
        {"note": "  "},
        {"starts_on": timezone.localdate() - DAY},
        {"ends_on": timezone.localdate() + 400 * DAY},
        {"ends_on": timezone.localdate() - DAY},
    ],
)
def test_what_is_no_small_share_of_one_year_is_refused(manager, wrong):
    with pytest.raises(Refused):
        start(manager, **wrong)
    assert not ProgrammeHoldout.objects.exists()


def test_one_at_a_time(manager):
    start(manager)
    with pytest.raises(Refused):
        start(manager, starts_on=timezone.localdate() + 30 * DAY)


def test_a_stopped_one_ends_with_its_day_and_another_may_follow(manager):
    programme = start(manager)
    stop_programme(programme=programme, by=manager)
    programme.refresh_from_db()
    assert (programme.ends_on, programme.stopped_by) == (timezone.localdate(), manager)
    with pytest.raises(Refused):
        stop_programme(programme=programme, by=manager)
    start(manager, starts_on=timezone.localdate() + DAY)


def test_its_page_starts_and_stops_it(client, manager):
    client.force_login(manager)
    today = timezone.localdate()
    typed = {
        "percent": "3",
        "starts_on": today.isoformat(),
        "ends_on": (today + 30 * DAY).isoformat(),
        "note": "抽签决定，下一年换人。",
    }
    refused = client.post(url("programme"), typed | {"ends_on": today.replace(year=2040)})
    assert refused.status_code == 400
    assert "抽签决定" in refused.content.decode()
    assert client.post(url("programme"), typed).status_code == 302
    page = bare(client.get(url("programme")).content.decode())
    assert "抽签决定，下一年换人。" in page
    client.post(url("programme-stop", ProgrammeHoldout.objects.get().pk))
    assert ProgrammeHoldout.objects.get().stopped_by == manager
