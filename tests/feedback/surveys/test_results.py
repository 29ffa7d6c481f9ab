"""What answers add up to.

Figures against hand-made numbers, small cells hidden for good.
"""

import re
import statistics
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from campaigns.plan.models import Channel
from core.disclosure import Count, RoundedCount, hide_row, hide_table, may_split
from crm.segments.models import Segment
from feedback.surveys import actions as verbs
from feedback.surveys import queries, results
from feedback.surveys.actions import OptionRow
from feedback.surveys.models import Response
from tests.bare import bare
from tests.factories import (
    CampaignFactory,
    ContentFactory,
    DeliveryFactory,
    ReaderFactory,
    UserFactory,
)
from tests.feedback.building import answer, form, published

AGREE = [
    {"kind": "scale", "text": {"en": f"Agree {n}?"}, "analysis_key": key}
    for n, key in enumerate(["trust_1", "trust_2", "trust_3", "satisfaction_1"], start=1)
]


@pytest.fixture
def staff(client, db):
    user = UserFactory(role="librarian")
    client.force_login(user)
    return user


def page_of(client, survey, query="") -> str:
    page = client.get(reverse("feedback:survey-results", args=[survey.pk]) + query)
    return bare(page.content.decode())


def bars_of(client, survey, **query) -> list:
    """The lengths of the bars of the first question, None for one that is not drawn."""
    address = reverse("feedback:survey-results", args=[survey.pk])
    return client.get(address, {"chart": "item-1.json", **query}).json()["data"][0]["x"]


@pytest.mark.django_db
def test_summary_gives_mean_nps_and_intervals_as_computed_by_hand():
    survey = published()
    scores, likely = [5, 4, 4, 3, 5, 2, 4], [10, 9, 8, 7, 6, 0, 9]
    answer(survey, *[{"1": 1, "3": s, "4": n} for s, n in zip(scores, likely, strict=True)])
    found = results.summary(survey)
    assert (found.n, found.version, found.survey) == (7, 1, survey.pk)
    mean, error = statistics.mean(scores), statistics.stdev(scores) / 7**0.5
    low, high = t.interval(0.95, 6, loc=mean, scale=error)
    assert found.satisfaction.value == pytest.approx(mean)
    assert found.satisfaction.low == pytest.approx(low)
    assert found.satisfaction.high == pytest.approx(min(high, 5))
    assert found.items[3].mean.low == pytest.approx(low)
    assert found.nps.value == pytest.approx(100 * (3 - 2) / 7)
    assert (found.nps.promoters, found.nps.passives, found.nps.detractors) == (
        3,
        2,
        2,
    )
    assert found.nps.is_small is True
    assert found.items[1].counts == {1: 7}


@pytest.mark.django_db
def test_summary_counts_each_of_several_choices_and_who_answered():
    survey = published()
    answer(survey, {"2": [1, 3]}, {"2": [3]}, {"2": [2, 3]}, {"1": 1})
    item = results.summary(survey).items[2]
    assert item.counts == {1: 1, 2: 1, 3: 3}
    assert item.n == 3


@pytest.mark.django_db
def test_a8_cronbach_alpha_of_a_construct_equals_the_definition():
    survey = published(items=AGREE)
    table = [(4, 5, 4), (2, 3, 2), (5, 5, 4), (3, 3, 3), (4, 4, 5), (1, 2, 2)]
    answer(
        survey, *[{"1": a, "2": b, "3": c, "4": 3} for a, b, c in table], {"1": 5}
    )  # the last one is incomplete
    found = results.summary(survey).constructs["trust"]
    items = [statistics.variance(column) for column in zip(*table, strict=True)]
    alpha = 3 / 2 * (1 - sum(items) / statistics.variance([sum(row) for row in table]))
    assert found.alpha == pytest.approx(alpha)
    assert found.n == 6
    assert found.value == pytest.approx(statistics.mean(sum(row) / 3 for row in table))


