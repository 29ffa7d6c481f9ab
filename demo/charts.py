"""Charts for the page of the components: each kind, with what is hidden, missing and capped."""

from datetime import date

from django.utils.translation import gettext as _

from core.charts import Chart, bars, flat_bars, intervals, lines
from core.disclosure import Count

MONTHS = [f"2026-{month:02}" for month in range(1, 11)]
DAY = date(2026, 11, 9)
CONTRIBUTORS = [38, 28, 62, 70, 65, 3, 42, 38, 90, 118]
VISITS = [30_100, 18_400, 45_000, 52_000, 50_100, None, 20_000, 18_000, 43_000, 40_870]


def shown_charts() -> list[Chart]:
    """One of each kind, and one of which every number is too small to be drawn."""
    return [over_months(), in_rows(), of_answers(), of_reads(), of_channels(), of_nothing()]


def over_months() -> Chart:
    """Bars, one of them hidden, the newest in the accent colour."""
    counts = list(map(Count.of, CONTRIBUTORS))
    name = _("Contributors")
    return Chart(
        id="bars",
        figure=bars(MONTHS, {name: counts}, last=True),
        caption=name,
        columns=[_("Month"), name],
        rows=list(zip(MONTHS, counts, strict=True)),
        n=counts[-1],
        as_of=DAY,
    )


def in_rows() -> Chart:
    """Two lines whose sizes differ, with a gap and a hidden month."""
    visits, contributors = list(map(Count.of, VISITS)), list(map(Count.of, CONTRIBUTORS))
    series = {_("Visits"): visits, _("Contributors"): contributors}
    return Chart(
        id="rows",
        figure=lines(MONTHS, series),
        caption=_("Each row has a scale of its own"),
        columns=[_("Month"), *series],
        rows=list(zip(MONTHS, visits, contributors, strict=True)),
        as_of=DAY,
    )


def of_answers() -> Chart:
    """Bars that lie, one of them hidden."""
    answers = [_("Yes"), _("No"), _("Not sure")]
    counts = list(map(Count.of, (318, 40, 3)))
    return Chart(
        id="answers",
        figure=flat_bars(answers, counts),
        caption=_("Readers by their answer"),
        columns=[_("Answer"), _("Readers")],
        rows=list(zip(answers, counts, strict=True)),
        as_of=DAY,
    )


def of_reads() -> Chart:
    """A bar that is capped, and one that nobody measured."""
    houses = [_("A library with many reads"), _("A library with few"), _("A library without")]
    reads = [100_000, 23_410, None]
    return Chart(
        id="reads",
        figure=flat_bars(houses, reads, capped=[True, False, False]),
        caption=_("Reads of one article"),
        columns=[_("Library"), _("Reads")],
        rows=list(zip(houses, reads, strict=True)),
        as_of=DAY,
    )


def of_channels() -> Chart:
    """Estimates with their intervals, one of them unknown."""
    names = [_("E-mail"), _("Poster"), _("Post")]
    points, bounds = [4.2, 8.2, None], [(3.1, 5.2), (3.1, 13.3), None]
    return Chart(
        id="intervals",
        figure=intervals(names, points, bounds, reference=0),
        caption=_("Responses per ¥100"),
        columns=[_("Channel"), _("Value")],
        rows=list(zip(names, points, strict=True)),
        as_of=DAY,
    )


def of_nothing() -> Chart:
    """Only numbers that may not be told."""
    counts = [Count.of(3)] * len(MONTHS)
    name = _("Contributors")
    return Chart(
        id="nothing",
        figure=bars(MONTHS, {name: counts}),
        caption=name,
        columns=[_("Month"), name],
        rows=list(zip(MONTHS, counts, strict=True)),
        as_of=DAY,
    )
