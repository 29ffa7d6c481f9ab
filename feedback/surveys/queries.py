"""What answers add up to, as set-based SQL over the answer vectors.

Answers flagged as automatic never count. Numbers in dicts and dataclasses are raw, for figures.py
and for evaluations; what is counted onto rows of models is a ``core.disclosure.Count``.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.db import connection
from django.db.models import Case, Count, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import GreaterThan, LessThan

from campaigns.sending.models import Delivery
from core import disclosure
from core.disclosure.annotations import CountOutput
from core.listing import whole_number
from crm.readers.queries import may_open_every_reader
from feedback.surveys.models import Item, Response, Survey, SurveyVersion

#: Tables that other apps' statements may name.
READABLE = ("feedback_response", "feedback_survey")
#: Every counted answer of one survey, as vector ``v`` and response ``r``.
BASE = """
    feedback_responsevector v
    JOIN feedback_response r ON r.id = v.response_id"""
COUNTED = f"""
    v.survey_id = %(survey)s
    AND r.flagged = '{Response.UNFLAGGED}'"""

#: {ordinal: {group: {code: answers}}}
GroupedCounts = dict[int, dict[object, dict[int, int]]]


@dataclass(frozen=True)
class ResponseCounts:
    """Answers of a survey: ``n`` counted, ``flagged`` left out, ``held`` not mixed yet."""

    n: int
    flagged: int
    held: int


@dataclass(frozen=True)
class WholeAnswers:
    """All ``size`` answers to a survey; ``counts`` are {ordinal: {code: answers}}. Raw."""

    size: int
    counts: Mapping[int, Mapping[int, int]]

    def of(self, question, code: int) -> int:
        """How many gave this answer to ``question``; 0 where nobody did."""
        return self.counts.get(question.ordinal, {}).get(code, 0)


@dataclass(frozen=True)
class Split:
    """One way to divide the answers.

    ``sql`` gives each answer's group, by means of ``joins`` and ``arguments``; ``group`` is the one
    asked for. ``is_partition`` when every answer is in one group of several.
    """

    sql: str = "0"
    joins: str = ""
    arguments: Mapping = field(default_factory=dict)
    group: object = 0
    is_partition: bool = False

    @classmethod
    def parse(cls, only: str, *, anonymous: bool) -> "Split":
        """From "channel:3", "segment:5" or "kind:teacher"; anything else is no split.

        Anonymous answers are split by channel only: they know neither segments nor kind.
        """
        name, _colon, value = only.partition(":")
        if anonymous and name != "channel":
            return EVERYBODY
        if name == "kind":
            return cls.by_kind(value)

        number = whole_number(value, None)
        of_numbers = {"channel": cls.by_channel, "segment": cls.by_segment}
        if number is None or name not in of_numbers:
            return EVERYBODY
        return of_numbers[name](number)

    @classmethod
    def by_channel(cls, channel_id: int) -> "Split":
        """Each channel against the others; 0 is the group without a known one."""
        return cls(sql="COALESCE(r.channel_id, 0)", group=channel_id, is_partition=True)

    @classmethod
    def by_segment(cls, segment_id: int) -> "Split":
        """Members against the rest; segments overlap, so they divide nothing between them."""
        return cls(
            sql="(r.segment_ids @> ARRAY[%(segment)s])::int",
            arguments={"segment": segment_id},
            group=1,
        )

    @classmethod
    def by_kind(cls, kind: str) -> "Split":
        """Each kind of reader against the others; "" is the group of readers nobody knows."""
        return cls(
            sql="COALESCE(p.kind, '')",
            joins="LEFT JOIN crm_reader p ON p.id = r.reader_id",
            group=kind,
            is_partition=True,
        )


EVERYBODY = Split()


def rows(sql: str, arguments: dict) -> list[tuple]:
    """What a statement finds; ``arguments`` by name."""
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall()


def with_counts(surveys, viewer):
    """Surveys with ``answers``, a Count without the flagged ones, and ``version``.

    ``version`` is the number of the newest, None for a draft. Of answers under a name staff of one
    campus are told no number (``release.is_told_to``).
    """
    counted = Response.objects.counted().filter(survey=OuterRef("pk")).order_by()
    answers = counted.values("survey").annotate(n=Count("pk")).values("n")
    return surveys.annotate(
        answers=_told(Subquery(answers), viewer),
        version=Max("versions__number"),
    )


def _told(answers: Subquery, viewer) -> Case:
    """The answers of each survey as a Count: of anonymous ones below k it tells nothing."""
    # Nobody answered where the subquery finds no row; without a number it would be unmeasured.
    n = Coalesce(answers, 0)
    own = Coalesce("smallest_batch", 0)
    k = Greatest(own, Value(settings.ANONYMOUS_LEAST))
    is_below = Q(GreaterThan(n, 0), LessThan(n, k), anonymous=True)
    is_kept = is_below
    if not may_open_every_reader(viewer):
        is_kept = is_below | Q(anonymous=False)
    # One is withheld, as any number is that may not be told.
    return Case(When(is_kept, then=Value(1)), default=n, output_field=CountOutput())


def versions_with_answers(survey: Survey, viewer) -> list[tuple[SurveyVersion, disclosure.Count]]:
    """Every version, newest first, with the answers to it; flagged ones left out.

    With them, the sum would give away how many of the survey's answers are flagged. Staff of one
    campus are told no number of answers under a name.
    """
    counted = Count("responses", filter=Q(responses__flagged=Response.UNFLAGGED))
    versions = survey.versions.annotate(n=counted).select_related("published_by")
    newest_first = list(versions.order_by("-number"))

    # Small ones are hidden together, so the numbers are needed first. They are taken off the rows:
    # the page gets these rows.
    numbers = [vars(version).pop("n") for version in newest_first]
    answers = disclosure.CountRow.of(numbers).cells
    if _are_kept(survey, numbers, viewer):
        answers = [disclosure.Count.without(disclosure.Missing.WITHHELD)] * len(numbers)
    return list(zip(newest_first, answers, strict=True))


def _are_kept(survey: Survey, numbers: list[int], viewer) -> bool:
    """Whether the answers to the versions of a survey are told to nobody, or not to ``viewer``."""
    if not survey.anonymous:
        return not may_open_every_reader(viewer)
    answered = filter(None, numbers)
    return min(answered, default=survey.least_shown) < survey.least_shown


def count_responses(survey: Survey) -> ResponseCounts:
    """Raw numbers of the answers by what became of them, in one statement:
    suppress before showing.
    """
    sql = f"""
    SELECT
        count(*) FILTER (WHERE flagged = '{Response.UNFLAGGED}'),
        count(*) FILTER (WHERE flagged <> '{Response.UNFLAGGED}'),
        (SELECT count(*) FROM feedback_heldanswer WHERE survey_id = %(survey)s)
    FROM feedback_response
    WHERE survey_id = %(survey)s"""
    n, flagged, held = rows(sql, {"survey": survey.pk})[0]
    return ResponseCounts(n, flagged, held)


def sizes(survey: Survey, split: Split) -> dict[object, int]:
    """{group: answers} of the groups that have any."""
    sql = f"""
    SELECT {split.sql}, count(*)
    FROM {BASE}
    {split.joins}
    WHERE {COUNTED}
    GROUP BY 1"""
    return dict(rows(sql, {"survey": survey.pk, **split.arguments}))


def grouped_distributions(survey: Survey, split: Split, several: Sequence[int]) -> GroupedCounts:
    """Answers per question, group and code, by one statement.

    ``several`` are the ordinals of the questions with several choices. Of these and of open texts
    the code 0 counts who answered.
    """
    parts = [ONE_CODE, OPEN_TEXT]
    if several:
        parts += [EACH_CHOICE, ANY_CHOICE]
    base = f"{BASE} {split.joins}"
    selects = [part.format(group=split.sql, base=base, counted=COUNTED) for part in parts]
    asked = {
        "survey": survey.pk,
        "several": list(several),
        "most": Item.MOST_OPTIONS,
        **split.arguments,
    }
    table: GroupedCounts = defaultdict(partial(defaultdict, dict))
    for group, ordinal, code, n in rows(" UNION ALL ".join(selects), asked):
        table[ordinal][group][code] = n
    return table


#: Questions with one code: the place in the vector is the ordinal.
ONE_CODE = """
    SELECT {group}, c.place, c.code::int, count(*)
    FROM {base}
    CROSS JOIN LATERAL unnest(v.codes) WITH ORDINALITY AS c (code, place)
    WHERE {counted}
        AND c.code IS NOT NULL
    GROUP BY 1, 2, 3"""
#: Several choices are a bit mask: one row per bit that is set, and bit 0 is code 1.
EACH_CHOICE = """
    SELECT {group}, m.place, b.code, count(*)
    FROM {base}
    CROSS JOIN LATERAL unnest(v.nums) WITH ORDINALITY AS m (mask, place)
    CROSS JOIN generate_series(1, %(most)s) AS b (code)
    WHERE {counted}
        AND m.mask IS NOT NULL
        AND m.place = ANY(%(several)s)
        AND (m.mask::bigint >> (b.code - 1)) & 1 = 1
    GROUP BY 1, 2, 3"""
#: Code 0 counts who chose anything: choices add up to more than persons.
ANY_CHOICE = """
    SELECT {group}, m.place, 0, count(*)
    FROM {base}
    CROSS JOIN LATERAL unnest(v.nums) WITH ORDINALITY AS m (mask, place)
    WHERE {counted}
        AND m.mask IS NOT NULL
        AND m.place = ANY(%(several)s)
    GROUP BY 1, 2"""
OPEN_TEXT = """
    SELECT {group}, i.ordinal, 0, count(*)
    FROM {base}
    JOIN feedback_answertext w ON w.response_id = r.id
    JOIN feedback_item i ON i.id = w.item_id
    WHERE {counted}
    GROUP BY 1, 2"""


@dataclass(frozen=True)
class ConstructMoments:
    """Of the answers that are complete over the items of one construct.

    ``n`` of them, mean and variance of the sum over the items, variance of each item. None where
    the answers are too few.
    """

    n: int
    mean: float | None
    variance: float | None
    item_variances: tuple[float | None, ...]


def construct_moments(
    survey: Survey, groups: Mapping[str, Sequence[int]]
) -> dict[str, ConstructMoments]:
    """{construct: moments} for {construct: ordinals of its items}, by one statement for all."""
    if not groups:
        return {}
    cells: list[str] = []
    for ordinals in groups.values():
        cells += _moment_cells(ordinals)
    sql = f"""
    SELECT {", ".join(cells)}
    FROM {BASE}
    WHERE {COUNTED}"""
    (row,) = rows(sql, {"survey": survey.pk})

    # One wide row: of each construct three cells and one more per item.
    found = {}
    rest = list(row)
    for name, ordinals in groups.items():
        width = 3 + len(ordinals)
        own = rest[:width]
        rest = rest[width:]
        n, mean, variance, *item_variances = own
        found[name] = ConstructMoments(n, mean, variance, tuple(item_variances))
    return found


def _moment_cells(ordinals: Sequence[int]) -> list[str]:
    """Expressions of one construct, in the order ``construct_moments`` takes them off the row."""
    codes = [f"v.codes[{int(ordinal)}]::float8" for ordinal in ordinals]
    # The sum is NULL as soon as one item is missing, and aggregates leave NULL out.
    total = " + ".join(codes)
    complete = f"FILTER (WHERE {total} IS NOT NULL)"
    cells = [f"count({total})", f"avg({total})", f"var_samp({total})"]
    for code in codes:
        cells.append(f"var_samp({code}) {complete}")
    return cells


def by_channel(survey: Survey) -> dict[int | None, int]:
    """{channel id, or None where it is not known: answers}."""
    sql = f"""
    SELECT r.channel_id, count(*)
    FROM {BASE}
    WHERE {COUNTED}
    GROUP BY 1"""
    return dict(rows(sql, {"survey": survey.pk}))


def by_segment(survey: Survey) -> dict[int, int]:
    """{segment id: answers of its members}; a reader counts in each of their segments."""
    sql = f"""
    SELECT s.id, count(*)
    FROM {BASE}
    CROSS JOIN LATERAL unnest(r.segment_ids) AS s (id)
    WHERE {COUNTED}
    GROUP BY 1"""
    return dict(rows(sql, {"survey": survey.pk}))


def delivered_by_channel(survey: Survey) -> dict[int, int]:
    """{channel id: readers whom the survey's campaign sent something by it}."""
    if not survey.campaign_id:
        return {}
    # Persons, not mails: a reader may have had several.
    sql = """
    SELECT c.channel_id, count(DISTINCT d.reader_id)
    FROM campaigns_delivery d
    JOIN campaigns_content c ON c.id = d.content_id
    WHERE c.campaign_id = %(campaign)s
        AND d.state = %(sent)s
    GROUP BY 1"""
    return dict(rows(sql, {"campaign": survey.campaign_id, "sent": Delivery.State.SENT}))


def answered_by_channel(survey: Survey) -> dict[int, int]:
    """{channel id: answers that came by a mail's key}.

    Of anonymous surveys, which keep no such link, answers by channel.
    """
    by_key = "r.delivery_id IS NOT NULL"
    if survey.anonymous:
        by_key = "r.channel_id IS NOT NULL"
    sql = f"""
    SELECT r.channel_id, count(*)
    FROM {BASE}
    WHERE {COUNTED}
        AND {by_key}
    GROUP BY 1"""
    return dict(rows(sql, {"survey": survey.pk}))


def crosstab(survey: Survey, first: int, second: int) -> dict[tuple[int, int], int]:
    """{(code of first, code of second): n} of two questions with one code each, by ordinal.

    Who left one of the two empty is in no cell.
    """
    sql = f"""
    SELECT v.codes[%(first)s]::int, v.codes[%(second)s]::int, count(*)
    FROM {BASE}
    WHERE {COUNTED}
        AND v.codes[%(first)s] IS NOT NULL
        AND v.codes[%(second)s] IS NOT NULL
    GROUP BY 1, 2"""
    cells = {}
    asked = {"survey": survey.pk, "first": first, "second": second}
    for row, column, n in rows(sql, asked):
        cells[row, column] = n
    return cells
