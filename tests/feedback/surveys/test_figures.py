"""What may be said of a question and of a whole survey: numbers, means and intervals."""

from dataclasses import replace
from datetime import date
from operator import mul

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from core.disclosure import Count, Missing, RoundedCount, hide_row
from core.estimates import Estimate
from feedback.surveys import charts, figures, groups, overview
from feedback.surveys.definitions import Choice, Kind, Question
from feedback.surveys.results import SurveySummary, mean_of
from tests.factories import UserFactory
from tests.feedback.building import answer, published
from tests.owner import as_owner

SCALE = Question(
    ordinal=1,
    kind=Kind.SCALE,
    text={"en": "How?"},
    help={},
    required=False,
    top=5,
    key="",
    choices=tuple(Choice(code, {}) for code in range(1, 6)),
    low={},
    high={},
)
LIKELY = replace(SCALE, kind=Kind.NPS, choices=tuple(Choice(code, {}) for code in range(11)))
SEVERAL = replace(SCALE, kind=Kind.MULTIPLE)


def states(answers: figures.Answers) -> list[int | None]:
    return [cell.public_number for cell in answers.cells]


# --- one question ---------------------------------------------------------------------------------
def test_one_small_cell_of_a_large_survey_leaves_the_interval():
    counts = {1: 3, 2: 160, 3: 400, 4: 380, 5: 257}
    found = figures.answers_of_all(SCALE, counts)
    exact = mean_of(counts, lowest=1, highest=5)
    # With two digits four numbers would be left, with one more than five: no third cell is hidden.
    assert states(found) == [None, None, 400, 380, 257]
    assert found.is_coarse
    assert (found.figure.found.value, found.figure.found.interval) == (3.6, (3.5, 3.7))
    low, high = found.figure.found.interval
    assert low <= exact.low
    assert exact.high <= high


def test_two_hundred_answers_keep_their_large_bars_and_an_interval():
    """In 0.1 the largest answer was hidden to cover three persons."""
    found = figures.answers_of_all(SCALE, {2: 3, 3: 39, 4: 93, 5: 74}, 209)
    assert states(found) == [0, None, None, 93, 74]
    assert (found.figure.found.value, found.figure.found.interval) == (4.1, (4.0, 4.3))


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({2: 3, 3: 39, 4: 93, 5: 74}, "the mean and its interval are rounded"),
        ({2: 2, 3: 14, 4: 48, 5: 28}, "the mean is rounded and stands without its interval"),
    ],
)
def test_chart_says_why_a_mean_says_less(counts, words):
    n = sum(counts.values())
    answers = figures.answers_of_all(SCALE, counts, n)
    shown = figures.ShownQuestion(SCALE, 3, Count.of(n), answers)
    with translation.override("en"):
        note = charts.chart(shown, date(2026, 11, 27)).note
    assert f" · {words}" in note


def test_small_survey_rounds_the_mean_and_hides_four():
    found = figures.answers_of_all(SCALE, {1: 2, 2: 6, 3: 9, 4: 12, 5: 7})
    assert states(found) == [None, None, None, 12, None]
    assert found.is_coarse
    assert (found.figure.found.value, found.figure.found.interval) == (3.4, None)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "mean 3.41 (95 % interval 3.00 to 3.82)"),
        ("zh-hans", "均值 3.41（95 % 区间 3.00 至 3.82）"),
    ],
)
def test_figure_is_one_sentence_of_its_language(language, words):
    mean = Estimate(3.41, 3.0, 3.82, 39, 0.95)
    with translation.override(language):
        assert str(figures.QuestionFigure(gettext("mean"), mean, 2)) == words


def test_without_hidden_cells_the_figure_is_whole():
    counts = {1: 5, 2: 6, 3: 9, 4: 12, 5: 7}
    found = figures.answers_of_all(SCALE, counts)
    assert states(found) == list(counts.values())
    assert found.figure.found == mean_of(counts, lowest=1, highest=5)


def fillings(persons: int, cells: int):
    if cells == 1:
        yield (persons,)
        return
    for first in range(1, persons - cells + 2):
        for rest in fillings(persons - first, cells - 1):
            yield (first, *rest)


@pytest.mark.parametrize("question", [SCALE, LIKELY])
@pytest.mark.parametrize(
    "numbers",
    [(3, 60, 80, 90, 70), (4, 4, 30, 50, 9), (1, 200, 150, 300, 280), (2, 20, 41, 38, 22)],
)
def test_figure_told_in_full_solves_no_hidden_cell(question, numbers):
    codes = [choice.code for choice in question.choices][-5:]
    counts = dict(zip(codes, numbers, strict=True))
    found = figures.answers_of_all(question, counts)
    if found.figure is None or found.figure.found.interval is None:
        return
    shown = [cell.public_number for cell in found.cells]
    own = [counts.get(choice.code, 0) for choice in question.choices]
    holes = [place for place, n in enumerate(shown) if n is None]
    seen = [set() for _hole in holes]
    seen_by_who_knows_the_rule = [set() for _hole in holes]
    mean = figures.figure_of(question, counts).found.value
    worth = [figures.worth(question, choice.code) for choice in question.choices]
    for filling in fillings(sum(own[place] for place in holes), len(holes)):
        other = list(own)
        for place, n in zip(holes, filling, strict=True):
            other[place] = n
        # An interval takes its time, and of another mean it is another one.
        if abs(sum(map(mul, worth, other)) / sum(other) - mean) > 10**-found.figure.digits:
            continue
        by_code = {choice.code: n for choice, n in zip(question.choices, other, strict=True)}
        figure = figures.figure_of(question, by_code).rounded(found.figure.known)
        if str(figure) != str(found.figure):
            continue
        note(seen, filling)
        if hide_row(other, least_hidden=len(holes)) == shown:
            note(seen_by_who_knows_the_rule, filling)
    assert all(max(values) - min(values) >= 5 for values in seen)
    assert all(len(values) > 1 for values in seen_by_who_knows_the_rule)


