"""The charts of the insight pages, made from figures that are already computed."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from analytics import wording
from analytics.models import Evaluation, Finding
from analytics.models.loop import localised
from analytics.month import Month
from crm import charts
from crm.charts import Chart
from crm.models import Activity
from feedback.models import Voice

#: Kinds of activity drawn as lines of their own; the rest is in the table.
MOST_LINES = 5


def _labels(month: Month) -> list[str]:
    return [f"{start:%Y-%m}" for start in month.months]


def contributors(month: Month, as_of) -> Chart:
    """Contributors of thirteen months, this one in the accent colour; newcomers stand in the table."""
    everyone, new = month.series("contributors"), month.series("new_contributors")
    return Chart(
        id="contributors",
        figure=charts.bars(_labels(month), {_("Contributors"): everyone}, last=True),
        caption=_("Contributors per month: different readers, counted anew for each month"),
        columns=[_("Month"), _("Contributors"), _("First-time contributors")],
        rows=list(zip(_labels(month), everyone, new, strict=True)),
        n=month.get("contributors"),
        as_of=as_of,
    )


def activities(month: Month, as_of) -> Chart:
    """What readers did, by kind."""
    names = dict(Activity.Kind.choices)
    kinds = month.kinds("activities")
    series = {str(names.get(kind, kind)): month.series("activities", kind) for kind in kinds}
    rows = [[label, *values] for label, *values in zip(_labels(month), *series.values(), strict=True)]
    return Chart(
        id="activities",
        figure=charts.lines(_labels(month), dict(list(series.items())[:MOST_LINES])),
        caption=_("What readers did, rows per month by kind"),
        columns=[_("Month"), *series],
        rows=rows,
        n=month.get("activities"),
        as_of=as_of,
        note=_("the five most frequent kinds are drawn") if len(kinds) > MOST_LINES else "",
    )


def echo(month: Month, as_of) -> Chart:
    """What went out and what came back."""
    series = {
        _("Mails sent"): month.series("deliveries_sent"),
        _("Links followed"): month.series("clicks"),
        _("Survey answers"): month.series("answers"),
    }
    return Chart(
        id="echo",
        figure=charts.lines(_labels(month), series),
        caption=_("What went out and what came back, rows per month"),
        columns=[_("Month"), *series],
        rows=[list(row) for row in zip(_labels(month), *series.values(), strict=True)],
        n=month.get("deliveries_sent"),
        as_of=as_of,
    )


def voices(month: Month, as_of) -> Chart:
    """What readers said, by kind."""
    names = dict(Voice.Kind.choices)
    series = {
        str(names.get(kind, kind)): month.series("voices_received", kind) for kind in month.kinds("voices_received")
    }
    rows = [
        [label, *values, rate]
        for label, rate, *values in zip(
            _labels(month), [month.complaints_per_visits(m) for m in month.months], *series.values(), strict=True
        )
    ]
    return Chart(
        id="voices",
        figure=charts.bars(_labels(month), series, stacked=True),
        caption=_("What readers told us, by kind"),
        columns=[_("Month"), *series, _("Complaints per 1,000 visits")],
        rows=rows,
        n=month.get("voices_received"),
        as_of=as_of,
    )


def channels(evaluation: Evaluation) -> Chart:
    """Responses per effort of each channel with interval."""
    rows = evaluation.results["channels"]
    names = [localised(row["name"]) for row in rows]
    unit = f"per_{evaluation.results['basis']}"
    figures = [row["per_effort"] for row in rows]
    return Chart(
        id="channels",
        figure=charts.intervals(names, *_points(figures)),
        caption=_("%(unit)s, by channel, with 90 %% interval") % {"unit": wording.unit_name(unit).capitalize()},
        columns=[_("Channel"), _("Value"), _("From"), _("To"), _("Responses"), _("Share of the plan, %")],
        rows=[
            [name, f["value"], f["low"], f["high"], row["responses"], row["share"]]
            for name, f, row in zip(names, figures, rows, strict=True)
        ],
        n=evaluation.results["response"]["n"],
        as_of=evaluation.as_of,
    )


def lift(evaluation: Evaluation) -> Chart | None:
    """The effect against the holdout, with zero marked; None where nothing can be said."""
    figure = evaluation.results["lift"]
    if figure["value"] is None:
        return None
    blurred = figure["treated_active"] is None
    label = _("Effect against the holdout")
    points, bounds = _points([figure], scale=100)
    return Chart(
        id="lift",
        figure=charts.intervals([label], points, bounds, reference=0),
        caption=_("Difference in percentage points with its 90-percent interval; the dotted line is no effect"),
        columns=[_("Group"), _("Readers"), _("With a visit, loan, event or contribution")],
        rows=[
            [_("Drawn to be addressed"), figure["treated"], figure["treated_active"]],
            [_("Held out"), figure["holdout"], figure["holdout_active"]],
        ],
        n=figure["n"],
        as_of=evaluation.as_of,
        note=_("in whole points, because exact figures would tell of few readers") if blurred else "",
    )


def responses(evaluation: Evaluation, findings: Sequence[Finding]) -> Chart | None:
    """Response of each addressed segment with interval."""
    shares = [f for f in findings if f.kind == Finding.Kind.SEGMENT and f.unit == "share"]
    if not shares:
        return None
    names = [finding.title for finding in shares]
    points, bounds = _points([{"value": f.value, "low": f.low, "high": f.high} for f in shares], scale=100)
    return Chart(
        id="segments",
        figure=charts.intervals(names, points, bounds),
        caption=_("Response by segment in percent, with its 90-percent interval"),
        columns=[_("Segment"), _("Response, %"), _("From"), _("To"), _("Readers addressed")],
        rows=[
            [name, point, *(bound or (None, None)), f.n]
            for name, point, bound, f in zip(names, points, bounds, shares, strict=True)
        ],
        n=sum(f.n for f in shares),
        as_of=evaluation.as_of,
        note=_("a reader may be in several segments"),
    )


def _points(figures: Sequence[dict], *, scale: float = 1) -> tuple[list, list]:
    points = [None if f["value"] is None else f["value"] * scale for f in figures]
    bounds = [None if f["value"] is None else (f["low"] * scale, f["high"] * scale) for f in figures]
    return points, bounds
