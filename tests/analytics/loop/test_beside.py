"""Numbers of readers in a report beside what other pages say: worlds, and every number there is."""

from collections import defaultdict
from datetime import timedelta
from itertools import product
from random import Random

import pytest

from analytics.loop import storage
from analytics.loop.evaluate import evaluate, recompute
from analytics.loop.figures import beside
from campaigns.plan.models import Channel
from campaigns.sending.models import Delivery
from core.disclosure import SMALLEST_CELL, is_small, rounded_to
from crm.readers.models import Reader
from feedback.surveys import actions as verbs
from tests.analytics import building as make
from tests.factories import CallFactory, SubmissionFactory, quiet_inputs, results_of
from tests.feedback import building as surveys


# --- worlds in which the number of readers told elsewhere names few -------------------------------
def answer(survey, deliveries, at=make.LAUNCH + timedelta(days=2)) -> None:
    """These readers answer by the link of their mail."""
    email = Channel.objects.get(code="email").pk
    rows = []
    for delivery in deliveries:
        given = verbs.IncomingAnswer(
            {"1": 1}, at=at, reader_id=delivery.reader_id, delivery_id=delivery.pk, channel_id=email
        )
        rows.append(given)
    verbs.take_in(survey=survey, rows=rows, by=survey.created_by)


def mailed(n: int, **fields):
    """A campaign, and its mails to ``n`` readers."""
    made = make.campaign(**fields)
    make.deliver(make.content(made), n, segments=fields.get("segments", ()))
    return made, list(Delivery.objects.filter(content__campaign=made).order_by("pk"))


def told_of(made, *others: int) -> list[set[int]]:
    """What those who responded may have been beside each of these numbers, by the report.

    It says that it is rounded, so those beside it are one to six, more or fewer.
    """
    response = evaluate(made, make.AFTER).results["response"]
    half = response["rounded_to"] // 2
    possible = set(range(response["k"] - half, response["k"] + half))
    sides = []
    for other in others:
        for side in (range(other + 1, other + beside.NEAR), range(other - beside.NEAR + 1, other)):
            sides.append(possible & set(side))
    return [side for side in sides if side]


@pytest.mark.django_db
def test_three_who_answered_only_the_second_survey_do_not_follow_from_the_first():
    made, mails = mailed(187)
    answer(surveys.published(campaign=made), mails[:40])
    answer(surveys.published(campaign=made), mails[:43])

    assert all(max(side) - min(side) >= SMALLEST_CELL for side in told_of(made, 40, 43))


@pytest.mark.django_db
def test_three_who_switched_analytics_off_do_not_follow_from_the_answers():
    made, mails = mailed(187)
    answer(surveys.published(campaign=made), mails[:46])
    off = [mail.reader_id for mail in mails[43:46]]
    Reader.objects.filter(pk__in=off).update(analytics=False)

    assert all(max(side) - min(side) >= SMALLEST_CELL for side in told_of(made, 46))


@pytest.mark.django_db
def test_three_who_left_a_segment_since_do_not_follow_from_its_size():
    part = make.segment("Part", 100)
    made, _mails = mailed(103, segments=[part])

    results = evaluate(made, make.AFTER).results

    width = results["rounded_to"]
    assert results["reach"] == results["segments"][0]["sent"] == rounded_to(width, 103)
    assert rounded_to(width, 101) == rounded_to(width, 106)


@pytest.mark.django_db
def test_three_works_do_not_follow_from_the_answers():
    made, mails = mailed(187)
    answer(surveys.published(campaign=made), mails[:40])
    call = CallFactory(campaign=made)
    for mail in mails[40:43]:
        at = make.LAUNCH + timedelta(days=3)
        SubmissionFactory(call=call, author=mail.reader, submitted_at=at, state="received")

    assert all(max(side) - min(side) >= SMALLEST_CELL for side in told_of(made, 40))


@pytest.mark.django_db
def test_surveys_followers_and_works_far_from_each_other_leave_the_report_exact():
    part = make.segment("Part", 210)
    made, mails = mailed(187, segments=[part])
    answer(surveys.published(campaign=made), mails[:40])
    answer(surveys.published(campaign=made), mails[20:70])

    results = evaluate(made, make.AFTER).results

    assert "rounded_to" not in results
    assert (results["reach"], results["response"]["k"]) == (187, 70)


@pytest.mark.django_db
def test_answers_after_the_period_are_no_new_result():
    """Other pages go on; the report was frozen beside what they said."""
    made, mails = mailed(187)
    survey = surveys.published(campaign=made)
    answer(survey, mails[:40])
    first = evaluate(made, make.AFTER)
    answer(survey, mails[60:70], at=make.AFTER)

    assert evaluate(made, make.AFTER) == first
    assert recompute(first) == first.results


# --- the width itself -----------------------------------------------------------------------------
def told_by_width(made) -> dict:
    """{(width, what is told): the numbers of which that is said}; an exact number tells itself."""
    said = defaultdict(list)
    for one in made:
        width = 0
        if one.tells_of_few:
            width = beside.narrowest([one])
            assert one.has_room(width)
        # The report's own rule tells none of one to four.
        if not width and is_small(one.number):
            continue
        said[width, rounded_to(width, one.number) if width else one.number].append(one.number)
    return said


