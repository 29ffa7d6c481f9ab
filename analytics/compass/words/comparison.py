"""Campaigns compared, in words: what a group is judged by, and what each cell says."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from analytics.compass.comparison import ComparedCampaign, OutcomeGroup, sort_of
from analytics.loop.figures.shapes import CostResult, LiftSilence, Results
from analytics.loop.figures.standards import why_missing
from analytics.loop.measures import Figure, Measure
from analytics.loop.storage import ComparedOutcome
from analytics.loop.storage.outcomes import ANYTHING, LISTED_LOAN
from analytics.loop.words import figure_range, figure_text
from campaigns.experiments.models import NamedOutcome
from campaigns.experiments.words import HOW_OFTEN
from core.disclosure import Missing
from core.listing.tables import Head
from core.measures import CountedIn
from core.numbers import percent

#: The class of the columns that hold numbers.
LOOKS = {"effect": "n", "n": "n", "cost": "n", "outcome_cost": "n"}


def name_of(outcome: ComparedOutcome) -> str:
    """What a group of campaigns is compared by: the outcome and its window, in one line."""
    said = compared_by(outcome)
    if outcome.days is None:
        return _("%(outcome)s, without a last day") % {"outcome": said}
    within = ngettext(
        "%(outcome)s, within %(days)d day", "%(outcome)s, within %(days)d days", outcome.days
    )
    return within % {"outcome": said, "days": outcome.days}


def compared_by(outcome: ComparedOutcome) -> str:
    """The outcome in words, without its window."""
    if outcome.is_amount:
        return str(HOW_OFTEN[NamedOutcome(outcome.code)])
    if outcome.code == ANYTHING:
        return _("Any recorded visit, event, loan or contribution")
    # A report of before 0.4 rests on such a list without a named outcome.
    if outcome.code == LISTED_LOAN and outcome.key:
        return _("A loan from the list “%(list)s”") % {"list": outcome.key}
    return str(NamedOutcome(outcome.code).label)


def stated(figure: Figure, measure: Measure, results: Results) -> str:
    """A figure's value, or why there is none."""
    if figure.says:
        return figure_text(figure)
    return str(why_missing(measure, results))


def interval_text(figure: Figure) -> str:
    """Its interval with the level, empty where nothing is stated."""
    if not figure.says:
        return ""
    values = {"level": percent(figure.level, 0), "interval": figure_range(figure)}
    return _("%(level)s: %(interval)s") % values


def persons_text(figure: Figure) -> str:
    """The number of persons behind a figure; of one that says nothing a dash."""
    if not figure.says:
        return "–"
    return str(figure.persons)


def recorded_text(results: Results) -> str:
    """Whether the outcome was recorded for the whole time compared."""
    # Other reasons for silence are of the arms: the outcome itself was recorded.
    said = {
        LiftSilence.NOT_RECORDED: _("not on all days"),
        LiftSilence.NO_HOLDOUT: _("nothing to compare with"),
    }
    return said.get(results.lift.why, _("on all days"))


def reach_text(results: Results) -> str:
    """How many of those addressed were reached, both as everybody may be told them."""
    values = {"reached": results.reached, "addressed": results.addressed}
    return _("%(reached)s of %(addressed)s") % values


@dataclass(frozen=True)
class ShownRow:
    """One campaign as the table prints it. ``notes``: what to know before reading its figures."""

    compared: ComparedCampaign
    effect: str
    interval: str
    n: str
    cost: str
    outcome_cost: str
    reach: str
    recorded: str
    notes: list[str]
    waiting: str
    decisions: str

    @classmethod
    def of(cls, row: ComparedCampaign) -> "ShownRow":
        """The texts of one row."""
        results = row.results
        chosen = f"{reverse('analytics:decision-list')}?campaign={row.evaluation.campaign_id}"
        return cls(
            compared=row,
            effect=stated(results.difference, Measure.LIFT, results),
            interval=interval_text(results.difference),
            n=persons_text(results.difference),
            cost=stated(results.costs.per_response, Measure.COST_PER_RESPONSE, results),
            outcome_cost=outcome_cost_text(results.costs),
            reach=reach_text(results),
            recorded=recorded_text(results),
            notes=notes_on(row),
            waiting=waiting_text(row),
            decisions=chosen,
        )


def outcome_cost_text(costs: CostResult) -> str:
    """What each outcome more cost, or why nobody can say: nothing was booked, or the effect may be
    none.
    """
    if costs.per_outcome is not None and costs.per_outcome.says:
        return figure_text(costs.per_outcome)
    if costs.total is None:
        return str(Missing.NOT_MEASURED)
    return str(Missing.CANNOT_SAY)