def note(seen: list[set[int]], filling) -> None:
    for values, n in zip(seen, filling, strict=True):
        values.add(n)


def test_choice_that_all_but_a_few_took_is_withheld():
    """Question with several choices: who did not take it would follow from those who answered."""
    found = figures.answers_of_all(SEVERAL, {0: 60, 1: 58, 2: 30, 3: 20, 4: 0, 5: 10})
    assert states(found) == [None, 30, 20, 0, 10]


def texts(written: list[int], sizes: list[int]) -> int | None:
    """What is told of the open answers of the first group."""
    question = replace(SCALE, kind=Kind.TEXT, choices=())
    by_group = {group: {0: n} for group, n in enumerate(written)}
    shown = groups.show(question, 1, groups.Groups(0, by_group, dict(enumerate(sizes))))
    return shown.n.public_number


@pytest.mark.parametrize(
    ("written", "sizes", "told"),
    [
        ([20], [30], 20),
        ([28], [30], None),
        ([3], [30], None),
        ([20, 2], [30, 2], None),
        ([20, 9], [30, 40], 20),
    ],
)
def test_open_answers_tell_neither_of_the_rest_nor_of_other_groups(written, sizes, told):
    assert texts(written, sizes) == told


# --- the whole survey -----------------------------------------------------------------------------
def summary_of(**fields) -> SurveySummary:
    blank = {"satisfaction": None, "nps": None, "constructs": {}, "items": {}, "segments": {}}
    numbers = {"survey": 1, "version": 1, "as_of": timezone.now(), "flagged": 0, "held": 0}
    return SurveySummary(**blank | numbers | fields)


def channels(answers: dict, delivered: dict, answered: dict) -> list[overview.ChannelRow]:
    rate = {pk: answered[pk] / n for pk, n in delivered.items()}
    found = summary_of(
        n=sum(answers.values()),
        channels=answers,
        delivered=delivered,
        answered=answered,
        rate=rate,
    )
    return overview.channel_rows(found)


def test_share_and_reached_stand_side_by_side_where_they_tell_of_no_small_group():
    mail, poster = channels({1: 40, 2: 10}, {1: 100}, {1: 40})
    assert (mail.delivered, mail.rate) == (RoundedCount.told(100), 0.4)
    assert (poster.delivered, poster.rate) == (Count.of(None), Missing.NOT_MEASURED)


@pytest.mark.parametrize(
    ("answers", "delivered", "answered"),
    [
        ({1: 40, 2: 10}, {1: 43}, {1: 40}),  # three did not answer
        ({1: 40, 2: 10}, {1: 100}, {1: 38}),  # two came to it without a mail
        ({1: 3, 2: 40, 3: 10}, {1: 100}, {1: 3}),  # three answered
    ],
)
def test_share_is_withheld_where_it_tells_of_one_to_four(answers, delivered, answered):
    rates = [row.rate for row in channels(answers, delivered, answered) if row.channel == 1]
    assert rates == [Missing.WITHHELD]


@pytest.mark.django_db
def test_sum_over_the_versions_does_not_tell_how_many_are_flagged(client):
    client.force_login(UserFactory(role="librarian"))
    survey = published()
    answer(survey, *[{"1": 1}] * 23)
    fast = list(survey.responses.values_list("pk", flat=True)[:3])
    with as_owner():
        survey.responses.filter(pk__in=fast).update(flagged="fast")
    page = client.get(survey.get_absolute_url())
    (line,) = page.context["versions"]
    assert line.answers == Count.of(20)
    results = client.get(reverse("feedback:survey-results", args=[survey.pk]))
    assert results.context["found"].flagged.is_withheld


def test_interval_that_is_hidden_is_not_called_one_that_cannot_be_said():
    mean = overview.ShownMean(4.0, None, None, Count.of(93), 1, 5)
    assert mean.no_interval == Missing.CANNOT_SAY
    assert replace(mean, is_coarse=True).no_interval == Missing.WITHHELD


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (Count.of(20), Count.of(80), "Yes: 20 readers, 25.0 % of n=80"),
        (Count.of(3), Count.of(80), "Yes: not shown"),
        # Of a whole that is told in tens, or not at all, there is no share.
        (Count.of(20), RoundedCount.told(80), "Yes: 20 readers"),
        (Count.of(20), Count.without(Missing.CANNOT_SAY), "Yes: 20 readers"),
        (Count.of(20), Count.of(3), "Yes: 20 readers"),
    ],
)
def test_bar_says_its_share_where_there_is_one(part, whole, said):
    with translation.override("en"):
        share = charts.share_of(part, whole)
        assert charts.answer_in_words("Yes", part, share, whole) == said


@pytest.mark.parametrize("why", list(Missing))
def test_bar_without_a_share_says_none_whatever_the_reason(why):
    with translation.override("en"):
        said = charts.answer_in_words("Yes", Count.of(20), why, Count.of(80))
    assert said == "Yes: 20 readers"