def too_narrow(said: dict, few, beliefs) -> list:
    """What tells of one to four persons: of numbers among which somebody knows the true one to be.

    ``few``: the sizes of the groups that follow from a number. ``beliefs``: the least and the most
    that somebody takes it to be.
    """
    found = []
    for (least, most), numbers in product(beliefs, said.values()):
        left = [number for number in numbers if least <= number <= most]
        # Nor does it tell more of so few than that they are.
        if max(left, default=0) < SMALLEST_CELL:
            continue
        if not any(is_small(group) for number in left for group in few(number)):
            continue
        # Where other pages leave fewer than five no rounding can leave more; and one of these may
        # be told, of which nobody follows.
        if max(left) - min(left) < min(SMALLEST_CELL, most - least - 1):
            found.append((least, most, left))
    return found


@pytest.mark.parametrize("size", [*range(1, 130), 155, 250, 295, 310, 999, 1001, 2017])
def test_the_width_of_a_report_does_not_tell_how_many_of_a_segment_it_reached(size):
    """It was chosen by the number: of 96 "in twenties" was said of 95 alone."""
    most = size + 60
    said = told_by_width(beside.part_of(size, number) for number in range(most + 1))

    beliefs = [(0, size), (0, size - 1), (size, most), (size + 1, most), (0, most)]
    assert too_narrow(said, lambda number: [abs(number - size)], beliefs) == []
    # What is not near is exact, and all of a segment are not few of it.
    for number in (size, size + beside.NEAR + 3):
        assert said.get((0, number), []) == [number] * (number >= SMALLEST_CELL)


def beliefs_of(parts) -> list[tuple[int, int]]:
    """By who did each of these: with and without those who did none of it, or are not counted."""
    # Of one to four no page tells how many they are.
    largest = max(1 if is_small(n) else n for n in parts)
    together = sum(4 if is_small(n) else n for n in parts)
    most = together + 60
    return [(largest, together), (largest, most), (largest + 1, most), (0, together), (0, most)]


def groups_of(parts):
    """The groups that follow from a number of readers who did any of these."""
    told = [n for n in parts if n >= SMALLEST_CELL]
    untold = sum(map(is_small, parts))

    def groups(number: int) -> list[int]:
        found = [abs(number - n) for n in told]
        # Beside two parts of which no page tells how many they are, those of both may be seven.
        if untold < 2:
            found.append(sum(parts) - number)
        return found

    return groups


NUMBERS = (0, 1, 3, 4, 5, 6, 7, 12, 16, 20, 34, 36, 40, 43, 47, 53, 60, 95, 99, 203)


@pytest.mark.parametrize("answered", NUMBERS)
def test_the_width_of_a_report_does_not_tell_how_many_responded(answered):
    """Whether works may have come in as well, and whether some are not counted, or neither."""
    for followed in NUMBERS:
        parts = (answered, followed)
        numbers = range(sum(parts) + 75)
        said = told_by_width(beside.response(number, parts) for number in numbers)
        assert too_narrow(said, groups_of(parts), beliefs_of(parts)) == [], parts


@pytest.mark.parametrize("seed", range(40))
def test_the_width_of_a_report_does_not_tell_who_answered_one_of_two_surveys_alone(seed):
    draw = Random(seed)
    largest = draw.choice([12, 60, 300])
    parts = [draw.randint(0, largest) for _source in range(3)]
    numbers = range(sum(parts) + 75)
    said = told_by_width(beside.response(number, parts) for number in numbers)

    assert too_narrow(said, groups_of(parts), beliefs_of(parts)) == []


def test_many_numbers_near_each_other_are_rounded_further_rather_than_too_little():
    """A large campaign of two channels, two surveys and three segments."""
    draw = Random(7)
    for _world in range(200):
        made = [beside.part_of(draw.randint(50, 3000), 0) for _segment in range(4)]
        for _channel in range(3):
            made.append(beside.response(0, [draw.randint(5, 900) for _source in range(3)]))
        width = beside.narrowest(made)
        assert all(one.has_room(width) for one in made)


# --- what was published before --------------------------------------------------------------------
def frozen_by_0_2_1(*, answered: int, followed: int, responded: int, sent: int, size: int) -> dict:
    """One segment, one channel, and what 0.2.1 kept of other pages."""
    stored = quiet_inputs() | {"version": "0.2.1", "segments": [1]}
    del stored["formulas"]
    stored["cells"] = [
        ["email", [1], "sent", 10, True, responded],
        ["email", [1], "sent", 10, False, sent - responded],
    ]
    stored["told_elsewhere"] = [["email", answered, followed]]
    stored["context"] = {
        "segments": {"1": "Part"},
        "other_segments": [],
        "segment_sizes": [[1, size]],
    }
    return stored


@pytest.mark.parametrize(
    ("numbers", "width"),
    [
        ({"answered": 40, "followed": 0, "responded": 43, "sent": 187, "size": 210}, 50),
        ({"answered": 46, "followed": 0, "responded": 43, "sent": 187, "size": 210}, 0),
        ({"answered": 0, "followed": 50, "responded": 50, "sent": 103, "size": 100}, 0),
        ({"answered": 0, "followed": 50, "responded": 50, "sent": 100, "size": 101}, 20),
    ],
)
def test_a_report_of_0_2_1_stays_rounded_as_it_was_published(numbers, width):
    stored = frozen_by_0_2_1(**numbers)

    assert results_of(stored).get("rounded_to", 0) == width
    assert storage.inputs_to_json(storage.inputs_from_json(stored)) == stored
