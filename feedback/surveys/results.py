"""What a survey adds up to: estimates by core/estimates.py from the counts of queries.py.

No HTTP. ``summary(survey)`` is what evaluations read: raw numbers of persons, which no page, file
or API may say. What these may say of them is made by figures.py and overview.py.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt

from django.utils import timezone

from core import estimates
from core.disclosure import SMALLEST_CELL
from core.estimates import Estimate
from feedback.surveys import queries
from feedback.surveys.definitions import Definition, Kind, Question, parse_versions
from feedback.surveys.models import Survey
from feedback.surveys.queries import EVERYBODY, ConstructMoments, GroupedCounts, Split

PROMOTER, PASSIVE = 9, 7
#: Constructs whose questions tell how satisfied readers are: keys satisfaction_1, satisfaction_2 …
SATISFACTION = "satisfaction"


def mean_of(counts: Mapping[int, int], *, lowest: float, highest: float) -> Estimate:
    """Mean of values with their counts, Student's interval inside [lowest, highest].

    Equal answers have a mean and no interval: five equal ones do not make it certain.
    """
    n = total = squares = different = 0
    for value, count in counts.items():
        n += count
        total += value * count
        squares += value**2 * count
        if count:
            different += 1

    # Pages hide what rests on fewer than five persons; the figure itself is there from the first.
    found = estimates.mean(total, squares, n, least=1)
    if different < 2:
        return found.without_interval()
    return found.within(lowest, highest)


def nps_of(counts: Mapping[int, int]) -> Estimate:
    """Net promoter score, −100 … 100.

    Every answer is worth −100, 0 or 100, and the score is their mean.
    """
    return replace(mean_of(by_worth(counts), lowest=-100, highest=100), unit="points")


def by_worth(counts: Mapping[int, int]) -> dict[int, int]:
    """{−100, 0 or 100: answers that are worth it}; ``counts``: {grade: answers}."""
    found = {-100: 0, 0: 0, 100: 0}
    for code, n in counts.items():
        found[worth_of(code)] += n
    return found


def worth_of(code: int) -> int:
    """What a grade from 0 to 10 adds to the score: 100, 0 or −100."""
    if code >= PROMOTER:
        return 100
    if code >= PASSIVE:
        return 0
    return -100


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
    #: A warning stands beside a score of few answers.
    is_small: bool


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
    level: float
    alpha: float | None
    items: tuple[int, ...]
    top: int

    @property
    def estimate(self) -> Estimate:
        """The value with its interval, as the statistics know it."""
        return Estimate(self.value, self.low, self.high, self.n, self.level)


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
    #: No figure rests on fewer answers.
    least: int = SMALLEST_CELL
    #: Whether an anonymous survey has answers of which the channel is not told.
    has_unknown_channels: bool = False


def summary(survey: Survey) -> SurveySummary:
    """What the survey adds up to now, by a constant number of statements."""
    number = None
    version = survey.current_version()
    if version is not None:
        number = version.number

    definition = whole_definition(survey)
    totals = queries.count_responses(survey)
    counts = distributions(survey, definition)
    delivered = queries.delivered_by_channel(survey)
    answered = queries.answered_by_channel(survey)
    channels = queries.by_channel(survey)
    return SurveySummary(
        survey=survey.pk,
        version=number,
        as_of=timezone.now(),
        n=totals.n,
        flagged=totals.flagged,
        held=totals.held,
        satisfaction=satisfaction(survey, definition),
        nps=nps(definition, counts),
        constructs=constructs(survey, definition),
        items=item_summaries(definition, counts),
        channels=channels,
        segments=queries.by_segment(survey),
        delivered=delivered,
        answered=answered,
        rate=response_rates(delivered, answered),
        least=survey.least_shown,
        has_unknown_channels=survey.anonymous and None in channels,
    )


def response_rates(
    delivered: Mapping[int, int], answered: Mapping[int, int]
) -> dict[int, float | None]:
    """{channel id: share of the readers reached who answered}; None where nobody was reached."""
    rates: dict[int, float | None] = {}
    for channel, reached in delivered.items():
        rates[channel] = None
        if reached:
            rates[channel] = answered.get(channel, 0) / reached
    return rates


def whole_definition(survey: Survey) -> Definition:
    """The newest version with what earlier ones asked behind it.

    Retired questions keep their results that way.
    """
    newest_first = survey.versions.order_by("-number").values_list("definition", flat=True)
    return parse_versions(list(newest_first))


def distributions(survey: Survey, definition: Definition) -> dict[int, dict[int, int]]:
    """{ordinal: {code: n}} of all answers, exact, in one statement.

    Of several choices and open text the code 0 counts who answered.
    """
    found = {}
    table = grouped_distributions(survey, definition, EVERYBODY)
    for ordinal, groups in table.items():
        found[ordinal] = groups[EVERYBODY.group]
    return found


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
    """{ordinal: summary} of every question, those nobody answered included."""
    found = {}
    for question in definition.items:
        own = counts.get(question.ordinal, {})
        found[question.ordinal] = item_summary(question, own)
    return found


def item_summary(question: Question, counts: dict[int, int]) -> ItemSummary:
    """What one question adds up to. ``counts`` are {code: answers}, with the code 0 for who
    answered at all.

    The mean is None for all kinds but scales.
    """
    codes = dict(counts)
    if question.kind in (Kind.MULTIPLE, Kind.TEXT):
        # The code 0 counts who answered; of an NPS it is a grade.
        codes.pop(0, None)

    mean = None
    if question.kind == Kind.SCALE:
        mean = mean_of(counts, lowest=1, highest=question.top)
    return ItemSummary(
        kind=question.kind,
        key=question.key,
        n=answered_count(question, counts),
        counts=codes,
        mean=mean,
    )


def nps(definition: Definition, counts: Mapping[int, dict[int, int]]) -> NpsSummary | None:
    """Of the first question of that kind; None where the survey has none."""
    ordinals = definition.ordinals_of(Kind.NPS)
    if not ordinals:
        return None

    own = counts.get(ordinals[0], {})
    groups = by_worth(own)
    found = nps_of(own)
    return NpsSummary(
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        promoters=groups[100],
        passives=groups[0],
        detractors=groups[-100],
        ordinal=ordinals[0],
        is_small=found.is_small,
    )


def satisfaction(survey: Survey, definition: Definition) -> ConstructSummary | None:
    """Mean per reader over the scale questions whose key begins with "satisfaction", then over all.

    None where the survey has no such question.
    """
    items = questions_by_construct(definition).get(SATISFACTION)
    if not items:
        return None
    return construct_summaries(survey, {SATISFACTION: items})[SATISFACTION]


def constructs(survey: Survey, definition: Definition) -> dict[str, ConstructSummary]:
    """Constructs of two and more scale questions (trust_1, trust_2 …) by their name, in one
    statement. A single question has no reliability and is left out.
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
        # Without a key it is compared with nothing, neither other questions nor other years.
        has_construct = question.kind == Kind.SCALE and question.key
        if has_construct:
            groups[question.construct].append(question)
    return groups


