"""The standards of a report: by the target that was first set, the amended one beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from analytics.loop.effect_readings import measure_in
from analytics.loop.figures.shapes import Attained, Results, StandardResult
from analytics.loop.figures.standards import why_missing
from analytics.loop.measures import Figure, Measure
from analytics.loop.meeting.four import NOT_MEASURED, came_to
from analytics.loop.words import (
    direction_sign,
    figure_range,
    figure_text,
    measure_name,
)
from campaigns.plan.models import Standard
from core.charts.svg import element, percent_of, written
from core.numbers import percent, plain

#: Where the target stands in every row, and which part of the target fills one of the row.
TARGET_AT, PER_TARGET = 0.43, 0.71
MIDDLE = "50%"


@dataclass(frozen=True)
class AttainedLine:
    """A verdict: its sign, its word, and the class that colours it."""

    sign: str
    word: str
    look: str


ATTAINMENTS = {
    Attained.MET: AttainedLine("●", pgettext_lazy("standard", "met"), "met"),
    Attained.ABOUT: AttainedLine("◐", gettext_lazy("about met"), "about"),
    Attained.MISSED: AttainedLine("⊘", pgettext_lazy("standard", "missed"), "missed"),
    Attained.CANNOT_SAY: AttainedLine("◌", gettext_lazy("cannot say"), "open"),
    NOT_MEASURED: AttainedLine("–", gettext_lazy("not measured"), "open"),
}


@dataclass(frozen=True)
class StandardRow:
    """One standard. ``amended``: what it came to by the amended target; empty where there is none.
    ``facts``: interval and number of rows.
    """

    name: str
    definition: str
    target: str
    value: str
    facts: str
    attainment: AttainedLine
    amended: str
    svg: SafeString


def standard_rows(results: Results) -> list[StandardRow]:
    """Every standard, in the order of the plan."""
    return [_row(one, results) for one in results.standards]


def _row(result: StandardResult, results: Results) -> StandardRow:
    """One standard beside what was reached."""
    standard = result.standard
    value = figure_text(result.reached)
    if not result.reached.says:
        value = str(why_missing(Measure(standard.metric), results))
    return StandardRow(
        name=measure_name(standard.metric),
        definition=str(measure_in(results, standard.metric).counted),
        target=target_text(standard.direction, result.original),
        value=value,
        facts=facts_of(result.reached),
        attainment=ATTAINMENTS[came_to(result, results)],
        amended=amended_text(result),
        svg=drawn_standard(result),
    )


def target_text(direction: str, target: float) -> str:
    """A target with its sign."""
    return f"{direction_sign(direction)} {plain(target)}"


def facts_of(figure: Figure) -> str:
    """The interval with its level, and how many it rests on; how many alone where nothing is
    said.
    """
    told = {"n": figure.persons}
    if not figure.says or figure.low is None:
        return _("n=%(n)s") % told
    told |= {"range": figure_range(figure), "level": percent(figure.level, 0)}
    return _("%(level)s interval %(range)s · n=%(n)s") % told


def amended_text(result: StandardResult) -> str:
    """What it comes to by the target that stood at the end; empty where it is the first one."""
    standard = result.standard
    if not standard.amendments:
        return ""
    target = target_text(standard.direction, standard.target)
    if result.amended == Attained.UNSTATED:
        return _("later amended to %(target)s, which does not count") % {"target": target}
    word = ATTAINMENTS[result.amended].word
    return _("by the amended target %(target)s: %(word)s") % {"target": target, "word": word}


def place_of(value: float, result: StandardResult) -> float:
    """Where a value lies, from 0 to 1; to the right of the target is the better side."""
    better = (value - result.original) / abs(result.original)
    if result.standard.direction == Standard.Direction.AT_MOST:
        better = -better
    return min(max(TARGET_AT + better * PER_TARGET, 0), 1)


def drawn_standard(result: StandardResult) -> SafeString:
    """The target as a line, and what was reached as a point with its reach."""
    root = element("svg", class_="standard-line", width="100%", height="26", aria_hidden="true")
    element("line", root, class_="hair", x1=0, x2="100%", y1=MIDDLE, y2=MIDDLE)
    target = percent_of(TARGET_AT)
    element("line", root, class_="zero", x1=target, x2=target, y1=1, y2=25)
    if result.reached.says and result.original:
        _draw_reached(root, result)
    return mark_safe(written(root))


def _draw_reached(root, result: StandardResult) -> None:
    """The point, and the interval where it is told."""
    figure = result.reached
    look = ATTAINMENTS.get(result.attained, ATTAINMENTS[Attained.CANNOT_SAY]).look
    if figure.low is not None:
        ends = sorted([place_of(figure.low, result), place_of(figure.high, result)])
        element(
            "line",
            root,
            class_=f"reach {look}",
            x1=percent_of(ends[0]),
            x2=percent_of(ends[1]),
            y1=MIDDLE,
            y2=MIDDLE,
        )
    at = percent_of(place_of(figure.value, result))
    element("circle", root, class_=" ".join(("point", look)), cx=at, cy=MIDDLE, r=4.5)


def standards_title(rows: Sequence[StandardRow], *, is_provisional: bool = False) -> str:
    """The heading: how many of them were met."""
    if not rows:
        return _("No standard was set")
    met = [row for row in rows if row.attainment.look == "met"]
    told = {"met": len(met), "all": len(rows)}
    if is_provisional:
        return _("Provisional: %(met)s of %(all)s standards met so far") % told
    return _("%(met)s of %(all)s standards met") % told
