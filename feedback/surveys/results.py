"""What a survey adds up to: set-based SQL over the answer vectors, estimates by
core/estimates.py. No HTTP.

``summary(survey)`` is what evaluations read; its figures are *not* suppressed, see
core/disclosure.py.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from django.db import connection
from django.utils import timezone

from core import estimates
from core.estimates import Estimate
from core.listing import whole_number
from feedback.surveys.definitions import Definition, Kind, Question, read
from feedback.surveys.models import Survey

PROMOTER, PASSIVE = 9, 7
COUNTED = "v.survey_id = %(survey)s AND r.flagged = ''"
BASE = "feedback_responsevector v JOIN feedback_response r ON r.id = v.response_id"


def as_dict(found: Estimate) -> dict:
    """What pages and evaluations read of an estimate; ``small`` warns below thirty answers."""
    return found.as_row() | {"level": found.level, "small": found.is_small}


def mean_of(counts: Mapping[int, int], *, lowest: float, highest: float) -> Estimate:
    """Mean of values with their counts, Student's interval inside [lowest, highest].

    Equal answers have a mean and no interval: five equal ones do not make it certain.
    """
    n = sum(counts.values())
    total = sum(value * count for value, count in counts.items())
    squares = sum(value**2 * count for value, count in counts.items())
    # Pages hide what rests on fewer than five persons; the figure itself is there from the first.
    found = estimates.mean(total, squares, n, least=1)
    answers = [value for value, count in counts.items() if count]
    if len(answers) < 2:
        return found.without_interval()
    return found.within(lowest, highest)


def nps_of(counts: Mapping[int, int]) -> Estimate:
    """Net promoter score, −100 … 100.

    Every answer is worth −100, 0 or 100, and the score is their mean.
    """
    worth = {-100: 0, 0: 0, 100: 0}
    for code, count in counts.items():
        worth[worth_of(code)] += count
    return replace(mean_of(worth, lowest=-100, highest=100), unit="points")


def worth_of(code: int) -> int:
    if code >= PROMOTER:
        return 100
    return 0 if code >= PASSIVE else -100


def summary(survey: Survey) -> dict:
    """Everything an evaluation needs of one survey, raw (suppress before showing). A constant
    number of statements.

    {"survey": pk, "version": number | None, "as_of": datetime,
     "n": answers counted, "flagged": left out as automatic, "held": anonymous answers not mixed yet,
     "satisfaction": {"value": mean, "low", "high", "n", "level", "small", "top": 5} | None,  # keys satisfaction…
     "nps": {"value": −100…100, "low", "high", "n", "level", "small", "promoters", "passives", "detractors"} | None,
     "constructs": {"trust": {"value", "low", "high", "n", "level", "small", "alpha": float | None, "items", "top"}},  # Cronbach
     "items": {ordinal: {"kind", "key", "n", "counts": {code: n}, "mean": as above | None}},
     "channels": {channel id | None: n}, "segments": {segment id: n},
     "delivered": {channel id: n},                 # sent deliveries of its campaign
     "answered": {channel id: n},                  # of those, answered (by channel for anonymous surveys)
     "rate": {channel id: share | None}}
    """
    version = survey.current_version()
    definition = whole_definition(survey)
    totals = count_responses(survey)
    counts = distributions(survey, definition)
    delivered, answered = delivered_by_channel(survey), answered_by_channel(survey)
    return {
        "survey": survey.pk,
        "version": version.number if version else None,
        "as_of": timezone.now(),
        **totals,
        "satisfaction": satisfaction(survey, definition),
        "nps": nps(definition, counts),
        "constructs": constructs(survey, definition),
        "items": {q.ordinal: item_summary(q, counts.get(q.ordinal, {})) for q in definition.items},
        "channels": by_channel(survey),
        "segments": by_segment(survey),
        "delivered": delivered,
        "answered": answered,
        "rate": {
            channel: answered.get(channel, 0) / n if n else None for channel, n in delivered.items()
        },
    }


def whole_definition(survey: Survey) -> Definition:
    """The newest version with what earlier ones asked behind it, so that retired questions keep
    their results.
    """
    versions = list(survey.versions.order_by("-number").values_list("definition", flat=True))
    if not versions:
        return Definition({}, {}, {}, ())
    newest = {**versions[0], "items": [dict(item) for item in versions[0]["items"]]}
    items = {item["ordinal"]: item for item in newest["items"]}
    for older in versions[1:]:
        for item in older["items"]:
            if item["ordinal"] not in items:
                items[item["ordinal"]] = dict(item)
                newest["items"].append(items[item["ordinal"]])
                continue
            kept = items[item["ordinal"]]
            codes = {option["code"] for option in kept["options"]}
            kept["options"] = kept["options"] + [
                o for o in item["options"] if o["code"] not in codes
            ]
    return read(newest)


def rows(sql: str, arguments: dict) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall()


def count_responses(survey: Survey) -> dict:
    """{"n": counted, "flagged": left out, "held": not mixed yet}."""
    sql = """
    SELECT count(*) FILTER (WHERE flagged = ''), count(*) FILTER (WHERE flagged <> ''),
           (SELECT count(*) FROM feedback_heldanswer WHERE survey_id = %(survey)s)
    FROM feedback_response WHERE survey_id = %(survey)s"""
    n, flagged, held = rows(sql, {"survey": survey.pk})[0]
    return {"n": n, "flagged": flagged, "held": held}


@dataclass(frozen=True)
class Split:
    """One way to divide the answers.

    SQL of the group, the joins it needs, its arguments, and the group asked for.
    """

    sql: str = "0"
    joins: str = ""
    arguments: tuple = ()
    group: object = 0
    is_partition: bool = False

    @classmethod
    def read(cls, only: str, *, anonymous: bool) -> "Split":
        """From "channel:3", "segment:5" or "kind:teacher".

        Anything else is no split. Anonymous: by channel only.
        """
        name, _colon, value = only.partition(":")
        number = whole_number(value, None)
        if name == "channel" and number is not None:
            return cls("COALESCE(r.channel_id, 0)", group=number, is_partition=True)
        if name == "segment" and number is not None and not anonymous:
            return cls(
                "(r.segment_ids @> ARRAY[%(segment)s])::int",
                arguments=(("segment", number),),
                group=1,
            )
        if name == "kind" and not anonymous:
            join = "LEFT JOIN crm_reader p ON p.id = r.reader_id"
            return cls("COALESCE(p.kind, '')", join, group=value, is_partition=True)
        return cls()


EVERYBODY = Split()


def sizes(survey: Survey, split: Split) -> dict[object, int]:
    """{group: answers}."""
    sql = f"SELECT {split.sql}, count(*) FROM {BASE} {split.joins} WHERE {COUNTED} GROUP BY 1"
    return dict(rows(sql, {"survey": survey.pk} | dict(split.arguments)))


def distributions(survey: Survey, definition: Definition) -> dict[int, dict[int, int]]:
    """{ordinal: {code: n}}; of several choices and open text the code 0 counts who answered."""
    table = grouped_distributions(survey, definition, EVERYBODY)
    return {ordinal: codes.get(0, {}) for ordinal, codes in table.items()}


def grouped_distributions(
    survey: Survey, definition: Definition, split: Split
) -> dict[int, dict[object, dict[int, int]]]:
    """{ordinal: {group: {code: n}}} by one statement."""
    group = split.sql
    many = [q.ordinal for q in definition.items if q.kind == Kind.MULTIPLE]
    asked = {"survey": survey.pk, "many": many} | dict(split.arguments)
    base = f"FROM {BASE} {split.joins}"
    sql = f"""
    SELECT {group}, c.place, c.code::int, count(*) {base}
        CROSS JOIN LATERAL unnest(v.codes) WITH ORDINALITY AS c (code, place)
    WHERE {COUNTED} AND c.code IS NOT NULL GROUP BY 1, 2, 3"""
    if many:
        sql += f"""
    UNION ALL
    SELECT {group}, m.place, b.code, count(*) {base}
        CROSS JOIN LATERAL unnest(v.nums) WITH ORDINALITY AS m (mask, place)
        CROSS JOIN generate_series(1, 50) AS b (code)
    WHERE {COUNTED} AND m.mask IS NOT NULL AND m.place = ANY(%(many)s) AND (m.mask::bigint >> (b.code - 1)) & 1 = 1
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT {group}, m.place, 0, count(*) {base}
        CROSS JOIN LATERAL unnest(v.nums) WITH ORDINALITY AS m (mask, place)
    WHERE {COUNTED} AND m.mask IS NOT NULL AND m.place = ANY(%(many)s) GROUP BY 1, 2"""
    sql += f"""
    UNION ALL
    SELECT {group}, i.ordinal, 0, count(*) {base}
        JOIN feedback_answertext w ON w.response_id = r.id JOIN feedback_item i ON i.id = w.item_id
    WHERE {COUNTED} GROUP BY 1, 2"""
    table: dict = defaultdict(lambda: defaultdict(dict))
    for key, ordinal, code, n in rows(sql, asked):
        table[ordinal][key][code] = n
    return table


def answered_count(question: Question, counts: dict[int, int]) -> int:
    """How many answered: the code 0 row of several choices and texts, else the sum."""
    if question.kind in (Kind.MULTIPLE, Kind.TEXT):
        return counts.get(0, 0)
    return sum(counts.values())


def item_summary(question: Question, counts: dict[int, int]) -> dict:
    mean = None
    if question.kind == Kind.SCALE:
        mean = as_dict(mean_of(counts, lowest=1, highest=question.top))
    shown = {
        code: n
        for code, n in counts.items()
        if not (question.kind in (Kind.MULTIPLE, Kind.TEXT) and code == 0)
    }
    return {
        "kind": question.kind,
        "key": question.key,
        "n": answered_count(question, counts),
        "counts": shown,
        "mean": mean,
    }


def nps(definition: Definition, counts: dict) -> dict | None:
    """Of the first question of that kind."""
    question = next((q for q in definition.items if q.kind == Kind.NPS), None)
    if question is None:
        return None
    own = counts.get(question.ordinal, {})
    found = nps_of(own)
    promoters = sum(n for code, n in own.items() if code >= PROMOTER)
    passives = sum(n for code, n in own.items() if PASSIVE <= code < PROMOTER)
    return as_dict(found) | {
        "promoters": promoters,
        "passives": passives,
        "detractors": found.n - promoters - passives,
        "ordinal": question.ordinal,
    }


def satisfaction(survey: Survey, definition: Definition) -> dict | None:
    """Mean per reader over the scale questions whose key begins with "satisfaction", then over
    readers.
    """
    found = _groups(definition).get("satisfaction")
    if not found:
        return None
    return construct_estimates(survey, {"satisfaction": found})["satisfaction"] | {
        "top": found[0].top
    }


def constructs(survey: Survey, definition: Definition) -> dict[str, dict]:
    """Constructs of two and more scale questions (trust_1, trust_2 …) with mean, interval and
    Cronbach's α.
    """
    groups = {name: items for name, items in _groups(definition).items() if len(items) > 1}
    return construct_estimates(survey, groups)


def _groups(definition: Definition) -> dict[str, list[Question]]:
    groups: dict[str, list[Question]] = defaultdict(list)
    for question in definition.items:
        if question.kind == Kind.SCALE and question.key:
            groups[question.construct].append(question)
    return groups


def construct_estimates(survey: Survey, groups: dict[str, list[Question]]) -> dict[str, dict]:
    """One statement for all: per construct the complete answers, their mean and spread, and the
    variance of each item.

    α = k/(k−1) · (1 − Σ item variances / variance of the sum), over readers who answered all k
    items.
    """
    if not groups:
        return {}
    cells = []
    for items in groups.values():
        codes = [f"v.codes[{int(q.ordinal)}]" for q in items]
        total = " + ".join(f"{code}::float8" for code in codes)  # NULL as soon as one is missing
        complete = f"FILTER (WHERE {total} IS NOT NULL)"
        cells += [f"count({total})", f"avg({total})", f"var_samp({total})"]
        cells += [f"var_samp({code}::float8) {complete}" for code in codes]
    sql = f"SELECT {', '.join(cells)} FROM {BASE} WHERE {COUNTED}"
    values = iter(rows(sql, {"survey": survey.pk})[0])
    found = {}
    for name, items in groups.items():
        n, mean, variance = next(values), next(values), next(values)
        parts = [next(values) for _item in items]
        found[name] = _construct(items, n, mean, variance, parts)
    return found


def _construct(items: Sequence[Question], n: int, mean, variance, parts) -> dict:
    k = len(items)
    made = Estimate(mean / k if n else None, None, None, n)
    if n > 1 and variance:
        found = estimates.mean_with_spread(mean / k, sqrt(variance) / k, n)
        made = found.within(1, items[0].top)
    alpha = k / (k - 1) * (1 - sum(parts) / variance) if k > 1 and n > 1 and variance else None
    return as_dict(made) | {
        "alpha": alpha,
        "items": [q.ordinal for q in items],
        "top": items[0].top,
    }


def by_channel(survey: Survey) -> dict[int | None, int]:
    sql = f"SELECT r.channel_id, count(*) FROM {BASE} WHERE {COUNTED} GROUP BY 1"
    return dict(rows(sql, {"survey": survey.pk}))


def by_segment(survey: Survey) -> dict[int, int]:
    sql = f"SELECT s.id, count(*) FROM {BASE}, unnest(r.segment_ids) AS s (id) WHERE {COUNTED} GROUP BY 1"
    return dict(rows(sql, {"survey": survey.pk}))


def delivered_by_channel(survey: Survey) -> dict[int, int]:
    """Readers the survey's campaign reached, by channel: deliveries that were sent."""
    sql = """
    SELECT c.channel_id, count(DISTINCT d.reader_id)
    FROM campaigns_delivery d JOIN campaigns_content c ON c.id = d.content_id
    WHERE c.campaign_id = %(campaign)s AND d.state = 'sent' GROUP BY 1"""
    return dict(rows(sql, {"campaign": survey.campaign_id})) if survey.campaign_id else {}


def answered_by_channel(survey: Survey) -> dict[int, int]:
    """Answers that came by a mail's key.

    Of anonymous surveys, which keep no such link, answers by channel.
    """
    by_key = "r.channel_id IS NOT NULL" if survey.anonymous else "r.delivery_id IS NOT NULL"
    sql = f"SELECT r.channel_id, count(*) FROM {BASE} WHERE {COUNTED} AND {by_key} GROUP BY 1"
    return dict(rows(sql, {"survey": survey.pk}))


def crosstab(survey: Survey, first: int, second: int) -> dict[tuple[int, int], int]:
    """{(code of first, code of second): n} of two questions with one code each, by their places in the vector.
    """
    sql = f"""
    SELECT v.codes[%(first)s]::int, v.codes[%(second)s]::int, count(*) FROM {BASE}
    WHERE {COUNTED} AND v.codes[%(first)s] IS NOT NULL AND v.codes[%(second)s] IS NOT NULL GROUP BY 1, 2"""
    return {
        (a, b): n for a, b, n in rows(sql, {"survey": survey.pk, "first": first, "second": second})
    }