@pytest.mark.django_db
def test_a8_relationship_template_yields_four_construct_means_with_n_and_alpha(client, staff):
    survey = published(template="relationship", items=[])
    answer(survey, *[{str(n): 1 + (n * k) % 5 for n in range(1, 16)} for k in range(1, 9)])
    found = results.summary(survey).constructs
    assert list(found) == ["satisfaction", "trust", "commitment", "loyalty"]
    assert {row.n for row in found.values()} == {8}
    assert all(row.alpha is not None for row in found.values())
    assert all(1 <= row.value <= 5 for row in found.values())
    page = page_of(client, survey)
    for name in ("满意", "信任", "承诺", "忠诚"):
        row = re.search(rf'<th scope="row">[^<]*{name}.*?</tr>', page, re.DOTALL)
        assert '<td class="n">8</td>' in row[0], name
    # What the words mean stands where they stand.
    for term in ("nps", "construct", "interval", "n", "alpha"):
        assert page.count(f'popovertarget="term-{term}"') == 1, term


@pytest.mark.django_db
def test_empty_survey_is_not_measured_instead_of_zero():
    found = results.summary(published())
    assert found.satisfaction.value is None
    assert found.nps.value is None
    assert found.rate == {}


@pytest.mark.django_db
def test_answers_to_retired_questions_and_options_stay_in_the_results():
    """27: edited after publishing without loss"""
    survey = published()
    by = survey.created_by
    answer(survey, {"1": 3, "3": 4}, {"1": 3, "3": 5})
    verbs.retire_item(item=survey.items.get(ordinal=3), retired=True, by=by)
    first = survey.items.get(ordinal=1)
    rows = [
        OptionRow({"en": "Oh yes"}, code=1),
        OptionRow({"en": "No"}, code=2),
        OptionRow({"en": "Often"}),
    ]
    rows.append(OptionRow({"en": "Not sure"}, code=3, retired=True))
    verbs.change_item(item=first, options=rows, by=by)
    verbs.publish(survey=survey, by=by)
    answer(survey, {"1": 4})
    found = results.summary(survey)
    assert found.items[1].counts == {3: 2, 4: 1}
    assert found.items[3].counts == {4: 1, 5: 1}


@pytest.mark.django_db
def test_response_rate_is_answers_by_mail_over_deliveries_sent():
    campaign = CampaignFactory()
    survey = published(campaign=campaign)
    content = ContentFactory(campaign=campaign)
    sent = [
        DeliveryFactory(
            content=content, reader=ReaderFactory(), state="sent", sent_at=timezone.now()
        )
        for _ in range(8)
    ]
    DeliveryFactory(content=content, reader=ReaderFactory(), state="holdout")
    for delivery in sent[:2]:
        answer(
            survey,
            {"1": 1},
            delivery_id=delivery.pk,
            reader_id=delivery.reader_id,
            channel_id=content.channel_id,
        )
    found = results.summary(survey)
    assert found.delivered == {content.channel_id: 8}
    assert found.rate == {content.channel_id: 0.25}


@pytest.mark.django_db
@pytest.mark.parametrize("answers", [1, 40])
def test_results_page_asks_a_constant_number_of_statements(
    client, staff, django_assert_num_queries, answers
):
    survey = published()
    answer(
        survey, *[{"1": 1 + n % 3, "2": [1], "3": 1 + n % 5, "5": "x"} for n in range(5 * answers)]
    )
    with django_assert_num_queries(15):
        page_of(client, survey)


@pytest.mark.django_db
@pytest.mark.parametrize("answers", [5, 15])
def test_list_of_open_answers_asks_a_constant_number_of_statements(
    client, staff, django_assert_num_queries, answers
):
    survey = published()
    answer(survey, *[{"1": 1, "5": "x"}] * answers)
    address = reverse("feedback:survey-texts", args=[survey.pk])
    with django_assert_num_queries(7):
        assert len(client.get(address).context["page"]) == answers


