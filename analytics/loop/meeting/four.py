"""The four sentences above a report: did it work, for whom and by which standards, at what cost,
what next. No queries, no HTML.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.loop.conclusions import effect_sentence, provisional_window
from analytics.loop.figures.shapes import Attained, CostResult, Results, StandardResult
from analytics.loop.figures.standards import why_missing
from analytics.loop.judging.saying import EffectTold, JudgementTold
from analytics.loop.measures import Measure
from analytics.loop.models import Adjustment
from analytics.loop.subjects import SubjectKind
from analytics.loop.words import figure_text
from core.disclosure import Missing
from core.localised import listed, running
from core.numbers import money

#: What a standard comes to where nothing was measured; the other words are those of ``Attained``.
NOT_MEASURED = "not_measured"


@dataclass(frozen=True)
class WaitingProposals:
    """Proposals of a report that wait for a decision, ``learning`` of which are only to find
    something out; ``decided``: those that wait no more.
    """

    waiting: int
    learning: int
    decided: int

    @classmethod
    def of(cls, adjustments: Iterable[Adjustment]) -> "WaitingProposals":
        """As the rows of a report say."""
        waiting = learning = decided = 0
        for adjustment in adjustments:
            if not adjustment.is_undecided:
                decided += 1
                continue
            waiting += 1
            if adjustment.kind == Adjustment.Kind.LEARN:
                learning += 1
        return cls(waiting, learning, decided)


def did_it_work(results: Results) -> str:
    """The first sentence: what is concluded of the effect, or why nothing is."""
    return effect_sentence(results.judgement.effect)


# --- for whom, and by which standards -------------------------------------------------------------
def for_whom(results: Results, *, is_provisional: bool = False) -> str:
    """The second sentence: the standards counted by their verdicts, and the segments beyond
    chance. ``is_provisional``: the period or the readers' window is not over.
    """
    first = ""
    if is_provisional:
        first = why_provisional(results.judgement.effect)
    return running([first, standards_counted(results), segments_apart(results)])


def why_provisional(effect: EffectTold) -> str:
    """What is not over yet: the window of the readers, else the campaign's own period."""
    if effect.provisional:
        return provisional_window(effect)
    return _("Provisional, the campaign's period is not over.")


def came_to(result: StandardResult, results: Results) -> str:
    """What a standard came to: a value of ``Attained``, or that it was not measured."""
    if not result.reached.says:
        why = why_missing(Measure(result.standard.metric), results)
        if why == Missing.NOT_MEASURED:
            return NOT_MEASURED
        return Attained.CANNOT_SAY
    if result.attained == Attained.UNSTATED:
        return Attained.CANNOT_SAY
    return result.attained


def standards_counted(results: Results) -> str:
    """How many of the standards were met, about met, missed, and not judged for which reason."""
    if not results.standards:
        return _("No standard was set before going live.")
    counted = Counter(came_to(one, results) for one in results.standards)
    parts = []
    for verdict, said in _parts(counted):
        if counted[verdict]:
            parts.append(said % {"n": counted[verdict]})
    total = len(results.standards)
    message = ngettext("Of %(n)s standard: %(parts)s.", "Of %(n)s standards: %(parts)s.", total)
    return message % {"n": total, "parts": listed(parts)}


def _parts(counted: Counter) -> list[tuple[str, str]]:
    """(verdict, how many of it in words), in the order in which they are told."""
    missed, unmeasured = counted[Attained.MISSED], counted[NOT_MEASURED]
    return [
        (Attained.MET, ngettext("%(n)s met", "%(n)s met", counted[Attained.MET])),
        (Attained.ABOUT, ngettext("%(n)s about met", "%(n)s about met", counted[Attained.ABOUT])),
        (Attained.MISSED, ngettext("%(n)s missed", "%(n)s missed", missed)),
        (
            Attained.CANNOT_SAY,
            ngettext(
                "of %(n)s nobody can say", "of %(n)s nobody can say", counted[Attained.CANNOT_SAY]
            ),
        ),
        (NOT_MEASURED, ngettext("%(n)s not measured", "%(n)s not measured", unmeasured)),
    ]


