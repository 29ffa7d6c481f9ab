"""The charts of the insight pages, made from figures that are already computed."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from analytics.loop.models import Evaluation, Finding
from analytics.loop.words import unit_name
from core import charts
from core.charts import Chart
from core.localised import localised

#: Kinds of activity drawn as lines of their own; the rest is in the table.
MOST_LINES = 5


def channels(evaluation: Evaluation) -> Chart:
    """Responses per effort of each channel with interval."""
    rows = evaluation.results["channels"]
    names = [localised(row["name"]) for row in rows]
    unit = f"per_{evaluation.results['basis']}"
    figures = [row["per_effort"] for row in rows]
    return Chart(
        id="channels",
        figure=charts.intervals(names, *_points(figures)),
        caption=_("%(unit)s, by channel, with 90 %% interval")
        % {"unit": unit_name(unit).capitalize()},
        columns=[
            _("Channel"),
            _("Value"),
            _("From"),
            _("To"),
            _("Responses"),
            _("Share of the plan, %"),
        ],
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
        caption=_(
            "Difference in percentage points with its 90-percent interval; the dotted line is no effect"
        ),
        columns=[_("Group"), _("Readers"), _("With a visit, loan, event or contribution")],
        rows=[
            [_("Drawn to be addressed"), figure["treated"], figure["treated_active"]],
            [_("Held out"), figure["holdout"], figure["holdout_active"]],
        ],
        n=figure["n"],
        as_of=evaluation.as_of,
        note=_("in whole points, because exact figures would tell of few readers")
        if blurred
        else "",
    )


def responses(evaluation: Evaluation, findings: Sequence[Finding]) -> Chart | None:
    """Response of each addressed segment with interval."""
    shares = [f for f in findings if f.kind == Finding.Kind.SEGMENT and f.unit == "share"]
    if not shares:
        return None
    names = [finding.title for finding in shares]
    points, bounds = _points(
        [{"value": f.value, "low": f.low, "high": f.high} for f in shares], scale=100
    )
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
    bounds = [
        None if f["value"] is None else (f["low"] * scale, f["high"] * scale) for f in figures
    ]
    return points, bounds