def construct_summaries(
    survey: Survey, groups: Mapping[str, Sequence[Question]]
) -> dict[str, ConstructSummary]:
    """{name: its summary}, one statement for all constructs; ``groups``: {name: its questions}."""
    ordinals = {}
    for name, items in groups.items():
        ordinals[name] = [item.ordinal for item in items]
    moments = queries.construct_moments(survey, ordinals)

    summaries = {}
    for name, items in groups.items():
        summaries[name] = construct_summary(items, moments[name])
    return summaries


def construct_summary(items: Sequence[Question], moments: ConstructMoments) -> ConstructSummary:
    """From the moments of the sum over the items to the mean per item, on the items' own scale."""
    k = len(items)
    n = moments.n
    top = items[0].top
    found = Estimate(None, None, None, n)
    if n:
        found = Estimate(moments.mean / k, None, None, n)

    # Without spread there is no interval: all readers said the same.
    if n > 1 and moments.variance:
        spread = sqrt(moments.variance) / k
        found = estimates.mean_with_spread(moments.mean / k, spread, n).within(1, top)
    return ConstructSummary(
        value=found.value,
        low=found.low,
        high=found.high,
        n=n,
        level=found.level,
        alpha=cronbach_alpha(moments),
        items=tuple(item.ordinal for item in items),
        top=top,
    )


def cronbach_alpha(moments: ConstructMoments) -> float | None:
    """α = k/(k−1) · (1 − Σ item variances / variance of the sum), over complete answers.

    None for fewer than two items or answers, and where all answers are the same.
    """
    k = len(moments.item_variances)
    if k < 2 or moments.n < 2:
        return None
    if not moments.variance:
        return None
    own_share = sum(moments.item_variances) / moments.variance
    return k / (k - 1) * (1 - own_share)
