"""What a survey adds up to: estimates by statsmodels and scipy from the counts of queries.py.

No HTTP. ``summary(survey)`` is what evaluations read; its figures are *not* suppressed, see
core/disclosure.py.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from scipy.stats import t
from statsmodels.stats.weightstats import DescrStatsW

from feedback.surveys import queries
from feedback.surveys.definitions import Definition, Kind, Question, parse_versions
from feedback.surveys.models import Survey
from feedback.surveys.queries import EVERYBODY, ConstructMoments, GroupedCounts, Split

#: Below this many answers an NPS is printed with a warning (domain.md 5.4).
FEW = 30
PROMOTER, PASSIVE = 9, 7
#: Constructs whose questions tell how satisfied readers are: keys satisfaction_1, satisfaction_2 …
SATISFACTION = "satisfaction"


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval.

    ``low`` and ``high`` are None where n or the spread allow none.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def interval(self) -> tuple[float, float] | None:
        return None if self.low is None else (self.low, self.high)

    @property
    def is_small(self) -> bool:
        return self.n < FEW

    def as_dict(self) -> dict:
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "n": self.n,
            "small": self.is_small,
        }


def estimate(
    counts: dict[float, int], *, lowest: float | None = None, highest: float | None = None
) -> Estimate:
    """Mean of values with their counts, t interval clipped to [lowest, highest]."""
    n = sum(counts.values())
    if not n:
        return Estimate(None, None, None, 0)
    values = [value for value, count in counts.items() if count]
    stats = DescrStatsW(values, weights=[counts[value] for value in values])
    if n < 2 or len(values) < 2:
        return Estimate(float(stats.mean), None, None, n)
    low, high = (float(bound) for bound in stats.tconfint_mean(alpha=0.05))
    low = low if lowest is None else max(low, lowest)
    high = high if highest is None else min(high, highest)
    return Estimate(float(stats.mean), low, high, n)


def nps_estimate(counts: dict[int, int]) -> Estimate:
    """Net promoter score, −100 … 100.

    Every answer is worth −100, 0 or 100, and the score is their mean.
    """
    worth: dict[float, int] = defaultdict(int)
    for code, count in counts.items():
        worth[100.0 if code >= PROMOTER else 0.0 if code >= PASSIVE else -100.0] += count
    return estimate(worth, lowest=-100, highest=100)


@dataclass(frozen=True)
class ItemSummary:
    """One question: ``counts`` {code: answers}, ``mean`` of a scale, else None."""

    kind: str
    key: str
    n: int
    counts: dict[int, int]
    mean: Estimate | None


@dataclass(frozen=True)
class NpsSummary:
    """Net promoter score −100 … 100 with its 95 % interval, and the three groups behind it."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    promoters: int
    passives: int
    detractors: int
    ordinal: int

    @property
    def small(self) -> bool:
        return self.n < FEW