@pytest.mark.django_db
def test_fewer_than_five_answers_show_nothing(client, staff):
    survey = published()
    answer(survey, *[{"1": 1, "5": "只有我"}] * 4)
    page = page_of(client, survey)
    assert "chart-item" not in page
    texts = client.get(reverse("feedback:survey-texts", args=[survey.pk])).content.decode()
    assert "只有我" not in texts


@pytest.mark.django_db
def test_small_cell_is_not_in_the_page_nor_in_its_csv(client, staff):
    survey = published()
    answer(survey, *[{"1": 1}] * 20, *[{"1": 2}] * 3, *[{"1": 3}] * 7)
    row = results.distributions(survey, results.whole_definition(survey))[1]
    assert row == {1: 20, 2: 3, 3: 7}
    assert hide_row([20, 3, 7]) == [20, None, None]
    assert bars_of(client, survey) == [20, None, None]


@pytest.mark.django_db
def test_group_is_refused_when_it_or_the_rest_is_small(client, staff):
    survey = published()
    segment = Segment.objects.create(name="S")
    answer(survey, *[{"1": 1}] * 12, segment_ids=[segment.pk])
    answer(survey, *[{"1": 2}] * 3)
    page = page_of(client, survey, f"?only=segment:{segment.pk}")
    assert "chart-item" not in page  # everybody minus the segment would be three
    answer(survey, *[{"1": 2}] * 3)
    assert "chart-item-1" in page_of(client, survey, f"?only=segment:{segment.pk}")


@pytest.mark.django_db
def test_one_channel_shows_only_its_own_answers(client, staff):
    survey = published()
    email, poster = Channel.objects.get(code="email"), Channel.objects.get(code="poster")
    answer(survey, *[{"1": 1}] * 16, channel_id=email.pk)
    answer(survey, *[{"1": 2}] * 29, channel_id=poster.pk)
    # In tens, as all answers are told exactly.
    assert bars_of(client, survey, only=f"channel:{poster.pk}") == [None, 30, None]


@pytest.mark.django_db
def test_crosstab_hides_what_its_totals_would_give_away(client, staff):
    survey = published()
    cells = {(1, 1): 30, (1, 2): 2, (2, 1): 8, (2, 2): 25, (3, 1): 9, (3, 2): 9}
    for (a, b), n in cells.items():
        answer(survey, *[{"1": a, "3": b}] * n)
    assert queries.crosstab(survey, 1, 3) == cells
    url = reverse("feedback:survey-crosstab", args=[survey.pk])
    page = client.get(
        url, {"first": 1, "second": 3}, headers={"hx-request": "true"}
    ).content.decode()
    assert "<html" not in page
    rows = re.findall(r'<td class="n">(.*?)</td>', page)
    assert [row for row in rows if row != "未显示"] == ["30", "30"]


