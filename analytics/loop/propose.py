"""From found figures to typed changes of named fields of the next plan. Pure.

A change is proposed only where its figure's interval says so; its promise is a prediction for the
next cycle, so it is wider than the figure's own interval. The thresholds are this library's own
settings (ADR 0012).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analytics.loop import mix, subjects
from analytics.loop.figures.shapes import Results
from analytics.loop.find import Found
from analytics.loop.measures import EffortBasis, Figure, Measure, Metric
from analytics.loop.mix import ChannelEvidence
from analytics.loop.models import Adjustment
from analytics.loop.proposals import Proposal
from analytics.loop.rules import Rule
from analytics.loop.subjects import Subject, SubjectKind
from core import estimates
from core.columns import keys_of
from core.disclosure import Count
from core.estimates import Estimate

Kind = Adjustment.Kind
#: A segment or an hour is judged from this many deliveries on.
ENOUGH = 100
#: A segment is dropped only if it responds less than this part of what the others do.
DROP_BELOW = 0.5
#: At most so many segments are proposed at once, the clearest first.
MOST_SEGMENTS = 3
#: Smaller moves of a target, in parts of it, are not worth a decision.
SMALLEST_RECALIBRATION = 0.05

FoundBySubject = dict[Subject, Found]


@dataclass(frozen=True)
class StandardTarget:
    """A target that could be judged. ``promised_from``: what was reached, at the level of
    predictions.
    """

    metric: Metric
    target: float
    direction: str
    promised_from: Figure


@dataclass(frozen=True)
class CarriedOutPlan:
    """The plan that was carried out.

    ``shares`` in percent and ``efforts`` spent, by channel. ``segments``: primary keys of the
    addressed ones. ``unchosen_sizes``: of segments nobody chose. ``standards``: those that could be
    judged. ``rule``: the one the figures were found by.
    """

    shares: dict[str, int]
    efforts: dict[str, float]
    basis: EffortBasis
    segments: list[int]
    unchosen_sizes: dict[int, Count]
    send_hour: int
    standards: list[StandardTarget]
    rule: Rule

    @classmethod
    def of(cls, results: Results, for_promises: Results) -> "CarriedOutPlan":
        """``for_promises``: the same results at the level of predictions."""
        shares, efforts = {}, {}
        for channel in results.channels:
            shares[channel.channel] = channel.share
            efforts[channel.channel] = channel.effort

        return cls(
            shares=shares,
            efforts=efforts,
            basis=results.basis,
            segments=keys_of(results.segments),
            unchosen_sizes={row.result.pk: row.size for row in results.unchosen_segments},
            send_hour=results.send_hour,
            standards=_judged_targets(results, for_promises),
            rule=results.rule,
        )


def _judged_targets(results: Results, for_promises: Results) -> list[StandardTarget]:
    """Standards that were judged; a new target is promised from ``for_promises``."""
    targets = []
    for result, same in zip(results.standards, for_promises.standards, strict=True):
        # What rests on too few rows to be judged moves no target either.
        if result.met is None:
            continue
        locked = result.standard
        targets.append(
            StandardTarget(
                metric=Metric(locked.metric),
                target=locked.target,
                direction=locked.direction,
                promised_from=same.reached,
            )
        )
    return targets


def propose(
    found: Sequence[Found], plan: CarriedOutPlan, history: Sequence[Results]
) -> list[Proposal]:
    """Proposals for the next plan.

    ``history``: results of earlier cycles of the same line, newest first.
    """
    by_subject = {one.subject: one for one in found}
    return [
        *_channel_shares(by_subject, plan, history),
        *_dropped_segments(by_subject, plan),
        *_added_segments(by_subject, plan),
        *_timing(by_subject, plan),
        *_standards(by_subject, plan),
    ]


def _channel_shares(
    found: FoundBySubject, plan: CarriedOutPlan, history: Sequence[Results]
) -> Iterator[Proposal]:
    """One proposal for each measured channel that differs from the others, and whose share would
    move enough to be worth it.
    """
    channels = []
    for code in plan.shares:
        channels.append(_evidence(code, found.get(Subject.channel(code)), plan, history))
    # A single channel has the whole plan already.
    if len(channels) < 2:
        return

    moves = mix.moves(channels, movable=mix.differing(channels))
    for code, after in moves.items():
        promise = mix.foretell(channels, code, after, level=plan.rule.prediction_level)
        subject = Subject.channel(code)
        yield Proposal(
            kind=Kind.CHANNEL_SHARE,
            target=subject,
            names=found[subject].names,
            before=plan.shares[code],
            after=after,
            promise=Figure.of(promise, plan.basis.measure),
            n=found[subject].figure.n,
            rests_on=[found[subject]],
        )


def _evidence(
    code: str, found: Found | None, plan: CarriedOutPlan, history: Sequence[Results]
) -> ChannelEvidence:
    """What a channel got and brought, in this cycle and in earlier ones."""
    responses = None
    if found is not None and found.figure.says:
        responses = float(found.figure.n)
    earlier = tuple(_earlier_cycles(code, plan.basis, history))
    return ChannelEvidence(code, plan.shares[code], responses, plan.efforts[code], earlier)


def _earlier_cycles(
    code: str, basis: EffortBasis, history: Sequence[Results]
) -> Iterator[tuple[float, float] | None]:
    """(responses, effort) of a channel in each earlier cycle of the line.

    None for a cycle that did not measure it, or counted effort in another way.
    """
    for results in history:
        channel = results.channel(code)
        # Responses per ¥100 and per share of the plan cannot be compared.
        if results.basis != basis or channel is None or channel.responses_told is None:
            yield None
            continue
        yield float(channel.responses_told), float(channel.effort)


def _dropped_segments(found: FoundBySubject, plan: CarriedOutPlan) -> Iterator[Proposal]:
    """Segments that clearly respond less than half as often as the rest; one always stays."""
    left = len(plan.segments)
    for pk in plan.segments:
        # Without any segment the next campaign would address nobody.
        if left < 2:
            return
        pair = _clear_pair(found, Subject.segment(pk))
        if pair is None or not _responds_far_less(pair):
            continue
        left -= 1

        # Without the segment the audience should respond as its other part did.
        others = pair.gap.figure.n - pair.inside.figure.n
        responded = round(pair.share_of_others * others)
        yield Proposal(
            kind=Kind.SEGMENT_DROP,
            target=pair.inside.subject,
            names=pair.inside.names,
            before=True,
            after=False,
            promise=_next_share(responded, others, Measure.AUDIENCE_RESPONSE, plan.rule),
            n=pair.inside.figure.n,
            rests_on=[pair.inside, pair.gap],
        )


def _added_segments(found: FoundBySubject, plan: CarriedOutPlan) -> Iterator[Proposal]:
    """Segments nobody chose whose addressed members clearly responded more, and that hold readers
    not yet addressed.
    """
    better = []
    for pk, size in plan.unchosen_sizes.items():
        pair = _clear_pair(found, Subject.segment(pk))
        if pair is None or not pair.is_clearly_better:
            continue
        # A segment whose members have all been addressed adds nobody.
        members = size.public_number
        if members is not None and members > pair.inside.figure.n:
            better.append((pk, pair))

    better.sort(key=_clearest_first)
    for _pk, pair in better[:MOST_SEGMENTS]:
        yield Proposal(
            kind=Kind.SEGMENT_ADD,
            target=pair.inside.subject,
            names=pair.inside.names,
            before=False,
            after=True,
            promise=_same_share(pair.inside.figure, Measure.SEGMENT_RESPONSE, plan.rule),
            n=pair.inside.figure.n,
            rests_on=[pair.inside, pair.gap],
        )


@dataclass(frozen=True)
class ComparedShare:
    """The response of a segment or an hour and its difference to the others, both stated."""

    inside: Found
    gap: Found

    @property
    def share_of_others(self) -> float:
        """It is not found by itself, and follows from the other two."""
        return self.inside.figure.value - self.gap.figure.value

    @property
    def least_gain(self) -> float:
        """By how much it did better than the others, at the lower end of the interval: −1 to 1,
        below 0 where it may have done worse.
        """
        return self.gap.figure.low

    @property
    def is_clearly_better(self) -> bool:
        """The whole interval lies above the other's."""
        return self.least_gain > 0

    @property
    def is_clearly_worse(self) -> bool:
        """The whole interval lies below the other's."""
        return self.gap.figure.high < 0


