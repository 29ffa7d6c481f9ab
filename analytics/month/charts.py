"""The charts of the month page: thirteen months of facts each."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from analytics.month.figures import Month
from core import charts, curves
from core.charts import Chart, all_withheld, are_withheld, heights
from core.disclosure import Count
from crm.readers.models import Activity
from feedback.voices.models import Voice

#: Kinds of activity drawn as lines of their own; more could not be told apart. The rest is in the
#: table.
MOST_LINES = 5


def _labels(month: Month) -> list[str]:
    """The months as they stand under a chart: "2026-10", the oldest first."""
    return [f"{start:%Y-%m}" for start in month.months]


def _rows(labels: Sequence[str], *columns: Sequence) -> list[list]:
    """A table with one row per month."""
    return list(map(list, zip(labels, *columns, strict=True)))


def _named(series: Mapping[str, list], names: Mapping) -> dict[str, list]:
    """By the kind's name; a kind nobody knows any more keeps its code."""
    return {str(names.get(kind, kind)): values for kind, values in series.items()}


def _drawn(counts: Mapping[str, list[Count]]) -> dict[str, list[int | None]]:
    """Heights by name; a count that is not told has None."""
    return {name: heights(column) for name, column in counts.items()}


def _whole_heights(month: Month, kind: str, counts: list[Count]) -> list[int | None]:
    """Values of a line, one a month, with a gap (None) for each month that is not recorded on all
    days. ``counts``: of every month.
    """
    values = []
    for start, value in zip(month.months, heights(counts), strict=True):
        values.append(value if month.is_whole(kind, start) else None)
    return values


def contributors(month: Month, as_of: datetime | None) -> Chart:
    """Contributors of thirteen months, this one in the accent colour.

    Newcomers stand in the table.
    """
    labels = _labels(month)
    everyone = month.counts("contributors")
    new = list(map(month.newcomers, month.months))
    return Chart(
        id="contributors",
        figure=charts.bars(
            labels,
            {_("Contributors"): heights(everyone)},
            last=True,
            hidden=are_withheld(everyone),
        ),
        caption=_("Contributors per month: different readers, counted anew for each month"),
        columns=[_("Month"), _("Contributors"), _("First-time contributors")],
        rows=_rows(labels, everyone, new),
        n=month.count("contributors"),
        as_of=as_of,
    )


def activities(month: Month, as_of: datetime | None) -> Chart:
    """What readers did, by kind: the MOST_LINES most frequent are drawn, all stand in the table. A
    month of which days are missing is a gap in the line; the table has what there is of it, and
    what it lacks.
    """
    labels = _labels(month)
    names = dict(Activity.Kind.choices)
    done = month.done_by_kind()
    series = _named(done, names)
    drawn = {kind: _whole_heights(month, kind, counts) for kind, counts in done.items()}
    most_frequent = dict(list(_named(drawn, names).items())[:MOST_LINES])
    lacking = [" ".join(month.recorded.lacking(done, start)) for start in month.months]
    is_hidden = bool(series) and all(all_withheld(*series.values()))
    columns, cells = [_("Month"), *series], list(series.values())
    notes = []
    if len(series) > MOST_LINES:
        notes.append(_("the five most frequent kinds are drawn"))
    if any(lacking):
        columns.append(_("Not recorded"))
        cells.append(lacking)
        notes.append(_("a gap: not recorded on all days"))
    return Chart(
        id="activities",
        figure=curves.lines(labels, most_frequent, hidden=is_hidden),
        caption=_("What readers did, rows per month by kind"),
        columns=columns,
        rows=_rows(labels, *cells),
        n=month.done(),
        as_of=as_of,
        note=" · ".join(notes),
    )


def echo(month: Month, as_of: datetime | None) -> Chart:
    """What went out and what came back: mails, links that were followed, answers. Of one campus
    none of the three is told.
    """
    labels = _labels(month)
    counts = {
        _("Mails sent"): month.counts("deliveries_sent"),
        _("Links followed"): month.counts("clicks"),
        _("Survey answers"): month.counts("answers"),
    }
    return Chart(
        id="echo",
        figure=curves.lines(labels, _drawn(counts), hidden=all(all_withheld(*counts.values()))),
        caption=_("What went out and what came back, rows per month"),
        columns=[_("Month"), *counts],
        rows=_rows(labels, *counts.values()),
        n=month.count("deliveries_sent"),
        as_of=as_of,
    )


def voices(month: Month, as_of: datetime | None) -> Chart:
    """What readers said, by kind, with the visits of each month and the complaints per 1,000 of
    them in the table.
    """
    labels = _labels(month)
    counts = _named(month.counts_by_kind("voices_received"), dict(Voice.Kind.choices))
    visits = [month.visits(start).count for start in month.months]
    complaints = list(map(month.complaints_per_visits, month.months))
    return Chart(
        id="voices",
        figure=charts.bars(
            labels, _drawn(counts), stacked=True, hidden=all_withheld(*counts.values())
        ),
        caption=_("What readers told us, by kind"),
        columns=[_("Month"), *counts, _("Visits"), _("Complaints per 1,000 visits")],
        rows=_rows(labels, *counts.values(), visits, complaints),
        n=month.count("voices_received"),
        as_of=as_of,
    )
