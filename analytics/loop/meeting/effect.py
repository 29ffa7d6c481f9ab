"""The effect row by row: everybody, every arm, the arms against going on as before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.loop import storage
from analytics.loop.conclusions import what_could_be_seen
from analytics.loop.figures.shapes import Results
from analytics.loop.inputs.experiment import ADDRESSED, HELD_OUT, Promised
from analytics.loop.judging.saying import ArmTold, EffectTold
from analytics.loop.measures import Figure, Measure
from analytics.loop.meeting.drawing import DrawnInterval, DrawnMark, RowDrawing
from analytics.loop.models import Adjustment
from analytics.loop.words import figure_range, figure_text, value_text
from campaigns.experiments.models import NamedOutcome
from campaigns.experiments.words import HOW_OFTEN, WHETHER
from core.disclosure import Count
from core.localised import localised, running
from core.numbers import percent

POINTS = 100


@dataclass(frozen=True)
class EffectRow:
    """One line: ``name``, a sentence ``beneath`` it, the difference, its interval, how many."""

    name: str
    beneath: str
    value: str
    range: str
    n: Count
    svg: SafeString
    decides: bool = False
    note: str = ""


@dataclass(frozen=True)
class DrawnEffect:
    """All rows on one scale. ``head`` and ``axis`` stand above and below them; ``before``: the row
    with a zero of its own, None where no arm went on as before.
    """

    head: SafeString
    axis: SafeString
    rows: Sequence[EffectRow]
    level: str
    heads: int
    before: EffectRow | None = None


def in_points(figure: Figure | None) -> DrawnInterval | None:
    """A difference as it is drawn, per 100 readers; None where it says nothing."""
    if figure is None or not figure.says:
        return None
    if figure.low is None:
        return DrawnInterval(figure.value * POINTS)
    return DrawnInterval(figure.value * POINTS, figure.low * POINTS, figure.high * POINTS)


def drawn_effect(results: Results, checked: Iterable[Adjustment]) -> DrawnEffect | None:
    """The rows; None where there is no effect to draw. ``checked``: promises of the last round that
    this report measured.
    """
    effect = results.judgement.effect
    whole = in_points(effect.shown)
    if effect.verdict.is_silent or whole is None:
        return None
    marks = marks_of(effect)
    changed = results.judgement.changed
    promise = promise_of_outcome(checked, effect.measure)
    plain = plain_of(results)
    arms = arms_beside(effect)
    shown = [whole, plain, *(in_points(arm.effect) for arm in arms)]
    if changed is not None:
        shown += [in_points(changed.outcome), in_points(promise)]
    drawing = RowDrawing.of([one for one in shown if one is not None], marks)
    rows = [_whole_row(results, drawing, plain)]
    rows += [_arm_row(arm, drawing) for arm in arms]
    before = None
    if changed is not None and changed.outcome.says:
        before = _row_before(changed.outcome, promise, RowDrawing(drawing.scale, marks[:1]))
    return DrawnEffect(
        head=drawing.head(),
        axis=drawing.axis(),
        rows=rows,
        level=percent(effect.shown.level, 0),
        heads=len(marks),
        before=before,
    )


def marks_of(effect: EffectTold) -> list[DrawnMark]:
    """No effect, the smallest one worth having, and the smallest one that could be seen."""
    marks = [DrawnMark(0, "zero", _("Held out: no difference"))]
    if effect.smallest is not None:
        worth = value_text(effect.smallest, effect.measure)
        said = _("Worth having: from %(value)s") % {"value": worth}
        marks.append(DrawnMark(effect.smallest * POINTS, "worth", said))
    if effect.visible is not None:
        visible = value_text(effect.visible, effect.measure)
        said = _("Can be seen: from %(value)s") % {"value": visible}
        marks.append(DrawnMark(effect.visible * POINTS, "visible", said))
    return marks


def plain_of(results: Results) -> DrawnInterval | None:
    """The difference without any correction, where another one decides."""
    if not results.judgement.effect.is_adjusted:
        return None
    return in_points(uncorrected(results))


def uncorrected(results: Results) -> Figure:
    """The plain difference in the named outcome: of shares, or of how often."""
    amount = results.judgement.effect.amount
    if amount is not None:
        return amount.plain
    return results.lift


def arms_beside(effect: EffectTold) -> list[ArmTold]:
    """The addressed arms one by one; none where there is only one, which is everybody."""
    arms = [arm for arm in effect.arms if arm.arm != HELD_OUT]
    if len(arms) < 2:
        return []
    return arms


def arm_name(arm: ArmTold) -> str:
    """An arm by the name of the plan, else by its code."""
    if arm.arm == HELD_OUT:
        return _("Held out")
    if arm.arm == ADDRESSED:
        return _("Written to")
    return localised(arm.name) or arm.arm


def promise_of_outcome(checked: Iterable[Adjustment], measure: Measure) -> Figure | None:
    """What the last round promised of the outcome, as ``measure``; None where it promised nothing
    of it.
    """
    for adjustment in checked:
        if adjustment.measure == measure:
            return storage.promise_of(adjustment)
    return None


def _whole_row(results: Results, drawing: RowDrawing, plain: DrawnInterval | None) -> EffectRow:
    """Everybody addressed against everybody held out, which decides."""
    effect = results.judgement.effect
    note = ""
    if plain is not None:
        note = _("uncorrected %(value)s (%(range)s)") % {
            "value": figure_text(uncorrected(results)),
            "range": figure_range(uncorrected(results)),
        }
    return EffectRow(
        name=_("Everybody written to"),
        beneath=how_decided(effect),
        value=figure_text(effect.shown),
        range=figure_range(effect.shown),
        n=effect.shown.persons,
        svg=drawing.row(in_points(effect.shown), "decides", thin=plain),
        decides=True,
        note=note,
    )


def how_decided(effect: EffectTold) -> str:
    """By which of the two estimates."""
    if effect.is_adjusted:
        return _("corrected by what each reader did before, as set before launch")
    return _("the plain difference, as set before launch")


def _arm_row(arm: ArmTold, drawing: RowDrawing) -> EffectRow:
    """One arm against everybody held out."""
    return EffectRow(
        name=arm_name(arm),
        beneath=_("against those held out"),
        value=figure_text(arm.effect),
        range=range_or_nothing(arm.effect),
        n=arm.drawn,
        svg=drawing.row(in_points(arm.effect), "arm"),
    )


def range_or_nothing(figure: Figure) -> str:
    """Its interval; empty where the figure says nothing, whose value says why."""
    if not figure.says:
        return ""
    return figure_range(figure)


def _row_before(outcome: Figure, promise: Figure | None, drawing: RowDrawing) -> EffectRow:
    """The new arms against the one that went on as before, with what was promised as a band."""
    note = ""
    if promise is not None and promise.says:
        note = promise_kept(outcome, promise)
    return EffectRow(
        name=_("New against as before"),
        beneath=_("zero here is going on as before"),
        value=figure_text(outcome),
        range=figure_range(outcome),
        n=outcome.persons,
        svg=drawing.row(in_points(outcome), "arm", band=in_points(promise)),
        note=note,
    )


def promise_kept(outcome: Figure, promise: Figure) -> str:
    """Whether what came lies within what was promised."""
    told = {
        "value": figure_text(promise),
        "range": figure_range(promise),
        "level": percent(promise.level, 0),
    }
    if promise.low is None:
        return _("promised: %(value)s") % told
    if promise.low <= outcome.value <= promise.high:
        return _("as promised: %(value)s (%(level)s interval %(range)s)") % told
    return _("not as promised: %(value)s (%(level)s interval %(range)s)") % told


def asked(promised: Promised) -> str:
    """What was asked of every reader drawn, with the days each had for it; empty where nothing was
    named.
    """
    if not promised.outcome:
        return ""
    questions = WHETHER
    if promised.is_amount:
        questions = HOW_OFTEN
    message = ngettext(
        "Asked before launch: “%(question)s”, within %(days)s day.",
        "Asked before launch: “%(question)s”, within %(days)s days.",
        promised.window_days,
    )
    question = questions[NamedOutcome(promised.outcome)]
    return message % {"question": question, "days": promised.window_days}


def effect_title(results: Results) -> str:
    """The heading of the part: what came out, in few words."""
    effect = results.judgement.effect
    if effect.verdict.is_silent or not effect.shown.says:
        return _("No effect can be told")
    said = {"value": figure_text(effect.shown)}
    if effect.provisional:
        return _("Provisional: %(value)s") % said
    return _("%(value)s against those held out") % said


def effect_described(results: Results) -> str:
    """The drawing in one sentence, for whoever does not see it."""
    effect = results.judgement.effect
    said = _("Difference to those held out: %(value)s, %(level)s interval %(range)s.") % {
        "value": figure_text(effect.shown),
        "level": percent(effect.shown.level, 0),
        "range": figure_range(effect.shown),
    }
    return running([said, what_could_be_seen(effect)])
