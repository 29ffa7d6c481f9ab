"""Which parts of a campaign differ beyond chance, all of them looked at together. Pure.

Everybody counts once: a reader with three mails is one reader. Hours and contents are compared
within readers who are alike (the same addressed segments and identity), and hours within one
content, because whoever is mailed at another hour for being another kind of reader tells nothing of
the hour. Whether there is a difference is decided over all comparisons of the report together
(Benjamini & Hochberg 1995, q = .05); the effect against those held out is decided by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from analytics.loop.inputs.experiment import AnsweredCell, ArmCell, ArmRole, Promised
from analytics.loop.inputs.shapes import Inputs, UnchosenSegment
from analytics.loop.judging.effects import by_arm_and_stratum, compared
from analytics.loop.judging.shapes import ComparedGap, SecondaryEffect
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.rules import Rule
from analytics.loop.subjects import Subject
from core.inference.contrasts import Contrast, shares_differ, stratified
from core.inference.many import comparisons, discoveries
from core.inference.moments import Moments

Two = tuple[int, int]
#: Whatever is looked at together: it has a contrast, and is marked as found or not.
Compared = ComparedGap | SecondaryEffect


def gaps_of(
    inputs: Inputs, of_channels: Iterable[ComparedGap], rule: Rule, verdict: EffectVerdict
) -> tuple[ComparedGap, ...]:
    """Every gap that could be compared, none of them marked yet.

    ``of_channels``: the gaps of channels, which are rates and not shares of readers. ``verdict``:
    of the effect; it says whether arms can be compared at all.
    """
    answered = inputs.drawn.answered
    return (
        *_segments(inputs.segments, answered, rule),
        *_unchosen(inputs.unchosen_segments, answered, rule),
        *_hours(answered, inputs.send_hour, rule),
        *of_channels,
        *_arms(inputs.promised, inputs.drawn.cells, rule, verdict),
    )


def found_together(gaps: Sequence[Compared]) -> tuple[Compared, ...]:
    """The same gaps, each marked whether it lies beyond chance among all of them."""
    # All kinds together, since a report is read as a whole: of twenty segments and thirteen hours
    # one or two differ at 5 % by chance.
    found = discoveries(probabilities(gaps))
    return tuple(replace(gap, found=is_found) for gap, is_found in zip(gaps, found, strict=True))


def probabilities(gaps: Iterable[Compared]) -> list[float | None]:
    """Of each gap: how probable one as large is where there is none."""
    return [gap.contrast.p for gap in gaps]


def compared_together(gaps: Iterable[Compared]) -> int:
    """How many gaps could be compared at all."""
    return comparisons(probabilities(gaps))


def counted(cells: Iterable[AnsweredCell]) -> Two:
    """(readers who responded, readers) of these cells. (0, 0) of none."""
    responded = total = 0
    for cell in cells:
        total += cell.n
        if cell.responded:
            responded += cell.n
    return responded, total


def rest_of(total: Two, part: Two) -> Two:
    """(responded, readers) of all but a part."""
    return total[0] - part[0], total[1] - part[1]


def _gap(subject: Subject, inside: Two, others: Two, rule: Rule) -> Iterator[ComparedGap]:
    """The gap between two groups of readers who were not drawn; none where either is too small to
    judge by.
    """
    # Not counted among the comparisons either: what cannot be found must not hide what can.
    if min(inside[1], others[1]) < rule.judged_from:
        return
    contrast = shares_differ(
        Moments.of_share(*inside),
        Moments.of_share(*others),
        level=rule.estimate_level,
        least=rule.shown_from,
    )
    yield ComparedGap(subject, contrast, randomised=False)


def _segments(
    segments: Iterable[int], answered: Sequence[AnsweredCell], rule: Rule
) -> Iterator[ComparedGap]:
    """Each addressed segment against all other readers who were sent to. ``segments``: primary
    keys. Segments may overlap: the others are whoever is not in this one.
    """
    total = counted(answered)
    for pk in segments:
        # Against the others and not against all, of whom the segment is a part.
        inside = counted(cell for cell in answered if pk in cell.segments)
        yield from _gap(Subject.segment(pk), inside, rest_of(total, inside), rule)


def _unchosen(
    unchosen: Iterable[UnchosenSegment], answered: Sequence[AnsweredCell], rule: Rule
) -> Iterator[ComparedGap]:
    """The same of segments nobody chose, some of whose members were sent to."""
    total = counted(answered)
    for segment in unchosen:
        inside = (segment.responded, segment.sent)
        yield from _gap(Subject.segment(segment.pk), inside, rest_of(total, inside), rule)


def _hours(answered: Sequence[AnsweredCell], planned: int, rule: Rule) -> Iterator[ComparedGap]:
    """Every hour in which mail went out against the planned one, among readers who are alike."""
    alike = defaultdict(list)
    for cell in answered:
        # Whoever differs in one of these may answer more for that reason.
        alike[cell.content, cell.segments, cell.identity].append(cell)

    for hour in sorted({cell.hour for cell in answered} - {planned}):
        cells = []
        for group in alike.values():
            ours = counted(cell for cell in group if cell.hour == hour)
            theirs = counted(cell for cell in group if cell.hour == planned)
            cells.append((*ours, *theirs))
        yield ComparedGap(Subject.hour(hour), _within(cells, rule), randomised=False)


def _within(cells: Iterable[tuple[int, int, int, int]], rule: Rule) -> Contrast:
    """The difference within cells; silent where no cell has both sides. Each cell is (responded,
    readers) of one side and then of the other.
    """
    return stratified(cells, level=rule.estimate_level, least=rule.judged_from)


def _arms(
    promised: Promised, cells: Iterable[ArmCell], rule: Rule, verdict: EffectVerdict
) -> Iterator[ComparedGap]:
    """Every new arm against what went on as before, or against the first arm where nothing did, by
    the outcome and by the estimate that was named for it; none where arms cannot be compared.
    """
    if not verdict.lets_arms_be_compared:
        return
    strata = by_arm_and_stratum(cells)
    codes = [arm.code for arm in promised.arms if arm.code in strata]
    base = _compared_with(promised, codes)
    for code in codes:
        if code == base:
            continue
        # By the same estimate as the effect itself: an arm is judged by the outcome, not by clicks.
        effect = compared(code, strata[code], strata[base], promised, rule)
        yield ComparedGap(Subject.arm(code), effect.decided, randomised=True, against=base)


def _compared_with(promised: Promised, codes: Sequence[str]) -> str:
    """The arm that others are compared with: the one that goes on as before, else the first. Empty
    where ``codes`` are. ``codes``: the addressed arms that have readers, as they were planned.
    """
    for arm in promised.arms:
        if arm.role == ArmRole.AS_BEFORE and arm.code in codes:
            return arm.code
    return next(iter(codes), "")