def _clearest_first(entry: tuple[int, ComparedShare]) -> tuple[float, int]:
    """Of a segment's primary key and its pair; the key makes the order of equals certain."""
    pk, pair = entry
    return -pair.least_gain, pk


def _clear_pair(found: FoundBySubject, subject: Subject) -> ComparedShare | None:
    """The share of one subject and its difference to the others.

    None where either cannot be said, or rests on too few deliveries for a proposal.
    """
    inside = found.get(subject)
    gap = found.get(Subject.gap(subject))
    if None in (inside, gap):
        return None
    if not inside.figure.says or not gap.figure.says:
        return None
    if inside.figure.n < ENOUGH:
        return None
    return ComparedShare(inside, gap)


def _responds_far_less(pair: ComparedShare) -> bool:
    """Surely less, and by so much that dropping is worth a decision."""
    dropped_below = DROP_BELOW * pair.share_of_others
    return pair.is_clearly_worse and pair.inside.figure.value < dropped_below


def _timing(found: FoundBySubject, plan: CarriedOutPlan) -> Iterator[Proposal]:
    """The hour that clearly did better than the planned one, if any; the clearest of several."""
    better = []
    for subject in found:
        if subject.kind != SubjectKind.HOUR:
            continue
        pair = _clear_pair(found, subject)
        if pair is not None and pair.is_clearly_better:
            better.append((pair.least_gain, int(subject.key), pair))
    if not better:
        return

    # Of two hours that did equally well the later one.
    _gain, hour, pair = max(better, key=lambda entry: entry[:2])
    rests_on = [pair.inside, pair.gap]
    planned = found.get(Subject.hour(plan.send_hour))
    if planned is not None:
        rests_on.append(planned)
    yield Proposal(
        kind=Kind.TIMING,
        target=subjects.SEND_HOUR,
        before=plan.send_hour,
        after=hour,
        promise=_same_share(pair.inside.figure, Measure.HOUR_RESPONSE, plan.rule),
        n=pair.inside.figure.n,
        rests_on=rests_on,
    )


