from django.utils.translation import gettext as _

from analytics.month.figures import Month
from core import charts
from core.charts import Chart
from crm.readers.models import Activity
from feedback.voices.models import Voice

#: Kinds of activity drawn as lines of their own; the rest is in the table.
MOST_LINES = 5


def _labels(month: Month) -> list[str]:
    return [f"{start:%Y-%m}" for start in month.months]


def contributors(month: Month, as_of) -> Chart:
    """Contributors of thirteen months, this one in the accent colour.

    Newcomers stand in the table.
    """
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
    rows = [
        [label, *values] for label, *values in zip(_labels(month), *series.values(), strict=True)
    ]
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
        str(names.get(kind, kind)): month.series("voices_received", kind)
        for kind in month.kinds("voices_received")
    }
    rows = [
        [label, *values, rate]
        for label, rate, *values in zip(
            _labels(month),
            [month.complaints_per_visits(m) for m in month.months],
            *series.values(),
            strict=True,
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
