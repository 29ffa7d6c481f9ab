"""From frozen inputs to the figures of an evaluation. Pure: the same inputs give the same figures.

Cells that count one to four persons, and those from which such a cell would follow, are left out of
the results, because results are shown, exported and served by the API; only the inputs, which
nobody is shown, keep them.
"""

from collections import Counter
from dataclasses import replace

from analytics.loop.figures.channels import basis_of, channel_results, spend_of
from analytics.loop.figures.costs import cost_result, costs_of_readers
from analytics.loop.figures.hours import hour_results
from analytics.loop.figures.people import People, count_people, effect, with_arms_as_drawn
from analytics.loop.figures.rounding import width_of
from analytics.loop.figures.segments import (
    cross_of,
    grid,
    segment_results,
    unchosen_segment_results,
)
from analytics.loop.figures.shapes import Lift, ResponseShare, Results
from analytics.loop.figures.shares import (
    ResponseCount,
    about,
    persons_told,
    sent_cells,
    share,
)
from analytics.loop.figures.standards import attainment_of, judged
from analytics.loop.inputs.shapes import Inputs, SurveyFigures
from analytics.loop.judging.computing import effect_in, judge
from analytics.loop.judging.saying import CountedChannel, JudgementTold
from analytics.loop.judging.shapes import Judgement
from analytics.loop.judging.told import PlainTold, told
from analytics.loop.measures import Figure
from analytics.loop.rules import Rule
from core.disclosure import Count, Missing, hidden_states, is_small
from core.estimates import Estimate, relevelled


def compute(inputs: Inputs, rule: Rule) -> Results:
    """All results of an evaluation, at the levels of ``rule``.

    The standards are judged last, by the other results.
    """
    people = count_people(inputs)
    found = None
    if rule.concludes:
        found = effect_in(inputs, rule)
        people = with_arms_as_drawn(people, inputs, is_broken=found.is_broken)
    sent = sent_cells(inputs.cells)
    rule = rule.rounding_to(width_of(inputs, sent, people, rule))
    cross = cross_of(inputs, sent)
    response = share(ResponseCount(people.responded, people.reached), rule, cross.total_hidden)
    results = Results(
        version=inputs.version,
        period=inputs.period,
        addressed=_shown_addressed(people, rule),
        reached=persons_told(people.reached, rule),
        response=response,
        lift=effect(inputs, people, rule),
        deliveries=_deliveries(inputs, rule),
        basis=basis_of(inputs, spend_of(inputs, rule)),
        channels=channel_results(
            inputs, sent, cross, addressed=_addressed_for_effort(people, rule), rule=rule
        ),
        segments=segment_results(inputs, cross, rule),
        grid=grid(cross, rule),
        unchosen_segments=unchosen_segment_results(inputs, cross, rule),
        send_hour=inputs.send_hour,
        hours=hour_results(sent, inputs.send_hour, rule),
        surveys=tuple(_at_level(survey, rule) for survey in inputs.surveys),
        contributors=_contributors(inputs),
        costs=cost_result(inputs, _shown_responses(people, response), rule),
        width=rule.width,
    )
    if found is not None:
        judgement = judge(inputs, found, counted_channels(results), rule)
        results = replace(results, judgement=told_of(inputs, judgement, results.lift))
        results = replace(results, costs=costs_of_readers(inputs, results))
    standards = judged(inputs.standards, results, rule)
    return replace(results, standards=standards, attainment=attainment_of(standards))


def counted_channels(results: Results) -> list[CountedChannel]:
    """The channels of a report, as they are compared."""
    return [channel.counted for channel in results.channels]


def told_of(inputs: Inputs, judgement: Judgement, lift: Lift) -> JudgementTold:
    """What is concluded, as far as the plain ``lift`` is told."""
    plain = PlainTold(says=lift.says, coarse=lift.drawn_active.is_withheld, n=lift.n)
    return told(judgement, inputs.promised, inputs.drawn, plain)


def _at_level(survey: SurveyFigures, rule: Rule) -> SurveyFigures:
    """Means of surveys are frozen with the inputs, so their rows cannot be counted again."""
    return replace(
        survey,
        satisfaction=_relevelled(survey.satisfaction, rule.estimate_level),
        nps=_relevelled(survey.nps, rule.estimate_level),
    )


def _relevelled(mean: Figure | None, level: float) -> Figure | None:
    """The same mean with its interval at ``level``; None where the survey does not ask for it.

    A mean without an interval has none at another level either.
    """
    if mean is None or mean.low is None:
        return mean
    # Recomputing by another formula would change the last digit of what was read.
    if mean.level == level:
        return mean

    frozen = Estimate(mean.value, mean.low, mean.high, mean.n, mean.level)
    return Figure.of(relevelled(frozen, level=level), mean.measure)


def _addressed_betrays_few(people: People) -> bool:
    """Addressed minus reached must not tell of one to four whom the campaign did not reach."""
    return is_small(people.addressed - people.reached)


def _shown_addressed(people: People, rule: Rule) -> Count:
    """Readers addressed, withheld where they would tell of few who were not reached."""
    return persons_told(people.addressed, rule).withheld_where(_addressed_betrays_few(people))


def _addressed_for_effort(people: People, rule: Rule) -> int:
    """How many were addressed, as effort may be counted from it.

    Effort is shown with the share of the plan, so the number addressed follows from it: to the
    nearest ten where it would tell of few.
    """
    if rule.width or _addressed_betrays_few(people):
        return about(people.addressed, rule)
    return people.addressed


def _shown_responses(people: People, response: ResponseShare) -> Count:
    """Readers who responded, and followings of open links. Withheld with the readers' own share:
    the open clicks beside it are shown.
    """
    responded = response.responded.public_number or 0
    told = Count.of(responded + people.responses - people.responded)
    return told.withheld_where(response.withheld)


def _contributors(inputs: Inputs) -> Count:
    """Readers who sent in a work. Without a call for works nobody was asked; stored results do not
    tell that from few, so both say nothing.
    """
    contributors = Count.of(inputs.contributors)
    if inputs.calls and contributors.is_shown:
        return contributors
    return Count.without(Missing.CANNOT_SAY)


def _deliveries(inputs: Inputs, rule: Rule) -> dict[str, Count]:
    """{state: number of deliveries}, in the order of their codes; those from which a small one
    would follow are withheld.
    """
    states: Counter = Counter()
    for cell in inputs.cells:
        states[cell.state] += cell.n
    shown = hidden_states(dict(sorted(states.items())))
    told = {}
    for state, n in shown.items():
        told[state] = Count.kept(n)
        if n is not None:
            told[state] = persons_told(n, rule)
    return told
