"""The figures of a survey's results by their names, each leading to the answers it counts."""

from core.disclosure import Missing
from core.measures import NamedFigure, NamedMeasure
from feedback.surveys import named
from feedback.surveys.overview import ChannelRow, Headline, SegmentRow, ShownMean


def of_the_whole(found: Headline) -> dict[str, NamedFigure]:
    """What stands above the charts, by the names of the template."""
    return {
        "answers": named.ANSWERS.read(found.n),
        "flagged": named.FLAGGED.read(found.flagged),
        "satisfaction": of_mean(found.satisfaction, named.SATISFACTION),
        "nps": of_mean(found.nps, named.NPS),
    }


def of_mean(mean: ShownMean | None, measure: NamedMeasure) -> NamedFigure:
    """A mean with its interval at its level; not measured where the survey does not ask for it."""
    if mean is None:
        return measure.read(Missing.NOT_MEASURED)
    told = {"n": mean.n, "low": mean.low, "high": mean.high, "interval": mean.interval}
    if mean.interval:
        told["level"] = measure.level
    if mean.has_value:
        told["text"] = str(mean)
    return measure.read(mean.value, **told)


def of_channel(row: ChannelRow) -> list[NamedFigure]:
    """Answers by a channel, readers reached, and the share of these who answered."""
    about = f"channel:{row.channel or 'unknown'}"
    href = ""
    if row.channel is not None and row.n.is_shown:
        href = f"?only=channel:{row.channel}"
    return [
        named.CHANNEL_ANSWERS.read(row.n, about=about, href=href),
        named.CHANNEL_REACHED.read(row.delivered, about=about),
        named.CHANNEL_RATE.read(rate_of(row), about=about, n=row.delivered),
    ]


def rate_of(row: ChannelRow) -> float | Missing:
    """The share of those reached who answered; of fewer than are shown it cannot be said."""
    if row.rate is None:
        return Missing.NOT_MEASURED
    if isinstance(row.rate, Missing):
        return row.rate
    if (row.delivered.public_number or 0) < named.CHANNEL_RATE.least:
        return Missing.CANNOT_SAY
    return row.rate


def of_segment(row: SegmentRow) -> NamedFigure:
    """Answers of the members of a segment."""
    href = ""
    if row.n.is_shown:
        href = f"?only=segment:{row.segment}"
    return named.SEGMENT_ANSWERS.read(row.n, about=f"segment:{row.segment}", href=href)
