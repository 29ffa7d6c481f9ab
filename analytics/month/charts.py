"""The charts of the month page: thirteen months of facts each."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from analytics.month.figures import Month
from core import charts
from core.charts import Chart
from crm.readers.models import Activity
from feedback.voices.models import Voice

#: Kinds of activity drawn as lines of their own; the rest is in the table.
MOST_LINES = 5
Series = dict[str, list[int | None]]


def _labels(month: Month) -> list[str]:
    return [f"{start:%Y-%m}" for start in month.months]


def _rows(labels: Sequence[str], *columns: Sequence) -> list[list]:
    """A table with one row per month."""
    return [list(row) for row in zip(labels, *columns, strict=True)]


def _series_by_kind(month: Month, metric: str, names: Mapping) -> Series:
    """By the kind's name; a kind nobody knows any more keeps its code."""
    series = {}
    for kind in month.kinds(metric):
        series[str(names.get(kind, kind))] = month.series(metric, kind)
    return series


def contributors(month: Month, as_of: datetime | None) -> Chart:
    """Contributors of thirteen months, this one in the accent colour.

    Newcomers stand in the table.
    """
    labels = _labels(month)
    everyone, new = month.series("contributors"), month.series("new_contributors")
    return Chart(
        id="contributors",
        figure=charts.bars(labels, {_("Contributors"): everyone}, last=True),
        caption=_("Contributors per month: different readers, counted anew for each month"),
        columns=[_("Month"), _("Contributors"), _("First-time contributors")],
        rows=_rows(labels, everyone, new),
        n=month.get("contributors"),
        as_of=as_of,
    )


def activities(month: Month, as_of: datetime | None) -> Chart:
    """What readers did, by kind."""
    labels = _labels(month)
    series = _series_by_kind(month, "activities", dict(Activity.Kind.choices))
    note = ""
    if len(series) > MOST_LINES:
        note = _("the five most frequent kinds are drawn")
    return Chart(
        id="activities",
        figure=charts.lines(labels, dict(list(series.items())[:MOST_LINES])),
        caption=_("What readers did, rows per month by kind"),
        columns=[_("Month"), *series],
        rows=_rows(labels, *series.values()),
        n=month.get("activities"),
        as_of=as_of,
        note=note,
    )


def echo(month: Month, as_of: datetime | None) -> Chart:
    """What went out and what came back."""
    labels = _labels(month)
    series = {
        _("Mails sent"): month.series("deliveries_sent"),
        _("Links followed"): month.series("clicks"),
        _("Survey answers"): month.series("answers"),
    }
    return Chart(
        id="echo",
        figure=charts.lines(labels, series),
        caption=_("What went out and what came back, rows per month"),
        columns=[_("Month"), *series],
        rows=_rows(labels, *series.values()),
        n=month.get("deliveries_sent"),
        as_of=as_of,
    )


def voices(month: Month, as_of: datetime | None) -> Chart:
    """What readers said, by kind."""
    labels = _labels(month)
    series = _series_by_kind(month, "voices_received", dict(Voice.Kind.choices))
    complaints = [month.complaints_per_visits(start) for start in month.months]
    return Chart(
        id="voices",
        figure=charts.bars(labels, series, stacked=True),
        caption=_("What readers told us, by kind"),
        columns=[_("Month"), *series, _("Complaints per 1,000 visits")],
        rows=_rows(labels, *series.values(), complaints),
        n=month.get("voices_received"),
        as_of=as_of,
    )