@pytest.mark.django_db
@pytest.mark.parametrize("turned", [False, True])
def test_crosstab_tells_tens_and_no_total(client, staff, turned):
    survey = published()
    for code, n in {2: 3, 3: 41, 4: 94, 5: 76}.items():
        answer(survey, *[{"1": 1, "3": code}] * (n // 2), *[{"1": 2, "3": code}] * (n - n // 2))

    chosen = {"first": 1, "second": 3}
    if turned:
        chosen = {"first": 3, "second": 1}
    page = client.get(reverse("feedback:survey-crosstab", args=[survey.pk]), chosen)
    table = page.context["table"]
    rows = [[cell.public_number for cell in cells] for _label, cells in table.rows]
    if turned:
        rows = [list(row) for row in zip(*rows, strict=True)]

    # The results hide the second and third answer.
    assert rows == [[None, None, None, 50, 40], [None, None, None, 50, 40], [None] * 5]


@pytest.mark.django_db
def test_who_answered_one_question_and_not_the_other_does_not_follow(client, staff):
    """Three left the second question empty. The results tell how many answered each; with a total
    of the table, or exact cells, the three would have told what they answered to the first.
    """
    survey = published()
    answer(survey, *[{"1": 1, "3": 5}] * 40, *[{"1": 2, "3": 4}] * 37, *[{"1": 2}] * 3)

    page = client.get(
        reverse("feedback:survey-crosstab", args=[survey.pk]), {"first": 1, "second": 3}
    ).content.decode()
    results_page = client.get(reverse("feedback:survey-results", args=[survey.pk]))
    asked = {card.shown.question.ordinal: card.shown for card in results_page.context["cards"]}

    # Of the page only what it tells: keys and tokens of its forms may have any digits.
    told = re.findall(r"<(?:caption|th|td|p)[ >].*?</", page, re.DOTALL)
    assert told
    assert not [text for text in told if re.search(r"\b77\b", text)]
    assert asked[1].n == Count.of(80)
    assert asked[3].n == RoundedCount.told(70)
    # Its 40 and 37 would add up to 77 of 80.
    assert [cell.public_number for cell in asked[3].answers.cells] == [0, 0, 0, None, 40]


counts = st.integers(min_value=0, max_value=12)


@given(st.lists(counts, min_size=2, max_size=7))
def test_hidden_cells_of_a_row_are_never_one_alone_nor_under_five(row):
    shown = hide_row(row)
    hidden = [n for n, kept in zip(row, shown, strict=True) if kept is None]
    assert all(kept is None or kept == n for n, kept in zip(row, shown, strict=True))
    assert not any(kept is not None and 0 < kept < 5 for kept in shown)
    if hidden and any(shown):  # something else could still have been hidden
        assert len(hidden) > 1
        assert sum(hidden) >= 5


@given(st.lists(st.lists(counts, min_size=3, max_size=3), min_size=2, max_size=5))
def test_no_line_of_a_table_has_one_hidden_cell(table):
    shown = hide_table(table)
    lines = [*zip(table, shown, strict=True)]
    lines += zip(zip(*table, strict=True), zip(*shown, strict=True), strict=True)
    for full, line in lines:
        hidden = [n for n, kept in zip(full, line, strict=True) if kept is None]
        assert not hidden or not any(line) or (len(hidden) > 1 and sum(hidden) >= 5)


def test_split_needs_five_on_both_sides_or_everybody():
    allowed = {
        pair for pair in product(range(12), range(12)) if pair[0] <= pair[1] and may_split(*pair)
    }
    assert (5, 5) in allowed
    assert (5, 10) in allowed
    assert not {(4, 11), (8, 11), (0, 9)} & allowed


@pytest.mark.django_db
def test_script_in_texts_is_inert_everywhere_and_search_finds(client, staff):
    """29"""
    evil = "</script><script>alert(1)</script>"
    items = [{"kind": "single", "text": {"en": evil}, "options": [{"en": evil}, {"en": "b"}]}]
    items.append({"kind": "text", "text": {"en": evil}})
    survey = published(items=items)
    answer(survey, *[{"1": 1, "2": f"{evil} {n}"} for n in range(6)])
    names = ("results", "texts", "detail", "share", "poster")
    pages = [
        client.get(reverse(f"feedback:survey-{name}", args=[survey.pk])).content.decode()
        for name in names
    ]
    pages.append(client.get(survey.public_url).content.decode())
    assert not [page for page in pages if "<script>alert" in page]
    found = client.get(
        reverse("feedback:survey-texts", args=[survey.pk]), {"q": "alert(1)</script> 3"}
    )
    assert len(re.findall(r"<li>\s*<p>", found.content.decode())) == 1


@pytest.mark.django_db
def test_flagged_answers_never_reach_texts_or_figures(client, staff):
    """25"""
    survey = published()
    answer(survey, *[{"1": 1, "5": f"好 {n}"} for n in range(5)])
    client.post(survey.public_url, form(website="x", i5="买药"))
    assert Response.objects.exclude(flagged="").count() == 1
    texts = client.get(reverse("feedback:survey-texts", args=[survey.pk])).content.decode()
    assert "买药" not in texts
    assert results.summary(survey).items[5].n == 5
