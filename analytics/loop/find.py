"""What an evaluation says: one found figure per subject, with interval, n and the rows behind it.
Pure.

A figure that rests on too few rows, or would betray one to four persons, is found without a value:
"cannot say".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from analytics.loop import subjects
from analytics.loop.figures.shapes import ChannelResult, Results, SegmentResult
from analytics.loop.inputs.experiment import HELD_OUT
from analytics.loop.measures import EffortBasis, Figure
from analytics.loop.models import Finding
from analytics.loop.subjects import Subject

Kind = Finding.Kind


@dataclass(frozen=True)
class RowFilter:
    """Which deliveries a figure rests on; what is None does not narrow them.

    ``comparison``: all of the campaign, sent or held out. ``readers``: each reader once, whatever
    the number of their mails.
    """

    comparison: bool = False
    readers: bool = False
    channel: str | None = None
    segment: int | None = None
    hour: int | None = None
    survey: int | None = None


@dataclass(frozen=True)
class Found:
    """One thing the evaluation says.

    ``names``: of the row the subject names, in both languages.
    """

    kind: Kind
    subject: Subject
    figure: Figure
    names: dict[str, str] = field(default_factory=dict)
    rows: RowFilter = RowFilter()


def find(results: Results) -> list[Found]:
    """Everything that ``results`` say, in the order a report shows it."""
    return [
        _lift(results),
        *_channels(results),
        *_segments(results),
        *_unchosen_segments(results),
        *_hours(results),
        *_arms(results),
        *_standards(results),
        *_surveys(results),
        _cost(results),
    ]


def _lift(results: Results) -> Found:
    """The difference between the two arms, with the rows of both behind it."""
    return Found(Kind.LIFT, subjects.LIFT, results.difference, rows=RowFilter(comparison=True))


def _channels(results: Results) -> Iterator[Found]:
    """One for each channel of the plan, those that sent nothing too."""
    for channel in results.channels:
        yield Found(
            kind=Kind.CHANNEL,
            subject=Subject.channel(channel.channel),
            figure=_channel_figure(channel, results.basis),
            names=channel.name,
            rows=RowFilter(channel=channel.channel),
        )


def _channel_figure(channel: ChannelResult, basis: EffortBasis) -> Figure:
    """Responses per effort. Where they were not measured, or are withheld, a silent figure with
    what was sent as its n, None where that is not told.
    """
    if channel.responses_told is not None:
        return channel.per_effort
    sent = None
    if channel.sent is not None:
        sent = channel.sent.public_number
    return Figure.silent(sent, basis.measure)


def _segments(results: Results) -> Iterator[Found]:
    """For each segment that was addressed, what is found of it."""
    for segment in results.segments:
        yield from _segment(segment)


def _unchosen_segments(results: Results) -> Iterator[Found]:
    """Only those of which something can be said: nobody asked about the others."""
    for unchosen in results.unchosen_segments:
        if unchosen.result.difference.says:
            yield from _segment(unchosen.result)


def _segment(segment: SegmentResult) -> Iterator[Found]:
    """Its response, and the difference to the others."""
    names = {"zh-hans": segment.name, "en": segment.name}
    subject = Subject.segment(segment.pk)
    rows = RowFilter(segment=segment.pk)
    yield Found(Kind.SEGMENT, subject, segment.response, names, rows)
    yield Found(Kind.SEGMENT, Subject.gap(subject), segment.difference, names, rows)


def _hours(results: Results) -> Iterator[Found]:
    """Response by hour, and the difference to the planned hour, which has none itself: the others
    are compared with it.
    """
    for hour in results.hours:
        subject = Subject.hour(hour.hour)
        rows = RowFilter(hour=hour.hour)
        yield Found(Kind.TIMING, subject, hour.response, rows=rows)
        if hour.difference is not None:
            yield Found(Kind.TIMING, Subject.gap(subject), hour.difference, rows=rows)


def _arms(results: Results) -> Iterator[Found]:
    """Each arm against those held out, and each new one against the arm it is compared with; none
    where only one was drawn to be addressed, as in a campaign without a draw of its own.
    """
    if results.judgement is None:
        return
    rows = RowFilter(comparison=True)
    names = {arm.arm: arm.name for arm in results.judgement.effect.arms}
    if len(names.keys() - {HELD_OUT}) < 2:
        return
    for arm in results.judgement.effect.arms:
        if arm.effect.says:
            yield Found(Kind.ARM, Subject.arm(arm.arm), arm.effect, arm.name, rows)
    for gap in results.judgement.gaps:
        if gap.figure is not None:
            name = names.get(gap.subject.key, {})
            yield Found(Kind.ARM, Subject.gap(gap.subject), gap.figure, name, rows)


def _standards(results: Results) -> Iterator[Found]:
    """What each locked standard reached; whether that is enough is not said here."""
    for result in results.standards:
        yield Found(Kind.STANDARD, Subject.standard(result.standard.metric), result.reached)


def _surveys(results: Results) -> Iterator[Found]:
    """Satisfaction and recommendation of each survey that asks for them."""
    for survey in results.surveys:
        for figure in (survey.satisfaction, survey.nps):
            # What the survey does not ask for is no finding, not even "cannot say".
            if figure is None:
                continue
            yield Found(
                kind=Kind.SURVEY,
                subject=Subject.survey(survey.survey, figure.measure),
                figure=figure,
                names=survey.title,
                rows=RowFilter(survey=survey.survey),
            )


def _cost(results: Results) -> Found:
    """Yuan for each response over all channels."""
    return Found(Kind.COST, subjects.COST_PER_RESPONSE, results.costs.per_response)
