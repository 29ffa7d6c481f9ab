"""The charts of the month page: thirteen months of facts each."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from analytics.month.figures import Month
from analytics.month.words import metric_name
from core.charts import Chart, bars, in_words, lines
from core.disclosure import Count, Missing
from crm.readers.models import Activity
from feedback.voices.models import Voice

#: Kinds of activity drawn as rows of their own; more could not be told apart. The rest is in the
#: table.
MOST_ROWS = 5


def _labels(month: Month) -> list[str]:
    """The months as they stand under a chart: "2026-10", the oldest first."""
    return [f"{start:%Y-%m}" for start in month.months]


def _rows(labels: Sequence[str], *columns: Sequence) -> list[list]:
    """A table with one row per month."""
    return list(map(list, zip(labels, *columns, strict=True)))


def _named(series: Mapping[str, list], names: Mapping) -> dict[str, list]:
    """By the kind's name; a kind nobody knows any more keeps its code."""
    return {str(names.get(kind, kind)): values for kind, values in series.items()}


def _sentences(labels: Sequence[str], counts: Sequence[Count], said: str, absent: str) -> list[str]:
    """What each month of a row says: ``said`` with its %(n)s, ``absent`` where it is not told.

    Both are whole sentences with %(month)s in them; ``absent`` has the sign as %(why)s.
    """
    sentences = []
    for label, count in zip(labels, counts, strict=True):
        told = count.protected()
        message = said if told.is_shown else absent
        sentences.append(message % {"month": in_words(label), "n": told, "why": told})
    return sentences


def contributors(month: Month, as_of: datetime | None) -> Chart:
    """Contributors of thirteen months, this one in the accent colour.

    Newcomers stand in the table and in what each bar says.
    """
    labels = _labels(month)
    everyone = month.counts("contributors")
    new = list(map(month.newcomers, month.months))
    name = _("Contributors")
    sentences = list(map(contributors_in_words, labels, everyone, new))
    return Chart(
        id="contributors",
        figure=bars(labels, {name: everyone}, last=True, sentences={name: sentences}),
        caption=_("Contributors per month: different readers, counted anew for each month"),
        columns=[_("Month"), name, _("First-time contributors")],
        rows=_rows(labels, everyone, new),
        n=month.count("contributors"),
        as_of=as_of,
    )


def contributors_in_words(label: str, everyone: Count, new: Count) -> str:
    """What a bar of the contributors says: how many there were, and how many for the first time."""
    told, first = everyone.protected(), new.protected()
    parts = {"month": in_words(label), "n": told, "new": first}
    if not told.is_shown:
        return _("%(month)s: contributors %(n)s") % parts
    if not first.is_shown:
        return _("%(month)s: %(n)s contributors") % parts
    return _("%(month)s: %(n)s contributors, %(new)s of them for the first time") % parts


def small(month: Month, metric: str, as_of: datetime | None) -> Chart:
    """The thirteen months of a tile, drawn beside its number; a month that lacks days is a gap."""
    labels = _labels(month)
    counts = [month.compared(metric, start) for start in month.months[:-1]]
    counts.append(month.count(metric))
    return Chart(
        id=f"small-{metric}",
        figure=bars(labels, {metric_name(metric): counts}, last=True),
        caption=_("%(figure)s, thirteen months in numbers") % {"figure": metric_name(metric)},
        columns=[_("Month"), metric_name(metric)],
        rows=_rows(labels, counts),
        n=month.count(metric),
        as_of=as_of,
    )


