"""Segments of a report, its arms, and what was lost of them, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.loop.figures.shapes import Results, SegmentResult
from analytics.loop.judging.saying import ArmTold, EffectTold, JudgementTold
from analytics.loop.meeting.effect import arm_name, range_or_nothing
from analytics.loop.meeting.four import segments_compared
from analytics.loop.words import figure_text
from core.disclosure import Count
from core.localised import listed
from core.numbers import number


@dataclass(frozen=True)
class SegmentLine:
    """One segment against all others who were sent to. ``verdict``: whether the difference lies
    beyond chance; ``is_found``: that it does.
    """

    name: str
    response: str
    difference: str
    range: str
    n: Count
    verdict: str
    is_found: bool


def segment_rows(results: Results) -> list[SegmentLine]:
    """The addressed ones, then those nobody chose."""
    compared = segments_compared(results.judgement)
    rows = [*results.segments, *(one.result for one in results.unchosen_segments)]
    is_over = not results.judgement.effect.provisional
    return [_segment_row(row, _found(row, compared), is_over=is_over) for row in rows]


def _found(segment: SegmentResult, compared: dict[str, bool]) -> bool | None:
    """Whether it differs beyond chance; None where it was not compared, or its difference is not
    told: then nothing is said of it either.
    """
    if not segment.difference.says:
        return None
    return compared.get(str(segment.pk))


def _segment_row(segment: SegmentResult, found: bool | None, *, is_over: bool) -> SegmentLine:
    """``found``: None where it was not compared; ``is_over``: whether that is decided yet."""
    difference = segment.difference
    return SegmentLine(
        name=segment.name,
        response=figure_text(segment.response),
        difference=figure_text(difference),
        range=range_or_nothing(difference),
        n=segment.response.persons,
        verdict=_verdict(found, is_over=is_over),
        is_found=bool(found),
    )


def _verdict(found: bool | None, *, is_over: bool) -> str:
    """Whether a difference lies beyond chance, which is asked once: at the end."""
    if found is None:
        return _("too few to compare")
    if not is_over:
        return _("decided at the end")
    if found:
        return _("beyond chance")
    return _("not beyond chance")


def segments_title(rows: Sequence[SegmentLine]) -> str:
    """The heading: how many segments differ."""
    found = len([row for row in rows if row.is_found])
    if not found:
        return _("No segment stands out")
    return ngettext("One segment stands out", "%(n)s segments stand out", found) % {"n": found}


# --- losses and comparisons -----------------------------------------------------------------------
def losses_said(effect: EffectTold) -> list[str]:
    """How many of each arm can no longer be followed, and whether that is as the draw would have
    it.
    """
    if not effect.arms:
        return [_("Nobody was drawn, so nobody was lost of any arm.")]
    told = [_of_drawn(arm, arm.lost) for arm in effect.arms]
    said = [
        _("Can no longer be followed (erased, merged or suppressed after the draw): %(arms)s.")
        % {"arms": listed(told)}
    ]
    if effect.losses is not None:
        said.append(_("Losses by arm: p ≤ %(p)s.") % {"p": number(effect.losses, 3)})
    if effect.before is not None:
        said.append(
            _("The outcome before the draw, by arm: p ≤ %(p)s.") % {"p": number(effect.before, 3)}
        )
    return said


def _of_drawn(arm: ArmTold, part: Count) -> str:
    """So many of those who were drawn into an arm."""
    return _("%(arm)s %(lost)s of %(drawn)s") % {
        "arm": arm_name(arm),
        "lost": part,
        "drawn": arm.drawn,
    }


def contamination_said(effect: EffectTold) -> list[str]:
    """How many of each arm other campaigns reached as well: they have a part in what is compared.

    Empty where nobody was drawn; where they were not counted it is said that they were not.
    """
    if not effect.arms:
        return []
    # All arms are counted, or none is.
    if not effect.arms[0].touched.is_known:
        return [_("Who was also mailed by another campaign was not counted by arm.")]
    told = [_of_drawn(arm, arm.touched) for arm in effect.arms]
    return [
        _("Also mailed by another campaign within their window: %(arms)s.")
        % {"arms": listed(told)},
        _("They count in their arm as everybody does."),
    ]


def compared_said(judgement: JudgementTold) -> str:
    """How many differences were looked at together, and how many of them are beyond chance; before
    the end nothing is.
    """
    if judgement.effect.provisional:
        return _("Which differences lie beyond chance is asked once, at the end.")
    # Secondary outcomes are among what was compared.
    found = len([one for one in (*judgement.gaps, *judgement.secondary) if one.found])
    message = ngettext(
        "%(n)s difference was compared; beyond chance: %(found)s.",
        "%(n)s differences were compared together; beyond chance: %(found)s.",
        judgement.compared,
    )
    return message % {"n": judgement.compared, "found": found}
