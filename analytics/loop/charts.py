"""The charts of an evaluation report, made from figures that are already computed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.loop.figures.shapes import Results
from analytics.loop.measures import Figure, Measure
from analytics.loop.models import Finding
from analytics.loop.named.effects import OUTCOME_AMOUNT
from analytics.loop.named.parts import CHANNEL_RESPONSES, SEGMENT_RESPONSE
from analytics.loop.readings import Readings
from analytics.loop.words import estimate_text, finding_name
from core.charts import Chart, intervals, of_estimate
from core.localised import localised
from core.numbers import percent


@dataclass(frozen=True)
class Interval:
    """A point with its bounds as a chart draws them, and in words with their unit; all None and no
    words where nothing can be said.
    """

    point: float | None
    low: float | None
    high: float | None
    printed: str | None = None

    @classmethod
    def of(cls, figure: Figure | Finding, measure: str, *, scale: float = 1) -> "Interval":
        """Value and interval of a figure; ``scale`` 100 prints a share in percent.

        Empty where there is no value.
        """
        if figure.value is None:
            return cls(None, None, None)
        printed = estimate_text(figure, measure)
        return cls(figure.value * scale, figure.low * scale, figure.high * scale, printed)

    @property
    def cells(self) -> list[float | None]:
        """As they stand in the table twin: value, lower and upper end, each None where it is not
        told.
        """
        return [self.point, self.low, self.high]

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Lower and upper end; None where there is nothing to draw."""
        if self.point is None:
            return None
        return self.low, self.high


def _drawn(
    names: Sequence[str],
    found: Sequence[Interval],
    sentences: Sequence[str],
    *,
    reference: float | None = None,
) -> dict:
    """The figure of estimates; ``reference``: where a dotted line stands."""
    points, bounds, texts = [], [], []
    for interval in found:
        points.append(interval.point)
        bounds.append(interval.bounds)
        texts.append(interval.printed)
    return intervals(names, points, bounds, sentences=sentences, texts=texts, reference=reference)


def _level(results: Results) -> str:
    """The level of a report's intervals as whole percent, for the words of a chart."""
    return percent(results.rule.estimate_level, 0)


def channels(readings: Readings, as_of: datetime) -> Chart:
    """Responses per effort of each channel with interval; a channel that was not measured has a row
    and no bar.
    """
    results = readings.results
    names, found, sentences, rows = [], [], [], []
    for channel in results.channels:
        name = localised(channel.name)
        interval = Interval.of(channel.per_effort, channel.per_effort.measure)
        names.append(name)
        found.append(interval)
        sentences.append(of_estimate(name, interval.printed, channel.responses))
        rows.append([name, *interval.cells, channel.responses, channel.share])

    return Chart(
        id="channels",
        figure=_drawn(names, found, sentences),
        caption=_("%(unit)s, by channel, with %(level)s interval")
        % {"unit": readings.effort.label, "level": _level(results)},
        columns=[
            _("Channel"),
            _("Value"),
            pgettext("interval", "From"),
            pgettext("interval", "To"),
            str(CHANNEL_RESPONSES.label),
            _("Share of the plan, %"),
        ],
        rows=rows,
        n=results.response.persons,
        as_of=as_of,
    )


def lift(readings: Readings, as_of: datetime) -> Chart | None:
    """The effect against the holdout, with zero marked; None where nothing can be said."""
    results = readings.results
    if results.is_amount:
        return how_often(readings, as_of)
    effect, arms = results.difference, results.lift
    if not effect.says:
        return None
    note = ""
    if arms.drawn_active.is_withheld:
        note = _("in whole points, because exact figures would tell of few readers")
    interval = Interval.of(effect, effect.measure, scale=100)
    name = _("Lift against the holdout")
    return Chart(
        id="lift",
        figure=_drawn([name], [interval], [of_estimate(name, interval.printed)], reference=0),
        caption=effect_caption(results),
        columns=[_("Group"), _("Readers"), outcome_column(results)],
        rows=[
            [_("Drawn to be addressed"), arms.drawn, arms.drawn_active],
            [_("Held out"), arms.held_out, arms.held_out_active],
        ],
        n=effect.persons,
        as_of=as_of,
        note=note,
    )


def outcome_column(results: Results) -> str:
    """What is counted of both arms: what the plan named, else any outcome."""
    if results.judgement is not None and results.judgement.effect.outcome:
        return _("With the outcome that was named")
    return _("With a visit, loan, event or contribution")


def effect_caption(results: Results) -> str:
    """What the chart of an effect shows; whether it is corrected, which the counts are not."""
    caption = _(
        "Difference in percentage points with its %(level)s interval; the dotted line is no effect"
    )
    if results.judgement is not None and results.judgement.effect.is_adjusted:
        caption = _(
            "Difference in percentage points, corrected by what each reader did before, with its"
            " %(level)s interval; the dotted line is no effect"
        )
    return caption % {"level": _level(results)}


def how_often(readings: Readings, as_of: datetime) -> Chart | None:
    """The difference in how often readers did what was named, per 100 readers, with both arms; None
    where nothing can be said.
    """
    effect, sizes = readings.results.judgement.effect, readings.results.lift
    if not effect.shown.says:
        return None
    # Of 100 readers, as percentage points are.
    interval = Interval.of(effect.shown, effect.shown.measure, scale=100)
    name = str(OUTCOME_AMOUNT.label)
    return Chart(
        id="lift",
        figure=_drawn([name], [interval], [of_estimate(name, interval.printed)], reference=0),
        caption=_(
            "Difference in times per 100 readers with its %(level)s interval; the dotted line is no"
            " effect"
        )
        % {"level": _level(readings.results)},
        columns=[_("Group"), _("Readers"), _("Times per 100 readers")],
        rows=[
            [_("Drawn to be addressed"), sizes.drawn, per_hundred_readers(effect.amount.treated)],
            [_("Held out"), sizes.held_out, per_hundred_readers(effect.amount.held)],
        ],
        n=effect.shown.persons,
        as_of=as_of,
    )


def per_hundred_readers(mean: float | None) -> float | None:
    """How often each reader did it, told of 100 of them; None where it may not be told."""
    if mean is None:
        return None
    return round(mean * 100, 1)


def responses(findings: Iterable[Finding], readings: Readings, as_of: datetime) -> Chart | None:
    """Share of the mails to each segment that brought a response, with interval, in percent; None
    without any. A mail may count in several.
    """
    results = readings.results
    names, found, sentences, rows = [], [], [], []
    mails = 0
    for finding in findings:
        if not _is_response_of_segment(finding):
            continue
        name = finding_name(finding)
        interval = Interval.of(finding, finding.unit, scale=100)
        names.append(name)
        found.append(interval)
        sentences.append(of_estimate(name, interval.printed, finding.persons))
        rows.append([name, *interval.cells, finding.persons])
        mails += finding.n or 0

    if not rows:
        return None
    return Chart(
        id="segments",
        figure=_drawn(names, found, sentences),
        caption=_("Response by segment in percent, with its %(level)s interval")
        % {"level": _level(results)},
        columns=[
            _("Segment"),
            str(SEGMENT_RESPONSE.label),
            pgettext("interval", "From"),
            pgettext("interval", "To"),
            _("Mails sent"),
        ],
        rows=rows,
        n=mails,
        as_of=as_of,
        note=_("a reader may be in several segments"),
    )


def _is_response_of_segment(finding: Finding) -> bool:
    """Not its difference to the others, which is a finding of the same kind."""
    return (finding.kind, finding.unit) == (Finding.Kind.SEGMENT, Measure.RESPONSE)