def _standards(found: FoundBySubject, plan: CarriedOutPlan) -> Iterator[Proposal]:
    """A target outside the interval of what was reached moves to its nearer end."""
    for standard in plan.standards:
        reached = found.get(Subject.standard(standard.metric))
        if reached is None or not reached.figure.says:
            continue
        after = _recalibrated(standard, reached.figure)
        if after is None:
            continue
        yield Proposal(
            kind=Kind.STANDARD,
            target=reached.subject,
            direction=standard.direction,
            before=standard.target,
            after=after,
            promise=_next_value(standard.promised_from),
            n=reached.figure.n,
            rests_on=[reached],
        )


def _recalibrated(standard: StandardTarget, reached: Figure) -> float | None:
    """The target that fits what was reached, rounded as a person would set it.

    None where the target may stay, or would move by too little, or to nothing.
    """
    target = standard.target
    # Without its interval nobody can tell what lies outside of it.
    if reached.low is None:
        return None
    if target < reached.low:
        nearer_end = reached.low
    elif target > reached.high:
        nearer_end = reached.high
    else:
        return None

    after = _rounded(standard.metric, nearer_end)
    if abs(after - target) < SMALLEST_RECALIBRATION * abs(target):
        return None
    if after <= 0 and standard.metric.is_nothing_at_zero:
        return None
    return after


def _rounded(metric: Metric, value: float) -> float:
    """As a person would set the target."""
    if metric.is_count:
        return float(round(value))
    return round(value, 1)


def _same_share(share: Figure, measure: Measure, rule: Rule) -> Figure:
    """What the next readers will show if they respond as these did."""
    return _next_share(round(share.value * share.n), share.n, measure, rule)


def _next_share(responded: int, n: int, measure: Measure, rule: Rule) -> Figure:
    """What the next ``n`` readers will show if they respond as ``responded`` of ``n`` did."""
    foretold = estimates.next_share(
        responded, n, level=rule.prediction_level, least=rule.judged_from
    )
    return Figure.of(foretold, measure)


def _next_value(reached: Figure) -> Figure:
    """What the next campaign will reach if nothing changes: the same value, with the interval of a
    prediction.
    """
    now = Estimate(reached.value, reached.low, reached.high, reached.n, reached.level)
    return Figure.of(estimates.next_value(now), reached.measure)
