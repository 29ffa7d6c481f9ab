"""When files of a new source come: asked beside its first file, with what either answer does to
days that are recorded already.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from operator import attrgetter

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.numbers import number
from crm.sources.coverage import OWN_KINDS, Records
from crm.sources.days import Coverage, Recorded, Told, days_told, kinds_told, weigh
from crm.sources.models import CoveredSpan, DataSource
from crm.sources.words import days_in_words

Rhythm = DataSource.Rhythm
#: A file of so many days is one of a month, and another of its kind will follow.
A_MONTH = 28
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Effect:
    """What a file does to days that are wholly recorded without it: ``recorded`` of them from
    ``first`` to yesterday. Lacking something from then on are ``if_regular`` of them where the
    source is to tell of every day, and ``if_at_will`` where it counts on the days it told of.
    """

    first: date
    recorded: int
    if_regular: int
    if_at_will: int


@dataclass(frozen=True)
class RhythmQuestion:
    """When files of a source come: ``choices`` are (code, what it says); ``likely`` is the code
    that is ticked, and ``said`` what each answer does, in sentences.
    """

    choices: list[tuple[str, str]]
    likely: str
    said: list[str]


def question_about(
    source: DataSource | None, told: list[Told], kinds: Iterable[str]
) -> RhythmQuestion | None:
    """The question beside a file that tells of ``told``; None where somebody has answered it, and
    for a file that tells of no day. ``kinds``: those of its rows that are of persons; of what is
    kept without names nothing that is recorded depends.
    """
    if source is None or source.rhythm != Rhythm.UNSAID or not told:
        return None
    choices = [(code, str(label)) for code, label in Rhythm.choices if code != Rhythm.UNSAID]
    effect = None
    if source.named:
        effect = effect_of(told, kinds)
    return RhythmQuestion(choices, likely_rhythm(source, told), effect_in_words(effect))


def likely_rhythm(source: DataSource, told: list[Told]) -> str:
    """What a file lets expect: one a month where it tells of a month or more, or where the source
    has told of other days before; else that it comes whenever there is one. Events are no habit of
    the calendar: a list of who came is expected of no month. One statement.
    """
    days = days_told(told)
    if kinds_told(told) <= {"event"}:
        return Rhythm.AT_WILL
    spans = CoveredSpan.objects.filter(source=source).exclude(state=CoveredSpan.State.LOST)
    has_followed = spans.filter(last__lt=min(days)).exists()
    if has_followed or len(days) >= A_MONTH:
        return Rhythm.MONTHLY
    return Rhythm.AT_WILL


def effect_of(told: list[Told], kinds: Iterable[str]) -> Effect | None:
    """What ``told`` does to days of ``kinds`` that are wholly recorded so far, from the first day
    of its source to yesterday; None where none of them is recorded. Three statements.
    """
    first = first_of(told)
    yesterday = timezone.localdate() - DAY
    asked = (frozenset(map(str, kinds)) & kinds_told(told)) - OWN_KINDS
    if first > yesterday or not asked:
        return None
    records = Records(first, yesterday)
    before = whole_days(records.of(asked))
    if not before:
        return None
    lost = {}
    for is_regular in (True, False):
        known = [*records.told, *told]
        asked_as = taken_as(known, told[0].source, is_regular, asked)
        after = weigh(first, yesterday, asked_as, records.shut)
        lost[is_regular] = len(before - whole_days(after))
    return Effect(first, len(before), lost[True], lost[False])


def first_of(told: list[Told]) -> date:
    """The first day that the source of ``told`` tells of, in this file or before. One statement."""
    before = CoveredSpan.objects.filter(source=told[0].source).aggregate(first=Min("first"))
    days = list(map(attrgetter("first"), told))
    if before["first"]:
        days.append(before["first"])
    return min(days)


def taken_as(
    told: Iterable[Told], source: int, is_regular: bool, kinds: frozenset[str]
) -> Iterator[Told]:
    """``told`` as far as it is of ``kinds``, with all that the ``source`` told, before and now,
    taken as it is when somebody has said whether its files come at set times.
    """
    for one in told:
        if not one.tells & kinds:
            continue
        if one.source == source:
            yield replace(one.about(kinds), regular=is_regular)
        else:
            yield one.about(kinds)


def whole_days(coverage: Coverage) -> set[date]:
    """The days that are wholly recorded; closed ones are none of them."""
    return {day for day, state in coverage.days.items() if state == Recorded.FULL}


def effect_in_words(effect: Effect | None) -> list[str]:
    """What each answer does, with numbers; empty where nothing is recorded that could suffer."""
    if effect is None:
        return []
    yesterday = timezone.localdate() - DAY
    said = {"n": number(effect.recorded), "days": days_in_words(effect.first, yesterday)}
    recorded = ngettext(
        "%(days)s: %(n)s day is wholly recorded without this file.",
        "%(days)s: %(n)s days are wholly recorded without this file.",
        effect.recorded,
    )
    if not (effect.if_regular or effect.if_at_will):
        return [recorded % said, _("Whatever the answer, they stay so.")]
    return [
        recorded % said,
        _(
            "If its files come at set times, this source has to tell of every day too, and %(n)s of"
            " these days lack something from now on."
        )
        % {"n": number(effect.if_regular)},
        _(
            "If they come whenever there is one, it counts only on the days it tells of, and %(n)s"
            " of these days lack something."
        )
        % {"n": number(effect.if_at_will)},
    ]