@dataclass(frozen=True)
class ConstructSummary:
    """Mean over the items of a construct with its 95 % interval, over readers who answered all.

    ``items`` are ordinals, ``top`` is the end of their scale. ``alpha`` is Cronbach's; None where
    the answers or the items are too few.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    alpha: float | None
    items: tuple[int, ...]
    top: int


@dataclass(frozen=True)
class SurveySummary:
    """Everything an evaluation needs of one survey, raw: suppress before showing.

    ``n`` answers counted, ``flagged`` left out as automatic, ``held`` anonymous ones not mixed yet.
    ``items`` by ordinal, ``constructs`` by name. Answers by channel (None: not known) and by
    segment. ``delivered``: readers the campaign reached, by channel; ``answered`` of those, by
    channel; ``rate`` the share of the two, None where nobody was reached.
    """

    survey: int
    version: int | None
    as_of: datetime
    n: int
    flagged: int
    held: int
    satisfaction: ConstructSummary | None
    nps: NpsSummary | None
    constructs: dict[str, ConstructSummary]
    items: dict[int, ItemSummary]
    channels: dict[int | None, int]
    segments: dict[int, int]
    delivered: dict[int, int]
    answered: dict[int, int]
    rate: dict[int, float | None]


def summary(survey: Survey) -> SurveySummary:
    """What the survey adds up to now, by a constant number of statements."""
    version = survey.current_version()
    definition = whole_definition(survey)
    totals = queries.count_responses(survey)
    counts = distributions(survey, definition)
    delivered = queries.delivered_by_channel(survey)
    answered = queries.answered_by_channel(survey)
    return SurveySummary(
        survey=survey.pk,
        version=version.number if version else None,
        as_of=timezone.now(),
        n=totals.n,
        flagged=totals.flagged,
        held=totals.held,
        satisfaction=satisfaction(survey, definition),
        nps=nps(definition, counts),
        constructs=constructs(survey, definition),
        items=item_summaries(definition, counts),
        channels=queries.by_channel(survey),
        segments=queries.by_segment(survey),
        delivered=delivered,
        answered=answered,
        rate=response_rates(delivered, answered),
    )


def response_rates(
    delivered: Mapping[int, int], answered: Mapping[int, int]
) -> dict[int, float | None]:
    """{channel id: share of the readers reached who answered}."""
    rates: dict[int, float | None] = {}
    for channel, reached in delivered.items():
        rates[channel] = answered.get(channel, 0) / reached if reached else None
    return rates


def whole_definition(survey: Survey) -> Definition:
    """The newest version with what earlier ones asked behind it, so that retired questions keep
    their results.
    """
    newest_first = survey.versions.order_by("-number").values_list("definition", flat=True)
    return parse_versions(list(newest_first))


def distributions(survey: Survey, definition: Definition) -> dict[int, dict[int, int]]:
    """{ordinal: {code: n}}; of several choices and open text the code 0 counts who answered."""
    table = grouped_distributions(survey, definition, EVERYBODY)
    return {ordinal: groups[EVERYBODY.group] for ordinal, groups in table.items()}


def grouped_distributions(survey: Survey, definition: Definition, split: Split) -> GroupedCounts:
    """{ordinal: {group: {code: n}}} by one statement."""
    return queries.grouped_distributions(survey, split, definition.ordinals_of(Kind.MULTIPLE))


def answered_count(question: Question, counts: Mapping[int, int]) -> int:
    """How many answered: the code 0 row of several choices and texts, else the sum."""
    if question.kind in (Kind.MULTIPLE, Kind.TEXT):
        return counts.get(0, 0)
    return sum(counts.values())


def item_summaries(
    definition: Definition, counts: Mapping[int, dict[int, int]]
) -> dict[int, ItemSummary]:
    found = {}
    for question in definition.items:
        found[question.ordinal] = item_summary(question, counts.get(question.ordinal, {}))
    return found


def item_summary(question: Question, counts: dict[int, int]) -> ItemSummary:
    codes = dict(counts)
    if question.kind in (Kind.MULTIPLE, Kind.TEXT):
        # The code 0 counts who answered; of an NPS it is a grade.
        codes.pop(0, None)
    mean = None
    if question.kind == Kind.SCALE:
        mean = estimate(counts, lowest=1, highest=question.top)
    return ItemSummary(
        kind=question.kind,
        key=question.key,
        n=answered_count(question, counts),
        counts=codes,
        mean=mean,
    )


def nps(definition: Definition, counts: Mapping[int, dict[int, int]]) -> NpsSummary | None:
    """Of the first question of that kind."""
    ordinals = definition.ordinals_of(Kind.NPS)
    if not ordinals:
        return None
    own = counts.get(ordinals[0], {})
    found = nps_estimate(own)
    promoters = sum(n for code, n in own.items() if code >= PROMOTER)
    passives = sum(n for code, n in own.items() if PASSIVE <= code < PROMOTER)
    return NpsSummary(
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        promoters=promoters,
        passives=passives,
        detractors=found.n - promoters - passives,
        ordinal=ordinals[0],
    )


def satisfaction(survey: Survey, definition: Definition) -> ConstructSummary | None:
    """Mean per reader over the scale questions whose key begins with "satisfaction", then over
    readers.
    """
    items = questions_by_construct(definition).get(SATISFACTION)
    if not items:
        return None
    return construct_summaries(survey, {SATISFACTION: items})[SATISFACTION]


def constructs(survey: Survey, definition: Definition) -> dict[str, ConstructSummary]:
    """Constructs of two and more scale questions (trust_1, trust_2 …) with mean, interval and
    Cronbach's α.
    """
    several = {}
    for name, items in questions_by_construct(definition).items():
        if len(items) > 1:
            several[name] = items
    return construct_summaries(survey, several)


def questions_by_construct(definition: Definition) -> dict[str, list[Question]]:
    """Scale questions that have a key, by the construct it names."""
    groups: dict[str, list[Question]] = defaultdict(list)
    for question in definition.items:
        if question.kind == Kind.SCALE and question.key:
            groups[question.construct].append(question)
    return groups


def construct_summaries(
    survey: Survey, groups: Mapping[str, Sequence[Question]]
) -> dict[str, ConstructSummary]:
    """One statement for all constructs."""
    ordinals = {name: [item.ordinal for item in items] for name, items in groups.items()}
    moments = queries.construct_moments(survey, ordinals)
    return {name: construct_summary(items, moments[name]) for name, items in groups.items()}


def construct_summary(items: Sequence[Question], moments: ConstructMoments) -> ConstructSummary:
    """From the moments of the sum over the items to the mean per item, on the items' own scale."""
    k, n, top = len(items), moments.n, items[0].top
    mean = low = high = None
    if n:
        mean = moments.mean / k
    # Without spread there is no interval: all readers said the same.
    if n > 1 and moments.variance:
        error = (moments.variance / k**2 / n) ** 0.5
        below, above = t.interval(0.95, n - 1, loc=mean, scale=error)
        low, high = max(float(below), 1.0), min(float(above), float(top))
    return ConstructSummary(
        value=mean,
        low=low,
        high=high,
        n=n,
        alpha=cronbach_alpha(moments),
        items=tuple(item.ordinal for item in items),
        top=top,
    )


def cronbach_alpha(moments: ConstructMoments) -> float | None:
    """α = k/(k−1) · (1 − Σ item variances / variance of the sum), over readers who answered all k
    items.
    """
    k = len(moments.item_variances)
    if k < 2 or moments.n < 2 or not moments.variance:
        return None
    return k / (k - 1) * (1 - sum(moments.item_variances) / moments.variance)
