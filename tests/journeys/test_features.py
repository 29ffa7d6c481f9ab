"""Features of the paper that only several rooms together show (docs/promises.md)."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from analytics.facts import computing
from analytics.loop.actions import decide, draft_next
from analytics.loop.evaluate import evaluate
from campaigns.plan.actions import add_element, add_need, amend_standard, close
from campaigns.plan.models import Campaign, Need
from campaigns.sending.models import Click, Delivery
from feedback.surveys import results
from tests.analytics import building as make
from tests.bare import bare
from tests.campaigns.building import complete
from tests.factories import AdjustmentFactory, UserFactory
from tests.feedback.building import answer, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(role="manager")


@pytest.fixture
def desk(client, manager):
    client.force_login(manager)
    client.cookies["django_language"] = "en"
    return client


def page_at(desk, url: str) -> str:
    """The page as one line, so that a sentence is found however its template breaks it."""
    return bare(" ".join(desk.get(url).content.decode().split()))


def row_of(page: str, heading: str) -> list[str]:
    """The cells of the first table row under ``heading``, without their markup."""
    named = rf'<th scope="row">\s*(?:<[^>]*>\s*)*{heading}'
    row = re.search(rf"{named}(.*?)</tr>", page, re.DOTALL)[1]
    cells = re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL)
    return [re.sub(r"<[^>]*>", " ", cell).strip() for cell in cells]


def test_a6_contributors_are_the_first_figure_on_the_page(desk):
    make.visit(make.readers(12), kind="contribution")
    make.visit(make.readers(30))
    computing.compute(make.LAUNCH.date(), make.AFTER.date())

    page = page_at(desk, reverse("analytics:month-detail", args=["2026-03"]))

    tile = r'<div class="card kpi"[^>]*>\s*<span class="label">(.*?)</span>\s*<b>\s*(.*?)\s*</b>'
    tiles = re.findall(tile, page)
    assert list(map(strip_tags, tiles[0])) == ["Contributors of the month", "12"]


def test_a8_four_means_stand_on_the_page_with_n_and_alpha(desk):
    survey = published(template="relationship", items=[])
    for step in range(1, 41):
        answer(survey, {str(item): 1 + item * step % 5 for item in range(1, 16)})
    found = results.summary(survey).constructs

    page = page_at(desk, reverse("feedback:survey-results", args=[survey.pk]))

    names = ["Satisfaction", "Trust", "Commitment", "Loyalty"]
    for name, construct in zip(names, found.values(), strict=True):
        mean, _interval, n, alpha = row_of(page, name)
        assert float(mean) == pytest.approx(construct.value, abs=0.05)
        assert (n, alpha) == ("40", f"{construct.alpha:.2f}")


def test_b4_the_campaign_s_page_lists_what_is_unmatched(desk, manager):
    campaign = complete(manager)
    add_need(
        campaign=campaign, text="A quiet corner", origin=Need.Origin.VOICE, source="V-2", by=manager
    )
    add_element(campaign=campaign, text="The old printing press", resource="", by=manager)

    page = page_at(desk, campaign.get_absolute_url())

    assert "Without an answer: A quiet corner" in page
    assert "Nobody asked for: The old printing press" in page
    assert "Without an answer: To be heard" not in page


def tables_of(page: str) -> str:
    """The part of a report below what is read in a meeting."""
    return page[page.index("The tables") :]


def test_b7_an_amended_target_stands_in_the_evaluation(desk, manager):
    campaign = make.campaign(standards=[("reach", "ge", 100)])
    make.deliver(make.content(campaign), 90)
    amend_standard(
        standard=campaign.standards.get(),
        target=Decimal(80),
        reason="Two campuses were closed",
        by=manager,
    )

    page = page_at(desk, evaluate(campaign, make.AFTER).get_absolute_url())

    target, *_figures, judged = row_of(tables_of(page), "Readers reached")
    assert target.startswith("≥ 80")
    assert "was 100, amended" in target
    # 90 are less than was promised; what was amended after the end changes nothing.
    assert judged.startswith("missed")
    assert f"Two campuses were closed ({manager})" in judged


def test_b10_the_sheet_says_what_a_count_of_the_rows_says(desk):
    """Reach and response rate counted here row by row, without the evaluation's statements."""
    campaign = make.telling_campaign()
    sent = Delivery.objects.filter(content__campaign=campaign, state=Delivery.State.SENT)
    reached = {delivery.reader_id for delivery in sent}
    clicks = Click.objects.filter(delivery__in=sent).select_related("delivery")
    responded = {click.delivery.reader_id for click in clicks}

    page = page_at(desk, evaluate(campaign, make.AFTER).get_absolute_url())

    rate = 100 * len(responded) / len(reached)
    assert f"{len(reached):,} readers were reached, {rate:.1f} % of them responded" in page
    tables = tables_of(page)
    assert row_of(tables, "Readers reached")[1] == f"{len(reached):,}"
    assert row_of(tables, "Response rate")[1].startswith(f"{rate:.1f}")
    assert "÷ reached readers" in page


def test_c4_report_shows_planned_beside_obtained_by_channel(desk):
    """206 readers followed a mail's link; 12 followings of the poster and 90 of the stall."""
    evaluation = evaluate(make.telling_campaign(), make.AFTER)

    page = page_at(desk, evaluation.get_absolute_url())

    shares = {name: row_of(tables_of(page), name)[:2] for name in ("E-mail", "Poster", "Stall")}
    assert shares == {
        "E-mail": ["60 %", "67 %"],
        "Poster": ["30 %", "4 %"],
        "Stall": ["10 %", "29 %"],
    }


def test_f3_this_year_s_copy_carries_last_year_s_decisions(desk, manager):
    """A welcome campaign again: its word for next time, and what was decided after it."""
    last = make.telling_campaign(season="welcome", theme="Find your seat")
    evaluation = evaluate(last, make.AFTER)
    timing = AdjustmentFactory(evaluation=evaluation, target="send_hour", before=10, after=20)
    decide(adjustment=timing, verdict="accept", by=manager)
    close(campaign=last, next_time="Posters two weeks earlier", by=manager)

    this = draft_next(campaign=last, by=manager)

    assert (this.previous, this.season, this.theme) == (last, "welcome", "Find your seat")
    assert (this.phase, this.starts_on) == (Campaign.Phase.PREPARE, None)
    assert (last.send_hour, this.send_hour) == (10, timing.after)
    assert list(this.adjustments_applied.all()) == [timing]
    assert "Posters two weeks earlier" in page_at(desk, this.get_absolute_url())


def test_i5_a_visitor_is_spoken_to_in_chinese_first(client):
    assert '<html lang="zh-Hans"' in client.get(reverse("account_login")).content.decode()
    client.cookies["django_language"] = "en"
    assert '<html lang="en"' in client.get(reverse("account_login")).content.decode()
