"""Why a reader is in a segment: the conditions of its rule, each with this reader's own value.

The rule is read as everywhere in this room: its conditions by ``rule``, their words by ``words``,
and what has to be counted or looked up by the statements that a refresh is made of.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter, methodcaller
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.localised import listed
from core.numbers import missing, number
from crm.readers.folding import are_months_counted
from crm.readers.folding import edge as edge_at
from crm.readers.models import Reader
from crm.readers.words import language_in_words, yes_or_no
from crm.rfc.models import Score
from crm.rfc.words import FIGURES
from crm.segments.activities import times_of
from crm.segments.borrowing import borrowers_of
from crm.segments.compile import DAYS_OF_STUDIES, consent_asked
from crm.segments.models import Segment, SegmentMember, SegmentPin
from crm.segments.rule import Rule, RuleError, check_rule, nodes, with_test
from crm.segments.words import CONDITION_WORDS, Names, explain_rule, names_for
from crm.standings.models import GRADUATING_KINDS, Standing, Then

#: A question to the database that has one value as its answer, and its parameters.
Asked = tuple[str, list]


@dataclass(frozen=True)
class Ground:
    """One condition in words, and what holds of this reader."""

    rule: str
    value: str


@dataclass(frozen=True)
class Membership:
    """A segment that a reader is in, and why.

    ``rule`` is its whole sentence where conditions alone would not say how they hang together;
    else empty. ``by_hand`` says who put them there and why; empty where the rule did.
    """

    segment: Segment
    since: str
    rule: str
    grounds: list[Ground]
    by_hand: str


@dataclass(frozen=True)
class Facts:
    """What is known of one reader, as far as the rules ask for it.

    ``answers``: what was counted and looked up, by the condition (``_key``).
    """

    reader: Reader
    segments: set[int]
    answers: dict[str, Any] = field(default_factory=dict)
    standings: list[Standing] = field(default_factory=list)
    score: Score | None = None


def memberships_of(reader: Reader) -> list[Membership]:
    """The segments that a reader is in since their last refresh, the longest first, with the
    grounds of each. A fixed number of statements for any number of segments whose rules make the
    same tests.
    """
    members = SegmentMember.objects.filter(reader=reader).select_related("segment")
    members = list(members.order_by("since", "segment_id"))
    rules = {member.segment_id: _readable(member.segment) for member in members}
    # As one rule, so that names and answers are asked for once and not by segment.
    together = {"op": "or", "of": [rule for rule in rules.values() if rule]}
    names = names_for(together)
    facts = facts_of(reader, together, set(rules))
    pins = _pins(reader)

    found = []
    for member in members:
        rule = rules[member.segment_id]
        one = Membership(
            segment=member.segment,
            since=date_format(timezone.localtime(member.since), "DATE_FORMAT"),
            rule=_sentence(rule),
            grounds=list(grounds_of(rule, names, facts)),
            by_hand=pins.get(member.segment_id, ""),
        )
        found.append(one)
    return found


def _readable(segment: Segment) -> Rule:
    """The rule of a segment; the empty one where this version cannot read it."""
    try:
        return check_rule(segment.rule)
    except RuleError:
        return {}


def _sentence(rule: Rule) -> str:
    """The whole rule in words, but for conditions that all hold: those say it themselves."""
    # A condition in a "not", or one of several in an "or", need not hold of the reader.
    operators = {node.get("op") for node in nodes(rule)} - {None}
    if rule and operators <= {"and"}:
        return ""
    return explain_rule(rule)


def _pins(reader: Reader) -> dict[int, str]:
    """Who put the reader into which segment, and why. One statement."""
    found = {}
    # Who was kept out by hand is in no segment, so that nothing has to be said of it.
    pins = SegmentPin.objects.filter(reader=reader, include=True).select_related("by")
    for pin in pins:
        said = {"reason": pin.reason, "name": pin.by or _("somebody")}
        found[pin.segment_id] = _("By hand, by %(name)s: %(reason)s") % said
    return found


def grounds_of(rule: Rule, names: Names, facts: Facts) -> Iterator[Ground]:
    """Each condition of a well-formed rule once, in its order, with the reader's value."""
    told = set()
    for node in nodes(rule):
        if "test" not in node or _key(node) in told:
            continue
        told.add(_key(node))
        words = CONDITION_WORDS[node["test"]](node, names)
        value = value_of(node, facts)
        yield Ground(words[:1].upper() + words[1:], str(missing(value)))


def _key(condition: Rule) -> str:
    """By this the answer to a condition is kept: equal conditions are asked once."""
    return repr(sorted(condition.items()))


# --- what has to be asked -------------------------------------------------------------------------
def facts_of(reader: Reader, rule: Rule, segments: set[int]) -> Facts:
    """What the conditions of ``rule`` ask of a reader, who is in ``segments``. At most one
    statement for each test that needs one, and one for all that is counted or looked up.
    """
    standings: list[Standing] = []
    if any(with_test(rule, *DAYS_OF_STUDIES)):
        standings = list(_studies(reader))
    score = None
    if any(with_test(rule, "rfc")):
        score = Score.objects.filter(reader=reader).first()
    return Facts(reader, segments, answers_to(reader, rule), standings, score)


