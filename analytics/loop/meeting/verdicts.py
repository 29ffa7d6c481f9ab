"""The verdict by the rule that was set before the launch, in one word and one sentence. Pure.

Go on only if the named outcome is better and no guardrail is worse than its margin.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from analytics.loop.conclusions import why_silent
from analytics.loop.figures.shapes import Results
from analytics.loop.inputs.experiment import PlannedGuardrail, Promised
from analytics.loop.judging.shapes import Verdict
from analytics.loop.judging.told import EffectTold
from core.disclosure import Missing
from core.localised import listed
from core.numbers import number, percent


class Ruling(StrEnum):
    """What the rule says of the next round."""

    GO_ON = "go_on"
    STOP = "stop"
    SEND_LESS = "send_less"
    OPEN = "open"


WORDS = {
    Ruling.GO_ON: pgettext_lazy("verdict", "Go on"),
    Ruling.STOP: pgettext_lazy("verdict", "Stop"),
    Ruling.SEND_LESS: pgettext_lazy("verdict", "Send less"),
    Ruling.OPEN: pgettext_lazy("verdict", "Open"),
}
#: A guardrail by its code; what later rooms guard is called as they store it.
GUARDED = {
    "unsubscribes": gettext_lazy("Unsubscribes"),
    "complaints": gettext_lazy("Complaints"),
    "no_shows": gettext_lazy("Registered and not come"),
    "staff_hours": gettext_lazy("Hours of staff"),
}
IN_HOURS = frozenset({"staff_hours"})


@dataclass(frozen=True)
class Guard:
    """One guardrail beside what was reached.

    ``most``: what it may be at most. ``reached``: None where it was not measured. Both are shares
    of the readers who were mailed, or hours.
    """

    kind: str
    most: float
    reached: float | None

    @property
    def is_worse(self) -> bool | None:
        """Whether it is beyond its margin; None where it was not measured."""
        if self.reached is None:
            return None
        return self.reached > self.most

    @property
    def name(self) -> str:
        """What is guarded, in words."""
        return str(GUARDED.get(self.kind, self.kind))

    @property
    def limit(self) -> str:
        """What it may be at most, with its unit."""
        return f"≤ {self._printed(self.most)}"

    @property
    def said(self) -> str:
        """What was reached, with its unit, or that it was not measured."""
        if self.reached is None:
            return str(Missing.NOT_MEASURED)
        return self._printed(self.reached)

    def _printed(self, value: float) -> str:
        """A value in the unit of this guardrail."""
        if self.kind in IN_HOURS:
            return _("%(n)s hours") % {"n": number(value, 1)}
        return percent(value, 2)


def guards_of(promised: Promised, results: Results) -> list[Guard]:
    """Every guardrail of the plan, in its order, beside what the results hold of it."""
    found = []
    for planned in promised.guardrails:
        found.append(Guard(planned.kind, most_of(planned), _reached(planned.kind, results)))
    return found


def most_of(planned: PlannedGuardrail) -> float:
    """A margin by itself, or beyond the figure it is compared with."""
    if planned.before is None:
        return planned.margin
    return planned.before + planned.margin


def _reached(kind: str, results: Results) -> float | None:
    """What the results hold of a guardrail; None for what they do not count."""
    if kind in IN_HOURS and results.costs.total is not None:
        return results.costs.hours
    return None


def ruling_of(effect: EffectTold, guards: Iterable[Guard]) -> Ruling:
    """What the rule says. Before the end of the window it says nothing but stop."""
    if effect.verdict == Verdict.HARMFUL:
        return Ruling.STOP
    if effect.provisional:
        return Ruling.OPEN
    if effect.verdict == Verdict.NIL:
        return Ruling.SEND_LESS
    if effect.verdict == Verdict.GOOD:
        return _ruling_of_a_good_one([guard.is_worse for guard in guards])
    return Ruling.OPEN


def _ruling_of_a_good_one(are_worse: Sequence[bool | None]) -> Ruling:
    """What helps goes on only where every guardrail is known to have held."""
    if True in are_worse:
        return Ruling.SEND_LESS
    if None in are_worse:
        return Ruling.OPEN
    return Ruling.GO_ON


def why_ruled(effect: EffectTold, guards: Sequence[Guard]) -> str:
    """Why the rule says so, in one sentence."""
    if effect.verdict.is_silent:
        return why_silent(effect.verdict)
    if effect.verdict == Verdict.HARMFUL:
        return _("Readers who were written to do it less often.")
    if effect.provisional:
        return _("The window is not over: until then it can only be stopped for harm.")
    if effect.verdict == Verdict.NIL:
        return _("Whatever it did is smaller than what was worth having.")
    if effect.verdict == Verdict.OPEN:
        return _("The difference cannot be told from chance, so nothing is enlarged.")
    return _why_a_good_one(guards)


def _why_a_good_one(guards: Sequence[Guard]) -> str:
    """What the guardrails make of an effect that helped."""
    broken = [guard.name for guard in guards if guard.is_worse]
    if broken:
        return _("The outcome is better, but beyond the margin: %(names)s.") % {
            "names": listed(broken)
        }
    unknown = [guard.name for guard in guards if guard.is_worse is None]
    if unknown:
        return _("The outcome is better, but not measured was: %(names)s.") % {
            "names": listed(unknown)
        }
    if guards:
        return _("The outcome is better, and every guardrail held.")
    return _("The outcome is better; no guardrail was set.")


def word_of(ruling: Ruling, effect: EffectTold) -> str:
    """The verdict in one word; what may still change says so."""
    word = str(WORDS[ruling])
    if effect.provisional:
        return pgettext("verdict", "%(word)s (provisional)") % {"word": word}
    return word
