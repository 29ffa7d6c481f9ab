"""The verdict by the rule that was set before the launch, in one word and one sentence. Pure."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from analytics.loop.conclusions import why_silent
from analytics.loop.judging.saying import IN_PERCENT, GuardTold, JudgementTold, Recommended
from analytics.loop.judging.verdicts import EffectVerdict, GuardKept
from core.disclosure import Missing
from core.localised import listed
from core.numbers import number, per_hundred

#: ``Recommended.WAIT`` is open as well: only that it may still change is added.
WORDS = {
    Recommended.GO_ON: pgettext_lazy("verdict", "Go on"),
    Recommended.STOP: pgettext_lazy("verdict", "Stop"),
    Recommended.SEND_LESS: pgettext_lazy("verdict", "Send less"),
    Recommended.CHANGE: pgettext_lazy("verdict", "Change it"),
    Recommended.OPEN: pgettext_lazy("verdict", "Open"),
    Recommended.WAIT: pgettext_lazy("verdict", "Open"),
}
#: A guardrail by its code; what later rooms guard is called as they store it.
GUARDED = {
    "unsubscribes": gettext_lazy("Unsubscribes"),
    "complaints": gettext_lazy("Complaints"),
    "no_shows": gettext_lazy("Registered and not come"),
    "staff_hours": gettext_lazy("Hours of staff"),
}


def word_of(judgement: JudgementTold) -> str:
    """The verdict in one word; what may still change says so."""
    word = str(WORDS[judgement.recommended])
    if judgement.effect.provisional:
        return _("%(word)s (provisional)") % {"word": word}
    return word


# --- guardrails -----------------------------------------------------------------------------------
class GuardRow:
    """One guardrail as the page prints it."""

    def __init__(self, guard: GuardTold):
        self.guard = guard

    @property
    def name(self) -> str:
        """What is guarded, in words."""
        return guarded(self.guard)

    @property
    def limit(self) -> str:
        """What it may be at most, with its unit; a dash where there is nothing to compare with."""
        if self.guard.bound is None:
            return "–"
        return f"≤ {self._printed(self.guard.bound)}"

    @property
    def said(self) -> str:
        """What was reached, with its unit, or why it is not told."""
        if self.guard.value is not None:
            return self._printed(self.guard.value)
        if self.guard.n.is_withheld:
            return str(Missing.WITHHELD)
        return str(Missing.NOT_MEASURED)

    @property
    def verdict(self) -> str:
        """Whether it was kept, in words."""
        return {
            GuardKept.KEPT: _("kept"),
            GuardKept.BROKEN: _("beyond the margin"),
            GuardKept.CANNOT_SAY: _("cannot say"),
        }[self.guard.kept]

    @property
    def is_broken(self) -> bool:
        """Whether it is worse than it may be."""
        return self.guard.kept == GuardKept.BROKEN

    def _printed(self, value: float) -> str:
        """A value in the unit of this guardrail."""
        if self.guard.kind in IN_PERCENT:
            return per_hundred(value, 2)
        return _("%(n)s hours") % {"n": number(value, 1)}


def guarded(guard: GuardTold) -> str:
    """What a guardrail guards, in words."""
    return str(GUARDED.get(guard.kind, guard.kind))


def _names(guards: Sequence[GuardTold], kept: GuardKept) -> str:
    """The guardrails of which this is true, in words; empty for none."""
    return listed(guarded(guard) for guard in guards if guard.kept == kept)


# --- why ------------------------------------------------------------------------------------------
def why_ruled(judgement: JudgementTold) -> str:
    """Why the rule says so, in one sentence."""
    recommended = judgement.recommended
    if recommended == Recommended.CHANGE:
        return _("Beyond the margin: %(names)s.") % {
            "names": _names(judgement.guards, GuardKept.BROKEN)
        }
    if judgement.effect.verdict.is_silent:
        return why_silent(judgement.effect.verdict)
    if recommended == Recommended.GO_ON:
        return _why_to_go_on(judgement.guards)
    if recommended == Recommended.OPEN and judgement.effect.verdict == EffectVerdict.GOOD:
        return _("The outcome is better; nobody can say whether it held: %(names)s.") % {
            "names": _names(judgement.guards, GuardKept.CANNOT_SAY)
        }
    return {
        Recommended.STOP: _("Readers who were written to do it less often."),
        Recommended.WAIT: _("The window is not over: until then it can only be stopped for harm."),
        Recommended.SEND_LESS: _("Whatever it did is smaller than what was worth having."),
        Recommended.OPEN: _("The difference cannot be told from chance, so nothing is enlarged."),
    }[recommended]


def _why_to_go_on(guards: Sequence[GuardTold]) -> str:
    """The outcome is better, and every guardrail held, if any was set."""
    if not guards:
        return _("The outcome is better; no guardrail was set.")
    return _("The outcome is better, and every guardrail held.")