def _studies(reader: Reader) -> Iterable[Standing]:
    """Studies for a degree, as the conditions on their years mean them."""
    return Standing.objects.filter(
        reader=reader, kind__in=GRADUATING_KINDS, then=Then.ALUMNUS
    ).order_by("pk")


def answers_to(reader: Reader, rule: Rule) -> dict[str, Any]:
    """Answers to all conditions that the database is asked about, by the condition."""
    asked = _times_asked(reader, rule) | _others_asked(reader, rule)
    if not asked:
        return {}
    # One row of answers: each question is a column of its own.
    texts, params = [], []
    for text, values in asked.values():
        texts.append(f"({text})")
        params += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(texts)}", params)
        return dict(zip(asked, cursor.fetchone(), strict=True))


def _times_asked(reader: Reader, rule: Rule) -> dict[str, Asked]:
    """How often something was done: a question for each condition on activities."""
    conditions = list(with_test(rule, "activity"))
    if not conditions:
        return {}
    now = timezone.now()
    counting = {"as_of": now, "edge": edge_at(now), "by_month": are_months_counted()}
    found = {}
    for condition in conditions:
        # Where a day is asked for that only its month is known of, no number is said.
        with suppress(RuleError):
            found[_key(condition)] = times_of(reader.pk, condition, **counting)
    return found


def _others_asked(reader: Reader, rule: Rule) -> dict[str, Asked]:
    """Questions about consent and about lists; none about a list that is gone."""
    found = {}
    for condition in with_test(rule, "consent"):
        text = f"SELECT {consent_asked(condition)} FROM crm_reader r WHERE r.id = %s"
        found[_key(condition)] = text, [reader.pk]
    for condition in with_test(rule, "borrowed"):
        with suppress(RuleError):
            select, params = borrowers_of(condition, timezone.now(), "")
            text = f"SELECT EXISTS (SELECT FROM ({select}) AS b WHERE b.reader_id = %s)"
            found[_key(condition)] = text, [*params, reader.pk]
    return found


# --- a value for each test ------------------------------------------------------------------------
#: Tests that look at one column of the reader's own row, and how its value is said.
OF_THE_ROW: dict[str, Callable[[Reader], Any]] = {
    "kind": methodcaller("get_kind_display"),
    "stage": methodcaller("get_stage_display"),
    "state": methodcaller("get_state_display"),
    "campus": attrgetter("campus"),
    "college": attrgetter("college"),
    "cohort": attrgetter("cohort"),
}


def value_of(condition: Rule, facts: Facts) -> Any:
    """What holds of the reader where the condition asks; None or "" where nothing is known."""
    test = condition["test"]
    if test in OF_THE_ROW:
        return OF_THE_ROW[test](facts.reader)
    return VALUES[test](condition, facts)


def _language(condition: Rule, facts: Facts):
    return language_in_words(facts.reader.language)


def _registered(condition: Rule, facts: Facts):
    return _day(facts.reader.registered_on)


def _seen(condition: Rule, facts: Facts):
    return _day(facts.reader.last_seen_on)


def _day(day: date | None) -> str:
    """A day as the page writes it; empty where it is not known."""
    if day is None:
        return ""
    return date_format(day, "DATE_FORMAT")


def _years(condition: Rule, facts: Facts):
    """The years in which the reader's studies begin or end, as far as days are recorded."""
    column = DAYS_OF_STUDIES[condition["test"]]
    days = [getattr(standing, column) for standing in facts.standings]
    return listed(sorted({day.year for day in days if day}))


def _activity(condition: Rule, facts: Facts):
    n = facts.answers.get(_key(condition))
    if n is None:
        return ""
    n = int(n)
    return ngettext("%(n)s time", "%(n)s times", n) % {"n": number(n)}


def _answer(condition: Rule, facts: Facts):
    """Yes or no, as the database answered."""
    return yes_or_no(facts.answers.get(_key(condition)))


def _rfc(condition: Rule, facts: Facts):
    """The reader's brackets of those figures that the condition names."""
    # Who came since the last run, or is no current reader, has none.
    if facts.score is None:
        return ""
    said = []
    for figure, label in FIGURES.items():
        if figure in condition:
            said.append(
                _("%(figure)s %(bracket)s")
                % {"figure": label, "bracket": getattr(facts.score, figure)}
            )
    return listed(said)


def _trait(condition: Rule, facts: Facts):
    # True and False stand in a file of data, not on a page for people.
    value = facts.reader.traits.get(condition["name"])
    if isinstance(value, bool):
        return yes_or_no(value)
    return value


def _segment(condition: Rule, facts: Facts):
    return yes_or_no(condition["id"] in facts.segments)


VALUES: dict[str, Callable[[Rule, Facts], Any]] = {
    "enters": _years,
    "graduates": _years,
    "language": _language,
    "registered": _registered,
    "activity": _activity,
    "borrowed": _answer,
    "seen": _seen,
    "rfc": _rfc,
    "trait": _trait,
    "consent": _answer,
    "segment": _segment,
}