def segments_apart(results: Results) -> str:
    """Which segments responded more or less than the others beyond chance; that none did, or that
    none could be compared.
    """
    compared = segments_compared(results.judgement)
    if not compared:
        return _("Segments could not be compared.")
    if results.judgement.effect.provisional:
        return _("Whether segments differ is decided at the end.")
    found = [one for one in _segments(results) if compared.get(str(one.pk))]
    more = [one.name for one in found if _is_more(one)]
    less = [one.name for one in found if not _is_more(one)]
    return _apart_in_words(more, less)


def _apart_in_words(more: list[str], less: list[str]) -> str:
    """Names of the segments that responded more than the others, and of those that did less."""
    if more and less:
        return _("Beyond chance %(more)s responded more than the others, %(less)s less.") % {
            "more": listed(more),
            "less": listed(less),
        }
    if more:
        return _("Beyond chance %(more)s responded more than the others.") % {"more": listed(more)}
    if less:
        return _("Beyond chance %(less)s responded less than the others.") % {"less": listed(less)}
    return _("No segment differs from the others beyond chance.")


def segments_compared(judgement: JudgementTold) -> dict[str, bool]:
    """{key of a segment: whether it differs beyond chance}."""
    found = {}
    for gap in judgement.gaps:
        if gap.subject.kind == SubjectKind.SEGMENT:
            found[gap.subject.key] = gap.found
    return found


def _segments(results: Results) -> list:
    """All segments of a report whose difference is told, those addressed first."""
    rows = [*results.segments, *(one.result for one in results.unchosen_segments)]
    return [row for row in rows if row.difference.says]


def _is_more(segment) -> bool:
    """Whether it responded more than the others."""
    return segment.difference.value > 0


# --- at what cost ---------------------------------------------------------------------------------
def at_what_cost(costs: CostResult, *, is_amount: bool = False) -> str:
    """The third sentence: all that was booked, and what it was for each further reader with the
    outcome, or for each further time where it is an amount, else for each response, as far as
    either is known.
    """
    if costs.total is None:
        return _("No cost was booked, so nobody can say what it cost.")
    told = {"total": money(costs.total)}
    outcome = costs.per_outcome
    if outcome is not None and outcome.says:
        told["more"] = figure_text(outcome)
        if is_amount:
            return (
                _(
                    "It cost %(total)s; of what was spent on writing to readers, each further time"
                    " took %(more)s."
                )
                % told
            )
        return (
            _(
                "It cost %(total)s; of what was spent on writing to readers, each further reader"
                " with the outcome took %(more)s."
            )
            % told
        )
    if not costs.per_response.says:
        return _("It cost %(total)s; what a response cost cannot be said.") % told
    told["each"] = figure_text(costs.per_response)
    return (
        _(
            "It cost %(total)s; of what was spent on writing to readers, each response took"
            " %(each)s."
        )
        % told
    )


# --- what next ------------------------------------------------------------------------------------
def what_next(waiting: WaitingProposals, why_none: str) -> str:
    """The fourth sentence: how many proposals wait. ``why_none``: said where nothing was
    proposed.
    """
    if waiting.waiting:
        return running([_waiting(waiting.waiting), _learning(waiting)])
    if waiting.decided:
        return _("Everything that was proposed for the next round is decided.")
    return why_none


def _waiting(waiting: int) -> str:
    """How many wait for a decision."""
    return ngettext(
        "One proposal for the next round waits for a decision.",
        "%(n)s proposals for the next round wait for a decision.",
        waiting,
    ) % {"n": waiting}


def _learning(waiting: WaitingProposals) -> str:
    """How many of those that wait are there to find something out; empty for none."""
    if not waiting.learning:
        return ""
    if waiting.learning == waiting.waiting:
        return _("They are only to find something out.")
    return ngettext(
        "One of them is only to find something out.",
        "%(n)s of them are only to find something out.",
        waiting.learning,
    ) % {"n": waiting.learning}


@dataclass(frozen=True)
class Four:
    """The sentences, each with the part of the page that shows what it rests on."""

    text: str
    href: str


def four_sentences(
    results: Results, waiting: WaitingProposals, why_none: str, *, is_provisional: bool = False
) -> Sequence[Four]:
    """Did it work, for whom, at what cost, what next."""
    return [
        Four(did_it_work(results), "#effect"),
        Four(for_whom(results, is_provisional=is_provisional), "#standards"),
        Four(at_what_cost(results.costs, is_amount=results.is_amount), "#costs"),
        Four(what_next(waiting, why_none), "#adjustments"),
    ]
