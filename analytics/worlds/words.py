"""Worlds and what was measured in them, in words of the current language. No queries, no HTML."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from analytics.worlds.last_run import KeptFigure, LastRun
from core.numbers import interval, number, percent

#: {world: (what it is called, what is true in it)}
WORLDS = {
    "stationary": (
        gettext_lazy("Nothing changes"),
        gettext_lazy("Six channels whose returns diminish; the best plan is known and stays."),
    ),
    "drifting": (
        gettext_lazy("Everything drifts"),
        gettext_lazy("What each channel brings moves with every round."),
    ),
    "collapse": (
        gettext_lazy("One channel collapses"),
        gettext_lazy("From the fifth round on one channel keeps a twentieth of what it brought."),
    ),
    "seasonal": (
        gettext_lazy("Seasons"),
        gettext_lazy("By month everybody answers 0.4 to 1.6 times as much."),
    ),
    "tiny": (gettext_lazy("A very small library"), gettext_lazy("60 or 300 readers.")),
    "null": (
        gettext_lazy("Nothing but chance"),
        gettext_lazy("No segment, hour, arm or channel differs from another."),
    ),
    "few": (
        gettext_lazy("Nothing but chance, few readers"),
        gettext_lazy("60 or 300 readers, and nothing differs."),
    ),
    "overlap": (
        gettext_lazy("Overlapping segments"),
        gettext_lazy("Twenty segments that overlap; their shares of responses differ."),
    ),
    "hours": (
        gettext_lazy("Confounded hours"),
        gettext_lazy("Whoever answers more is mailed at another hour; the hour does nothing."),
    ),
    "harm": (
        gettext_lazy("Harm"),
        gettext_lazy("Whoever is mailed comes less often."),
    ),
    "referral": (
        gettext_lazy("Friends"),
        gettext_lazy("One in twenty of those held out is brought along by a friend."),
    ),
    "power": (
        gettext_lazy("A true effect"),
        gettext_lazy("The campaign does twice what its groups can show."),
    ),
    "machines": (
        gettext_lazy("Machines"),
        gettext_lazy("Programs open links; nobody does what they seem to do."),
    ),
}
#: {measure: (what it is, whether it is a share of 1)}; what is no share is in percentage points.
MEASURES = {
    "cycle-8": (gettext_lazy("eighth plan, of what the best plan would bring"), True),
    "poor-seed": (gettext_lazy("all rounds, of the unchanged plan: the worst 1 %"), True),
    "worst-seed": (gettext_lazy("all rounds, of the unchanged plan: the very worst"), True),
    "coverage": (gettext_lazy("90 % predictions that held"), True),
    "coverage-made": (gettext_lazy("90 % predictions that held, of what was proposed"), True),
    "bias": (gettext_lazy("promised too much, in percentage points"), False),
    "bias-made": (
        gettext_lazy("promised too much, in percentage points, of what was proposed"),
        False,
    ),
    "asserts": (gettext_lazy("evaluations that say something differs"), True),
    "moves-the-hour": (gettext_lazy("evaluations that move the hour"), True),
    "extends": (gettext_lazy("evaluations that extend what does harm"), True),
    "called-harmful": (gettext_lazy("evaluations that call it harmful"), True),
    "found": (gettext_lazy("effects that were found"), True),
}
#: What a channel world varies: how far apart the channels lie, readers, and who answers at all.
LIBRARY_CASE = re.compile(r"(?P<appeal>spread|mild)-(?P<readers>\d+)-(?P<base>\d+)%")
APPEALS = {
    "spread": gettext_lazy("channels far apart"),
    "mild": gettext_lazy("channels close together"),
}
#: {(world, case): in words}
CASES = {
    ("null", "3000"): gettext_lazy("3,000 readers"),
    ("null", "two-arms"): gettext_lazy("3,000 readers, two versions"),
    ("few", "60"): gettext_lazy("60 readers"),
    ("few", "300"): gettext_lazy("300 readers"),
    ("overlap", "0.5"): gettext_lazy("0.5 points apart"),
    ("overlap", "1"): gettext_lazy("1 point apart"),
    ("overlap", "2"): gettext_lazy("2 points apart"),
    ("hours", "by-segment"): gettext_lazy("one of twenty segments answers more"),
    ("harm", "-2"): gettext_lazy("2 points fewer come"),
    ("harm", "-5"): gettext_lazy("5 points fewer come"),
    ("harm", "-18"): gettext_lazy("18 points fewer come"),
    ("harm", "1.5-visible"): gettext_lazy("1.5 times the smallest visible effect"),
    ("referral", "1-visible"): gettext_lazy("as much as the smallest visible effect"),
    ("referral", "2-visible"): gettext_lazy("twice the smallest visible effect"),
    ("power", "2%"): gettext_lazy("2 in 100 come by themselves"),
    ("power", "6%"): gettext_lazy("6 in 100 come by themselves"),
    ("power", "25%"): gettext_lazy("25 in 100 come by themselves"),
}


def case_in_words(world: str, case: str) -> str:
    """What one case of a world is; one nobody described here by its own name."""
    library = LIBRARY_CASE.fullmatch(case)
    if library is None:
        return str(CASES.get((world, case), case))
    return _("%(appeal)s, %(readers)s readers, %(base)s answer") % {
        "appeal": APPEALS[library["appeal"]],
        "readers": number(int(library["readers"])),
        "base": percent(int(library["base"]) / 100, 0),
    }


@dataclass(frozen=True)
class ToldFigure:
    """One figure of a world. ``tone``: the colour of its verdict."""

    case: str
    measure: str
    value: str
    range: str
    limit: str
    verdict: str
    tone: str


@dataclass(frozen=True)
class ToldRun:
    """The last run of a world: what it is called, what is true in it, and its figures."""

    name: str
    about: str
    played: str
    figures: Sequence[ToldFigure]
    short: int
    judged: int

    @property
    def fell_short(self) -> list[ToldFigure]:
        """The figures that do not reach what is wanted of them."""
        return [one for one in self.figures if one.tone == "red"]

    @property
    def outcome(self) -> str:
        """How many figures of this world reach what is wanted."""
        told = {"reached": self.judged - self.short, "judged": self.judged}
        return _("%(reached)s of %(judged)s figures reach what is wanted.") % told


def told_runs(runs: Iterable[LastRun]) -> list[ToldRun]:
    """The runs as a page tells them, in their order."""
    return list(map(_told_run, runs))


def _told_run(run: LastRun) -> ToldRun:
    """A world nobody described here is told by its name alone."""
    name, about = WORLDS.get(run.world, (run.world, ""))
    last = run.first + run.seeds - 1
    verdicts = [one.verdict for one in run.figures]
    return ToldRun(
        name=str(name),
        about=str(about),
        played=_("seeds %(first)s to %(last)s") % {"first": run.first, "last": last},
        figures=[_told_figure(run.world, one) for one in run.figures],
        short=verdicts.count("short"),
        judged=len(verdicts) - verdicts.count("shown"),
    )


def _told_figure(world: str, one: KeptFigure) -> ToldFigure:
    """A figure with its unit; one nobody described here by its name, as a bare number."""
    measure, is_share = MEASURES.get(one.measure, (one.measure, False))
    show = SHOWN_AS[is_share]
    words, tone = verdict_of(one.verdict)
    low = show(one.low).removesuffix(" %")
    return ToldFigure(
        case=case_in_words(world, one.case),
        measure=str(measure),
        value=show(one.value),
        range=interval(low, show(one.high)),
        limit=limit_text(one.limit, is_share=is_share),
        verdict=words,
        tone=tone,
    )


def _points(value: float) -> str:
    """Percentage points, with two decimals: what is wanted is three tenths."""
    return number(value, 2)


#: {whether a measure is a share: how its numbers are printed}
SHOWN_AS = {True: percent, False: _points}


def limit_text(limit: str, *, is_share: bool) -> str:
    """What is wanted: "≥ 95 %", "87–93 %", a dash where nothing is.

    ``limit``: as the run printed it: ">=0.95", "<=0.1", "0.87..0.93", "-".
    """
    show = SHOWN_AS[is_share]
    for printed, sign in ((">=", "≥"), ("<=", "≤")):
        if limit.startswith(printed):
            return f"{sign} {show(float(limit.removeprefix(printed)))}"
    # A dash where nothing is wanted has no dots, and so no upper end.
    low, _dots, high = limit.partition("..")
    if not high:
        return "–"
    return interval(show(float(low)).removesuffix(" %"), show(float(high)))


def verdict_of(verdict: str) -> tuple[str, str]:
    """(in words, colour) of "ok", "short" or "shown"."""
    return {
        "ok": (pgettext("what is wanted", "reached"), "green"),
        "short": (pgettext("what is wanted", "fell short"), "red"),
        "shown": (pgettext("of a figure", "only shown"), ""),
    }[verdict]


def summary(runs: Sequence[ToldRun]) -> str:
    """How many of the figures reach what is wanted; that nothing was played where nothing was."""
    judged = sum(run.judged for run in runs)
    if not judged:
        return _("No world has been played yet: make simulate WRITE=1 plays them all.")
    told = {"reached": judged - sum(run.short for run in runs), "judged": judged, "n": len(runs)}
    said = ngettext(
        "In %(n)s world %(reached)s of %(judged)s figures reach what is wanted of them.",
        "In %(n)s worlds %(reached)s of %(judged)s figures reach what is wanted of them.",
        len(runs),
    )
    return said % told
