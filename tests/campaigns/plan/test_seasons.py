"""The two seasons of the year: other readers, another tone, other channels."""

from datetime import date

import pytest
from django.urls import reverse

from campaigns.plan.actions import advance, create_from_season
from campaigns.plan.expected import expected_audience
from campaigns.plan.gates import checks
from campaigns.plan.queries import look
from campaigns.plan.seasons import rule_of
from campaigns.plan.words import check_in_words
from core.refusals import Refused
from crm.readers.models import Reader
from crm.segments.compile import compile_rule
from crm.segments.refresh import refresh_segment
from crm.standings.actions import add_standing
from tests.campaigns.building import complete, taken_to, url
from tests.factories import CampusFactory, ReaderFactory, SegmentFactory, UserFactory


@pytest.fixture
def librarian(db):
    return UserFactory(role="librarian")


def test_b6_the_two_seasons_reach_different_readers_over_different_channels(librarian):
    for kind, cohort in (
        ("undergraduate", 2026),
        ("undergraduate", 2022),
        ("master", 2023),
        ("master", 2026),
        ("teacher", 2026),
    ):
        ReaderFactory(kind=kind, cohort=cohort)

    both = [
        create_from_season(season=key, year=2026, by=librarian) for key in ("welcome", "farewell")
    ]

    readers = []
    for campaign in both:
        segment = campaign.segments.get()
        refresh_segment(segment)
        readers.append(
            set(Reader.objects.filter(memberships__segment=segment).values_list("kind", "cohort"))
        )
    freshmen, graduates = readers
    assert freshmen == {("undergraduate", 2026), ("master", 2026)}
    assert graduates == {("undergraduate", 2022), ("master", 2023)}
    assert freshmen & graduates == set()
    mixes = [
        set(campaign.channel_plans.values_list("channel__code", flat=True)) for campaign in both
    ]
    assert mixes[0] != mixes[1]
    assert [sum(campaign.channel_plans.values_list("share", flat=True)) for campaign in both] == [
        100,
        100,
    ]
    assert len({(campaign.theme, campaign.tone, campaign.sentiment) for campaign in both}) == 2


def test_a_season_says_whom_it_finds_before_anything_is_begun(desk):
    """ "Graduates of 2026, 0 readers" stands beside the choice, and moves with the year."""
    ReaderFactory(kind="undergraduate", cohort=2026)

    page = desk.get(reverse("campaigns:campaign-create"), {"year": "2026"})
    told = {found.segment: found.sizes.own.public_number for found in page.context["expected"]}
    expected = {found.segment: found for found in page.context["expected"]}
    assert list(told) == ["2026 级新生", "2026 届毕业生"]
    assert expected["2026 届毕业生"].is_nobody
    assert not expected["2026 级新生"].is_nobody
    assert "还没有这样的读者" in page.content.decode()

    part = desk.get(reverse("campaigns:season-audiences"), {"year": "2030"})
    assert [found.segment for found in part.context["expected"]] == ["2030 级新生", "2030 届毕业生"]
    assert [found.is_nobody for found in part.context["expected"]] == [True, False]


def test_graduates_are_found_by_their_last_day_and_by_entry_only_where_none_is_known(librarian):
    """Five years instead of four, a doctoral student, and one who stays for a master's."""
    four, five, doctor, stays = (
        ReaderFactory(kind=kind, cohort=2022)
        for kind in ("undergraduate", "undergraduate", "doctoral", "undergraduate")
    )
    stays.cohort, stays.kind = 2026, "master"
    stays.save()
    for reader, kind, last_day in (
        (five, "undergraduate", date(2027, 6, 30)),
        (doctor, "doctoral", date(2026, 12, 31)),
        (stays, "undergraduate", date(2026, 6, 30)),
    ):
        add_standing(reader=reader, kind=kind, ends_on=last_day, by=librarian)
    stays.refresh_from_db()
    assert (stays.kind, stays.cohort) == ("master", 2026)

    found = {}
    for key, year in (("farewell", 2026), ("farewell", 2027), ("welcome", 2026)):
        sql, params = compile_rule(rule_of(key, year))
        found[key, year] = {reader.pk for reader in Reader.objects.raw(sql, params)}
    assert found == {
        ("farewell", 2026): {four.pk, doctor.pk},
        ("farewell", 2027): {five.pk},
        ("welcome", 2026): {stays.pk},
    }