def notes_on(row: ComparedCampaign) -> list[str]:
    """What to know of a row: provisional, and by which formulas where not by the newest."""
    notes = []
    if row.is_provisional:
        notes.append(pgettext("evaluation", "provisional"))
    if row.is_of_older_formulas:
        notes.append(_("formulas %(version)s") % {"version": row.results.version})
    return notes


def waiting_text(row: ComparedCampaign) -> str:
    """How many proposals wait for a decision."""
    if not row.waiting:
        return _("none waits")
    return ngettext("%(n)d waits", "%(n)d wait", row.waiting) % {"n": row.waiting}


@dataclass(frozen=True)
class ShownGroup:
    """One table: its heading, how many campaigns it compares, and its rows."""

    title: str
    n: int
    rows: list[ShownRow]

    @property
    def is_alone(self) -> bool:
        """Whether there is nothing to compare its one campaign with."""
        return self.n == 1

    @classmethod
    def of(cls, group: OutcomeGroup) -> "ShownGroup":
        """The table of one group."""
        return cls(name_of(group.outcome), len(group.rows), list(map(ShownRow.of, group.rows)))


def heads(asked: str) -> list[Head]:
    """The heads of every table; those that sort lead to their order, or to its contrary.

    ``asked``: the order in the address.
    """
    sort = sort_of(asked)
    return [
        _head("campaign", _("Campaign"), sort, first="campaign"),
        _head("effect", _("Effect"), sort, first="-effect"),
        _plain(_("Interval"), "n"),
        _head("n", _("Readers compared, n"), sort, first="-n"),
        _head("cost", _("Cost per response"), sort, first="-cost"),
        _head("outcome_cost", _("Cost of one outcome more"), sort, first="-outcome_cost"),
        _plain(_("Reached of those addressed"), "n"),
        _plain(_("Outcome recorded")),
        _plain(_("Proposals")),
        _head("as_of", _("As of"), sort, first="-as_of"),
    ]


def _plain(label: str, look: str = "") -> Head:
    """The head of a column that does not sort."""
    return Head(label, label, look, look, is_row_head=False, sort="", direction="")


def _head(name: str, label: str, sort: str, *, first: str) -> Head:
    """The head of a column that sorts. ``first``: the order that a first click asks for; a further
    one asks for the contrary.
    """
    rising, falling = name, f"-{name}"
    directions = {rising: "ascending", falling: "descending"}
    contrary = {rising: falling, falling: rising}
    look = LOOKS.get(name, "")
    return Head(
        name=name,
        label=label,
        head_class=look,
        cell_class=look,
        is_row_head=name == "campaign",
        sort=contrary.get(sort, first),
        direction=directions.get(sort, ""),
    )


def file_rows(groups: list[OutcomeGroup]) -> Iterator[list]:
    """All groups as one table, what they are compared by in the first column; heads first.

    Differences per 100 readers: percentage points, or times; costs in CNY; empty where nothing is
    stated, and why beside.
    """
    yield [
        _("Compared by"),
        _("Campaign"),
        _("Effect"),
        _("Unit of the effect"),
        _("Interval from"),
        _("Interval to"),
        _("Level"),
        _("Readers compared, n"),
        _("Cost per response"),
        _("Cost of one outcome more"),
        pgettext("campaign", "Reached"),
        pgettext("campaign", "Addressed"),
        _("Outcome recorded"),
        _("Why there is no effect"),
        pgettext("evaluation", "Provisional"),
        _("Formulas"),
        _("Proposals that wait"),
        _("As of"),
    ]
    for group in groups:
        for row in group.rows:
            yield [name_of(group.outcome), *file_cells(row)]


def file_cells(row: ComparedCampaign) -> list:
    """The cells of one campaign in a file."""
    results, effect = row.results, row.results.difference
    why = "" if effect.says else str(why_missing(Measure.LIFT, results))
    unit = _("times per 100 readers") if results.is_amount else CountedIn.POINTS.label
    return [
        row.title,
        per_hundred_readers(effect.value),
        unit,
        per_hundred_readers(effect.low),
        per_hundred_readers(effect.high),
        effect.level,
        effect.persons if effect.says else None,
        row.cost,
        row.outcome_cost,
        results.reached,
        results.addressed,
        recorded_text(results),
        why,
        _("yes") if row.is_provisional else _("no"),
        results.version,
        row.waiting,
        date_format(localtime(row.as_of), "DATETIME_FORMAT"),
    ]


def per_hundred_readers(difference: float | None) -> float | None:
    """A difference of shares in percentage points, of how often in times per 100 readers; as many
    digits as pages print and one more.
    """
    if difference is None:
        return None
    return round(difference * 100, 2)
