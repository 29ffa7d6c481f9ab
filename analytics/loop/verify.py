"""Did the agreed adjustments do what they promised? The next campaign's evaluation answers."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from analytics.loop import storage
from analytics.loop.checking.comparable import asks_the_same, differs_between_arms
from analytics.loop.checking.gathering import checks_of
from analytics.loop.figures.shapes import Results
from analytics.loop.figures.standards import measured
from analytics.loop.judging.saying import ChangedTold
from analytics.loop.measures import Figure, Measure
from analytics.loop.models import Adjustment, Evaluation

State = Adjustment.State


def observe(adjustment: Adjustment, evaluation: Evaluation, results: Results) -> Figure:
    """What ``evaluation`` of the next campaign, whose figures are ``results``, shows of the
    promised measure.

    Silent where it cannot say.
    """
    measure = Measure(adjustment.measure)
    if measure not in OBSERVED:
        return measured(measure, results, results.rule)

    found = None
    if _can_show(adjustment, evaluation):
        found = OBSERVED[measure](adjustment, results)
    if found is None:
        return Figure.silent(0, measure)
    if not found.says:
        # The number of rows is withheld where it would tell of few.
        return Figure.silent(found.n or 0, measure)
    return found


def _can_show(adjustment: Adjustment, evaluation: Evaluation) -> bool:
    """Whether the next campaign can show it at all: what was promised against going on as before
    only where the arms were treated differently, and asked what was promised.
    """
    if adjustment.measure not in Adjustment.AGAINST_AS_BEFORE:
        return True
    following = storage.inputs_from_json(evaluation.inputs)
    if not differs_between_arms(adjustment, following):
        return False
    promised = storage.inputs_from_json(adjustment.evaluation.inputs)
    return asks_the_same(promised, following)


def _per_effort(adjustment: Adjustment, results: Results) -> Figure | None:
    """What the channel brought this time, by the effort the promise was stated in.

    None where effort was stated in another basis, or the channel was not measured again.
    """
    # Costs booked for one cycle and not for the other: the two figures have different units.
    if results.basis.measure != adjustment.measure:
        return None
    channel = results.channel(storage.target_of(adjustment).key)
    if channel is None or channel.responses_told is None:
        return None
    return channel.per_effort


def _segment_response(adjustment: Adjustment, results: Results) -> Figure | None:
    """The share of the segment that responded this time; None where it was not addressed again."""
    target = storage.target_of(adjustment)
    for segment in results.segments:
        if str(segment.pk) == target.key:
            return segment.response
    return None


def _hour_response(adjustment: Adjustment, results: Results) -> Figure | None:
    """The share that responded to what was sent in the hour that was agreed; None where nothing
    was.
    """
    for hour in results.hours:
        if hour.hour == adjustment.agreed_value:
            return hour.response
    return None


def _audience_response(_adjustment: Adjustment, results: Results) -> Figure | None:
    """The share of all readers sent to who responded this time."""
    return results.response


def _outcome_changed(adjustment: Adjustment, results: Results) -> Figure | None:
    """What the new arms did to the outcome, against what went on as before; None without that, and
    where one of both campaigns asked how often and the other only whether.
    """
    changed = _changed(results)
    if changed is None or changed.outcome.measure != adjustment.measure:
        return None
    return changed.outcome


def _response_changed(_adjustment: Adjustment, results: Results) -> Figure | None:
    """The same in the response of those who were mailed."""
    changed = _changed(results)
    if changed is None:
        return None
    return changed.response


def _changed(results: Results) -> ChangedTold | None:
    """The new arms against what went on as before; None before the window of the campaign is over:
    a promise is of all its days.
    """
    judgement = results.judgement
    if judgement is None or judgement.effect.provisional:
        return None
    return judgement.changed


def _never_seen(_adjustment: Adjustment, _results: Results) -> None:
    """Open channels have no part that goes on as before: their own trend is no check."""


#: How a promise is seen again; all other measures are those of standards.
OBSERVED: dict[Measure, Callable[[Adjustment, Results], Figure | None]] = {
    Measure.PER_COST: _per_effort,
    Measure.PER_SHARE: _per_effort,
    Measure.SEGMENT_RESPONSE: _segment_response,
    Measure.HOUR_RESPONSE: _hour_response,
    Measure.AUDIENCE_RESPONSE: _audience_response,
    Measure.OUTCOME_DIFFERENCE: _outcome_changed,
    Measure.OUTCOME_AMOUNT: _outcome_changed,
    Measure.AUDIENCE_DIFFERENCE: _response_changed,
    Measure.CHANNEL_DIFFERENCE: _never_seen,
}


def observed_fields(
    adjustment: Adjustment, evaluation: Evaluation, results: Results
) -> dict[str, float | int | None]:
    """{field of the proposal: what ``evaluation`` shows of it}; value and ends of the interval are
    None where it was not observed again. ``results``: its figures.
    """
    seen = observe(adjustment, evaluation, results)
    return {
        "observed": seen.value,
        "observed_low": seen.low,
        "observed_high": seen.high,
        "observed_n": seen.n,
    }


def record(adjustment: Adjustment, evaluation: Evaluation, results: Results) -> None:
    """Fill the observed side of an agreed adjustment from the evaluation of the campaign it was
    applied in, whose figures are ``results``.
    """
    fields = observed_fields(adjustment, evaluation, results)
    for name, value in fields.items():
        setattr(adjustment, name, value)
    # Noted even where nothing can be said: pages tell that from what was not due yet.
    adjustment.observed_in = evaluation
    adjustment.save(update_fields=[*fields, "observed_in"])


@dataclass(frozen=True)
class Record:
    """What became of the proposals.

    ``checks``: promises, or joint ones, that were held against a part that went on as before;
    ``covered`` of them lie in the promised interval.
    """

    proposed: int
    accepted: int
    changed: int
    refused: int
    waiting: int
    checks: int
    covered: int


def tally(adjustments: Iterable[Adjustment]) -> Record:
    """Count adjustments (a queryset or a list): all of a campaign, or of several."""
    rows = list(adjustments)
    states = Counter(one.state for one in rows)
    # Replaced by a newer evaluation: nobody can decide about these any more.
    del states[State.SUPERSEDED]
    checks = checks_of(rows)
    return Record(
        proposed=states.total(),
        accepted=states[State.ACCEPTED],
        changed=states[State.CHANGED],
        refused=states[State.REFUSED],
        waiting=sum(states[state] for state in Adjustment.UNDECIDED),
        checks=len(checks),
        covered=sum(check.is_covered for check in checks),
    )