def test_new_students_are_found_by_their_first_day_and_by_entry_only_where_none_is_known(librarian):
    """The register says 2026 of somebody who begins a year later."""
    late, plain = (ReaderFactory(kind="undergraduate", cohort=2026) for _n in range(2))
    add_standing(reader=late, kind="undergraduate", starts_on=date(2027, 9, 1), by=librarian)
    found = []
    for year in (2026, 2027):
        sql, params = compile_rule(rule_of("welcome", year))
        found.append({reader.pk for reader in Reader.objects.raw(sql, params)})
    assert found == [{plain.pk}, {late.pk}]


def test_staff_of_one_campus_are_not_told_that_nobody_is_found_elsewhere(librarian):
    here, there = CampusFactory(), CampusFactory()
    ReaderFactory(kind="undergraduate", cohort=2022, campus=there)
    own = UserFactory(role="librarian", campus=here)

    found = expected_audience("farewell", 2026, own)

    assert found.sizes.own.is_zero
    assert not found.is_nobody


def test_an_audience_of_nobody_passes_no_gate_until_its_readers_are_there(librarian):
    """Before, "Graduates of 2026" with nobody in it went through strategy and could be launched."""
    campaign = complete(librarian)
    campaign = advance(campaign=campaign, leaving=campaign.phase, by=librarian)
    farewell = create_from_season(season="farewell", year=2026, by=librarian)
    campaign.segments.set(farewell.segments.all())

    with pytest.raises(Refused, match="2026 届毕业生 0 人"):
        advance(campaign=campaign, leaving="strategy", by=librarian)
    check = next(
        kind for kind in checks(look(campaign, librarian), "strategy") if kind.code == "segments"
    )
    assert check_in_words(check).detail.startswith("2026 届毕业生 0 人")

    # They come in afterwards: the step counts anew and finds them.
    ReaderFactory(kind="undergraduate", cohort=2022)
    assert advance(campaign=campaign, leaving="strategy", by=librarian).phase == "tactics"


def to_tactics_with_nobody(by):
    """A campaign in tactics whose segments were exchanged for one that finds nobody."""
    campaign = taken_to("tactics", by)
    nobody = SegmentFactory(name="博士生", rule={"test": "kind", "in": ["doctoral"]}, size=14)
    campaign.segments.set([nobody])
    return campaign


def test_a_campaign_does_not_go_live_with_an_audience_of_nobody(librarian):
    """Its segments were exchanged after the gate of strategy; the size is the one of last week."""
    campaign = to_tactics_with_nobody(librarian)

    with pytest.raises(Refused, match="博士生 0 人"):
        advance(campaign=campaign, leaving="tactics", by=librarian)

    campaign.refresh_from_db()
    assert (campaign.phase, campaign.is_locked) == ("tactics", False)
    ReaderFactory(kind="doctoral")
    assert advance(campaign=campaign, leaving="tactics", by=librarian).is_locked


def test_the_page_of_a_campaign_with_nobody_offers_no_going_live(desk, librarian):
    campaign = to_tactics_with_nobody(librarian)
    campaign.segments.update(size=0)

    page = desk.get(campaign.get_absolute_url()).content.decode()

    assert "博士生 0 人" in page
    assert 'id="go-live"' not in page
    assert url("campaign-segments", campaign.pk) in page


def test_segments_of_a_live_campaign_are_shown_without_boxes_and_it_says_why(desk, librarian):
    campaign = taken_to("performance", librarian)
    segment = campaign.segments.get()

    page = desk.get(url("campaign-segments", campaign.pk)).content.decode()

    assert 'type="checkbox"' not in page
    assert "不能再换别的分群" in page
    assert f'href="{segment.get_absolute_url()}"' in page
    answer = desk.post(url("campaign-segments", campaign.pk), {"segments": [segment.pk]})
    assert (answer.status_code, campaign.segments.count()) == (400, 1)
