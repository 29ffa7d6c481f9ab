"""From frozen inputs to the figures of an evaluation. Pure: the same inputs give the same figures.

Cells that count one to four persons, and those from which such a cell would follow, are left out of
the results, because results are shown, exported and served by the API; only the inputs, which
nobody is shown, keep them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from analytics.loop.figures.channels import basis_of, channel_results, spend_of
from analytics.loop.figures.costs import cost_result, costs_of_readers
from analytics.loop.figures.hours import hour_results
from analytics.loop.figures.people import (
    People,
    an_arm_betrays_few,
    arm_size,
    arms_told,
    count_people,
    effect,
    with_arms_as_drawn,
)
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
from analytics.loop.inputs.shapes import EarlierCycle, Inputs, SurveyFigures
from analytics.loop.judging.computing import effect_in, judge
from analytics.loop.judging.saying import CountedChannel
from analytics.loop.judging.told import PlainTold, told
from analytics.loop.measures import Figure, difference_of
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
        judgement = judge(inputs, found, counted_channels(results, inputs.earlier), rule)
        plain = plain_told(inputs, results.lift, people, rule)
        results = replace(results, judgement=told(judgement, inputs.promised, inputs.drawn, plain))
        results = replace(results, costs=costs_of_readers(inputs, results))
    standards = judged(inputs.standards, results, rule)
    return replace(results, standards=standards, attainment=attainment_of(standards))


def counted_channels(
    results: Results, earlier: Sequence[EarlierCycle] = ()
) -> list[CountedChannel]:
    """The channels of a report, as they are compared, with what they brought in earlier cycles."""
    cycles = [_brought(cycle, results) for cycle in earlier]
    found = []
    for channel in results.channels:
        before = tuple(cycle.get(channel.channel) for cycle in cycles)
        found.append(replace(channel.counted, earlier=before))
    return found


def _brought(cycle: EarlierCycle, results: Results) -> dict[str, tuple[float, float]]:
    """{code: (responses, effort)} of an earlier cycle; nothing where it counted effort in another
    way: responses per ¥100 and per share of the plan cannot be compared.
    """
    if cycle.basis != results.basis:
        return {}
    return {code: (responses, effort) for code, responses, effort in cycle.channels}


def plain_told(inputs: Inputs, lift: Lift, people: People, rule: Rule) -> PlainTold:
    """How far the plain ``lift`` is told. How often somebody did something says more of them than
    whether they did, so an amount is told of no draw in which an arm would tell of few.
    """
    is_amount = inputs.promised.is_amount
    secondary = inputs.drawn.secondary
    is_coarse = lift.drawn_active.is_withheld
    arms_say, arms_coarse = arms_told(inputs.drawn.cells, rule)
    return PlainTold(
        says=lift.says and not (is_amount and an_arm_betrays_few(inputs.drawn.cells)),
        coarse=is_coarse,
        arms_say=arms_say,
        arms_coarse=is_coarse or arms_coarse,
        n=lift.n,
        persons=arm_size(people, rule),
        measure=difference_of(is_amount=is_amount),
        few=frozenset(one.outcome for one in secondary if an_arm_betrays_few(one.cells)),
    )


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
