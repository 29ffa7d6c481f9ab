"""From findings to typed changes of named fields of the next plan. Pure.

A change is proposed only where its finding's interval says so; its promise is a prediction for the
next cycle, so it is wider than the finding's own interval. The thresholds are this library's own
settings (ADR 0012).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from analytics.loop import mix
from analytics.loop.levels import LEVEL
from analytics.loop.models import Adjustment, Finding
from core import estimates
from core.estimates import Estimate

Kind = Adjustment.Kind
#: A segment or an hour is judged from this many deliveries on.
ENOUGH = 100
#: A segment is dropped only if it responds less than this part of what the others do.
DROP_BELOW = 0.5
#: At most so many segments are proposed at once, the clearest first.
MOST_SEGMENTS = 3
#: Smaller moves are not worth a decision: percent points of a share, part of a target.
SMALLEST_MOVE, SMALLEST_RECALIBRATION = 2, 0.05
#: Standards that count something and so have whole targets.
COUNTED = frozenset({"reach", "answers", "contributors"})


@dataclass(frozen=True)
class Plan:
    """The plan carried out.

    Shares in percent, effort spent, segments, hour, standards as (target, direction).
    """

    shares: dict[str, int]
    efforts: dict[str, float]
    basis: str
    segments: list[int]
    sizes: dict[int, int | None]
    send_hour: int
    standards: dict[str, tuple[float, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, results: dict) -> "Plan":
        return cls(
            shares={row["channel"]: row["share"] for row in results["channels"]},
            efforts={row["channel"]: row["effort"] for row in results["channels"]},
            basis=results["basis"],
            segments=[row["segment"] for row in results["segments"]],
            sizes={row["segment"]: row["size"] for row in results["other_segments"]},
            send_hour=results["send_hour"],
            standards={
                row["metric"]: (row["target"], row["direction"]) for row in results["standards"]
            },
        )


@dataclass(frozen=True)
class Proposal:
    """An adjustment before it is stored, and the findings it rests on."""

    adjustment: Adjustment
    findings: list[Finding]


def propose(findings: Sequence[Finding], plan: Plan, history: Sequence[dict]) -> list[Proposal]:
    """Proposals for the next plan.

    ``history``: results of earlier cycles of the same line, newest first.
    """
    by_subject = {finding.subject: finding for finding in findings}
    return [
        *_channel_shares(by_subject, plan, history),
        *_drop_segments(by_subject, plan),
        *_add_segments(by_subject, plan),
        *_timing(by_subject, plan),
        *_standards(by_subject, plan),
    ]


def _proposal(kind, target, label, change, measure, promise: Estimate, findings, n) -> Proposal:
    before, after = change
    adjustment = Adjustment(
        kind=kind,
        target=target,
        label=label,
        before=before,
        after=after,
        measure=measure,
        expected=promise.value,
        expected_low=promise.low,
        expected_high=promise.high,
        n=n,
    )
    return Proposal(adjustment, findings)


def _channel_shares(
    found: dict[str, Finding], plan: Plan, history: Sequence[dict]
) -> Iterator[Proposal]:
    channels = [_channel(code, found.get(f"channel:{code}"), plan, history) for code in plan.shares]
    if len(channels) < 2:
        return
    beliefs = mix.believe(channels)
    after = mix.step(channels)
    for channel in channels:
        belief = beliefs.get(channel.code)
        if abs(after[channel.code] - channel.share) < SMALLEST_MOVE or belief is None:
            continue
        promise = mix.promise(channel, belief, after[channel.code])
        finding = found[f"channel:{channel.code}"]
        yield _proposal(
            Kind.CHANNEL_SHARE,
            f"channel:{channel.code}",
            finding.label,
            (channel.share, after[channel.code]),
            f"per_{plan.basis}",
            promise,
            [finding],
            finding.n,
        )


def _channel(
    code: str, finding: Finding | None, plan: Plan, history: Sequence[dict]
) -> mix.Channel:
    """A channel with its earlier cycles, as far as those counted effort in the same way."""
    earlier = [
        (float(row["responses"]), float(row["effort"]))
        for results in history
        if results["basis"] == plan.basis
        for row in results["channels"]
        if row["channel"] == code and row["responses"] is not None
    ]
    responses = float(finding.n) if finding is not None and finding.value is not None else None
    return mix.Channel(code, plan.shares[code], responses, plan.efforts[code], tuple(earlier))


def _drop_segments(found: dict[str, Finding], plan: Plan) -> Iterator[Proposal]:
    """Segments that clearly respond less than half as often as the rest; one always stays."""
    left = len(plan.segments)
    for pk in plan.segments:
        share, gap = found.get(f"segment:{pk}"), found.get(f"gap:segment:{pk}")
        if (
            left < 2
            or not _clear(share, gap)
            or gap.high >= 0
            or share.value >= DROP_BELOW * (share.value - gap.value)
        ):
            continue
        left -= 1
        others = gap.n - share.n
        promise = estimates.next_share(round((share.value - gap.value) * others), others)
        yield _proposal(
            Kind.SEGMENT_DROP,
            f"segment:{pk}",
            share.label,
            (True, False),
            "audience_response",
            promise,
            [share, gap],
            share.n,
        )


def _add_segments(found: dict[str, Finding], plan: Plan) -> Iterator[Proposal]:
    """Segments nobody chose whose addressed members clearly responded more, and that hold readers
    not yet addressed.
    """
    better = []
    for pk, size in plan.sizes.items():
        share, gap = found.get(f"segment:{pk}"), found.get(f"gap:segment:{pk}")
        if _clear(share, gap) and gap.low > 0 and size is not None and size > share.n:
            better.append((gap.low, pk, share, gap))
    for _low, pk, share, gap in sorted(better, key=lambda entry: (-entry[0], entry[1]))[
        :MOST_SEGMENTS
    ]:
        promise = estimates.next_share(round(share.value * share.n), share.n)
        yield _proposal(
            Kind.SEGMENT_ADD,
            f"segment:{pk}",
            share.label,
            (False, True),
            "segment_response",
            promise,
            [share, gap],
            share.n,
        )


def _clear(share: Finding | None, gap: Finding | None) -> bool:
    return bool(
        share and gap and share.value is not None and gap.value is not None and share.n >= ENOUGH
    )


def _timing(found: dict[str, Finding], plan: Plan) -> Iterator[Proposal]:
    """The hour that clearly did better than the planned one, if any; the clearest of several."""
    better = []
    for subject, gap in found.items():
        if (
            subject.startswith("gap:hour:")
            and _clear(found.get(subject.removeprefix("gap:")), gap)
            and gap.low > 0
        ):
            better.append((gap.low, int(subject.rpartition(":")[2]), gap))
    if not better:
        return
    _low, hour, gap = max(better)
    share = found[f"hour:{hour}"]
    promise = estimates.next_share(round(share.value * share.n), share.n)
    evidence_rows = [share, gap, *filter(None, [found.get(f"hour:{plan.send_hour}")])]
    yield _proposal(
        Kind.TIMING,
        "send_hour",
        {},
        (plan.send_hour, hour),
        "hour_response",
        promise,
        evidence_rows,
        share.n,
    )


def _standards(found: dict[str, Finding], plan: Plan) -> Iterator[Proposal]:
    """A target outside the interval of what was reached moves to the nearer end of that interval."""
    for metric, (target, direction) in plan.standards.items():
        finding = found.get(f"standard:{metric}")
        if finding is None or finding.value is None or finding.low <= target <= finding.high:
            continue
        after = _round(metric, finding.low if finding.low > target else finding.high)
        if abs(after - target) < SMALLEST_RECALIBRATION * abs(target) or (
            after <= 0 and metric != "nps"
        ):
            continue
        measured = Estimate(finding.value, finding.low, finding.high, finding.n, LEVEL)
        yield _proposal(
            Kind.STANDARD,
            f"standard:{metric}",
            {"direction": direction},
            (target, after),
            metric,
            estimates.next_value(measured),
            [finding],
            finding.n,
        )


def _round(metric: str, value: float) -> float:
    return float(round(value)) if metric in COUNTED else round(value, 1)
