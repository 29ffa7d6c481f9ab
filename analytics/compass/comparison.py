"""Campaigns compared: the last evaluation of each, beside those with the same outcome and window.

Everything is read from what the evaluations stored; nothing is computed anew. Effects on different
outcomes, or within different numbers of days, answer different questions: they stand in different
groups, and no order goes over two of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from django.db.models import Count, Q

from analytics.loop import storage
from analytics.loop.figures.shapes import Results
from analytics.loop.models import Adjustment, Evaluation
from analytics.loop.rules import CURRENT
from analytics.loop.storage import ComparedOutcome
from core.spans import DrawnSpan, span_on

#: What a table can be sorted by, and from what.
SORTED_BY = {
    "campaign": "title",
    "effect": "effect",
    "n": "place",
    "cost": "cost",
    "outcome_cost": "outcome_cost",
    "as_of": "as_of",
}
#: The newest first, unless something else is asked for.
USUAL = "-as_of"


@dataclass(frozen=True)
class ComparedCampaign:
    """One campaign by its last evaluation.

    ``waiting``: proposals that nobody has decided about. ``span``: the effect on the scale of its
    group, None where there is no interval.
    """

    evaluation: Evaluation
    results: Results
    is_provisional: bool
    waiting: int
    span: DrawnSpan | None = None

    @property
    def is_of_older_formulas(self) -> bool:
        """Whether newer evaluations are computed by other rules than this one."""
        return self.results.version != CURRENT

    @property
    def title(self) -> str:
        """The campaign's title."""
        return self.evaluation.campaign.title

    @property
    def as_of(self):
        """The moment up to which was counted."""
        return self.evaluation.as_of

    @property
    def effect(self) -> float | None:
        """Mailed minus held out: shares with the outcome, −1 to 1, or times per reader; None where
        it is not stated.
        """
        return self.results.difference.value

    @property
    def place(self) -> int | None:
        """The number of readers in the comparison, to sort by; None where no effect is stated."""
        if not self.results.difference.says:
            return None
        return self.results.difference.persons.place

    @property
    def cost(self) -> float | None:
        """CNY for each response; None where it is not stated."""
        return self.results.costs.per_response.value

    @property
    def outcome_cost(self) -> float | None:
        """CNY for each outcome more than among those held out; None where it is not stated."""
        per_outcome = self.results.costs.per_outcome
        if per_outcome is None:
            return None
        return per_outcome.value


@dataclass(frozen=True)
class OutcomeGroup:
    """Campaigns that may be compared: one outcome, one window."""

    outcome: ComparedOutcome
    rows: tuple[ComparedCampaign, ...]


def newest(viewer) -> Iterable[Evaluation]:
    """The last evaluation of each campaign as ``viewer`` may see it; one statement."""
    seen = Evaluation.objects.visible_to(viewer)
    # By number and not by date: an evaluation that looks back has an old date and is the newer one.
    last = seen.order_by("campaign_id", "-number").distinct("campaign_id").values("pk")
    undecided = Q(adjustments__state__in=Adjustment.UNDECIDED)
    found = seen.filter(pk__in=last).select_related("campaign")
    return storage.with_outcome(found).annotate(waiting=Count("adjustments", filter=undecided))


def compare(viewer, sort: str) -> list[OutcomeGroup]:
    """The groups, the largest first; in each the rows in the order asked for.

    ``sort``: a key of ``SORTED_BY``, with a minus for a falling order; anything else is the usual
    order. What has no value stands last in either.
    """
    by_outcome: dict[ComparedOutcome, list[ComparedCampaign]] = {}
    for evaluation in newest(viewer):
        row = ComparedCampaign(
            evaluation=evaluation,
            results=storage.results_as_told(evaluation.results),
            is_provisional=storage.is_provisional(evaluation),
            waiting=evaluation.waiting,
        )
        by_outcome.setdefault(storage.outcome_of(evaluation), []).append(row)

    groups = []
    for outcome, rows in by_outcome.items():
        groups.append(OutcomeGroup(outcome, tuple(ordered(drawn(rows), sort))))
    # The largest group is where there is most to compare; after that any order that stays.
    groups.sort(key=_largest_first)
    return groups


def _largest_first(group: OutcomeGroup) -> tuple:
    """Where a group stands among the others."""
    outcome = group.outcome
    return -len(group.rows), outcome.code, outcome.is_amount, outcome.days or 0


def sort_of(asked: str) -> str:
    """The order asked for, where there is such a one; else the usual one."""
    if asked.removeprefix("-") in SORTED_BY:
        return asked
    return USUAL


def ordered(rows: Iterable[ComparedCampaign], asked: str) -> list[ComparedCampaign]:
    """Rows in the order asked for; of equal ones the campaign that is older stands first."""
    sort = sort_of(asked)
    value_of = attrgetter(SORTED_BY[sort.removeprefix("-")])
    rows = sorted(rows, key=attrgetter("evaluation.campaign_id"))
    # What is not stated is neither the best nor the worst.
    without = [row for row in rows if value_of(row) is None]
    having = [row for row in rows if value_of(row) is not None]
    having.sort(key=value_of, reverse=sort.startswith("-"))
    return having + without


def drawn(rows: list[ComparedCampaign]) -> list[ComparedCampaign]:
    """The same rows, each with its effect drawn on one scale that holds all intervals and zero."""
    # Zero belongs on the scale: whether an interval holds it is what the eye looks for.
    ends = [0.0]
    for row in rows:
        ends.extend(filter(None, [row.results.difference.low, row.results.difference.high]))
    least, most = min(ends), max(ends)

    found = []
    for row in rows:
        effect, span = row.results.difference, None
        if effect.says:
            span = span_on(least, most, value=effect.value, low=effect.low, high=effect.high)
        found.append(
            ComparedCampaign(row.evaluation, row.results, row.is_provisional, row.waiting, span)
        )
    return found