def activities(month: Month, as_of: datetime | None) -> Chart:
    """What readers did, by kind: the MOST_ROWS most frequent are drawn, each on a scale of its own,
    and all stand in the table. A month of which days are missing is a gap in the line; the table
    has what there is of it, and what it lacks.
    """
    labels = _labels(month)
    done = month.done_by_kind()
    names = dict(Activity.Kind.choices)
    drawn, sentences = _rows_of_kinds(month, labels, done, names)
    series = _named(done, names)
    lacking = [" ".join(month.recorded.lacking(done, start)) for start in month.months]
    columns, cells = [_("Month"), *series], list(series.values())
    notes = []
    if len(series) > MOST_ROWS:
        notes.append(_("the five most frequent kinds are drawn"))
    if any(lacking):
        columns.append(_("Not recorded"))
        cells.append(lacking)
    return Chart(
        id="activities",
        figure=lines(labels, drawn, sentences=sentences),
        caption=_("What readers did, rows per month by kind, each kind on a scale of its own"),
        columns=columns,
        rows=_rows(labels, *cells),
        n=month.done(),
        as_of=as_of,
        note=" · ".join(notes),
    )


def _rows_of_kinds(
    month: Month, labels: Sequence[str], done: Mapping[str, list[Count]], names: Mapping
) -> tuple[dict[str, list[Count]], dict[str, list[str]]]:
    """Values and sentences of the most frequent kinds, by name."""
    drawn, sentences = {}, {}
    for kind in list(done)[:MOST_ROWS]:
        name = str(names.get(kind, kind))
        whole, said = [], []
        for label, start, count in zip(labels, month.months, done[kind], strict=True):
            is_whole = month.is_whole(kind, start)
            whole.append(count if is_whole else Count.without(Missing.CANNOT_SAY))
            said.append(activity_in_words(label, name, count, is_whole=is_whole))
        drawn[name], sentences[name] = whole, said
    return drawn, sentences


def activity_in_words(label: str, kind: str, count: Count, *, is_whole: bool) -> str:
    """What a point of the activities says: how often, or why there is none."""
    told = count.protected()
    parts = {"month": in_words(label), "kind": kind, "n": told}
    if told.is_shown and not is_whole:
        return _("%(month)s: %(kind)s, not recorded on all days") % parts
    if not told.is_shown:
        return _("%(month)s: %(kind)s, %(n)s") % parts
    return _("%(month)s: %(kind)s, %(n)s times") % parts


def echo(month: Month, as_of: datetime | None) -> Chart:
    """What went out and what came back: mails, links that were followed, answers, each on a scale
    of its own. Of one campus none of the three is told.
    """
    labels = _labels(month)
    counts = {
        _("Mails sent"): month.counts("deliveries_sent"),
        _("Links followed"): month.counts("clicks"),
        _("Survey answers"): month.counts("answers"),
    }
    said = [
        (_("%(month)s: %(n)s mails sent"), _("%(month)s: mails sent, %(why)s")),
        (_("%(month)s: links followed %(n)s times"), _("%(month)s: links followed, %(why)s")),
        (_("%(month)s: %(n)s survey answers"), _("%(month)s: survey answers, %(why)s")),
    ]
    sentences = {}
    for (name, column), (told, absent) in zip(counts.items(), said, strict=True):
        sentences[name] = _sentences(labels, column, told, absent)
    return Chart(
        id="echo",
        figure=lines(labels, counts, sentences=sentences),
        caption=_(
            "What went out and what came back, rows per month, each kind on a scale of its own"
        ),
        columns=[_("Month"), *counts],
        rows=_rows(labels, *counts.values()),
        n=month.count("deliveries_sent"),
        as_of=as_of,
    )


def voices(month: Month, as_of: datetime | None) -> Chart:
    """What readers said, a row for each kind, with the visits of each month and the complaints per
    1,000 of them in the table.
    """
    labels = _labels(month)
    counts = _named(month.counts_by_kind("voices_received"), dict(Voice.Kind.choices))
    visits = [month.visits(start).count for start in month.months]
    complaints = list(map(month.complaints_per_visits, month.months))
    return Chart(
        id="voices",
        figure=bars(labels, counts, last=True),
        caption=_("What readers told us, by kind, each kind on a scale of its own"),
        columns=[_("Month"), *counts, _("Visits"), _("Complaints per 1,000 visits")],
        rows=_rows(labels, *counts.values(), visits, complaints),
        n=month.count("voices_received"),
        as_of=as_of,
    )
