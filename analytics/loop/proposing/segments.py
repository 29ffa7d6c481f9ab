"""Which segments the next plan addresses. Pure.

Whether a segment differs is decided over all comparisons of the report; by how much, by the share
drawn towards all segments' (empirical Bayes), because the segment that looks best is so partly by
luck. Segments were not drawn: one step at a time, and none is added but to what is known to help.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from analytics.loop.judging.shapes import ComparedGap
from analytics.loop.measures import Figure, Measure
from analytics.loop.models import Adjustment
from analytics.loop.proposals import Proposal
from analytics.loop.proposing.case import ENOUGH, Case
from analytics.loop.proposing.promises import (
    Foretold,
    ShareBelief,
    generator,
    observed_difference,
)
from analytics.loop.proposing.registry import proposes
from analytics.loop.subjects import Subject
from core.inference.shrinking import shrink

Kind = Adjustment.Kind
#: A segment is dropped only if it is believed to respond less than this part of what the others do.
#: A decision costs somebody's time, and a segment that answers a little less costs hardly anything.
DROP_BELOW = 0.5
#: So many segments are proposed at once: what was only observed may move the plan in small steps.
MOST_SEGMENTS = 1
#: Directions of a gap to the others.
MORE, LESS = 1, -1


@dataclass(frozen=True)
class SegmentFamily:
    """What is believed of each segment's share, in the light of all of them."""

    case: Case

    @cached_property
    def beliefs(self) -> dict[int, ShareBelief]:
        """{segment: belief}; empty where no segment was sent to. Addressed ones and those nobody
        chose, as one family.
        """
        counts = self.case.shares.segments
        if not counts:
            return {}
        # Segments overlap, so that a reader may stand in several members, of which the family knows
        # nothing; the world of overlaps in docs/loop.md shows that promises hold all the same.
        family = shrink(list(counts.values()))
        beliefs = {}
        for pk, member in zip(counts, family.members, strict=True):
            beliefs[pk] = ShareBelief(member.a, member.b)
        return beliefs

    def share(self, pk: int) -> float:
        """The believed share of a segment, 0 to 1."""
        return self.beliefs[pk].mean

    def rest(self, pk: int) -> tuple[int, int]:
        """(responded, readers) of all who are not in it. Of those who were sent to."""
        responded, n = self.case.shares.segments[pk]
        whole_responded, whole_n = self.case.shares.whole
        return whole_responded - responded, whole_n - n

    def is_weak(self, pk: int) -> bool:
        """Whether it is believed to respond so much less that leaving it out is worth a decision.
        There must be readers who are not in it.
        """
        responded, n = self.rest(pk)
        return self.share(pk) < DROP_BELOW * responded / n


def promise(family: SegmentFamily, pk: int, joining: int) -> Foretold:
    """The response of the whole audience with the change minus without it.

    ``joining``: readers of the segment who come in; 0 where all of it is left out.
    """
    # One stream of draws for both: the segment and the others err independently of each other.
    chance = generator()
    inside = family.beliefs[pk].drawn(chance)
    others = ShareBelief.of_rest(*family.rest(pk)).drawn(chance)
    _responded, n_inside = family.case.shares.segments[pk]
    _whole, n = family.case.shares.whole
    # Both beliefs mixed, and not the measured share of all: the segment's luck is taken off on both
    # sides of the difference.
    unchanged = (inside * n_inside + others * (n - n_inside)) / n
    # Who leaves is compared with nobody: the audience without them, against the audience with them.
    changed, n_next = others, n - n_inside
    if joining:
        changed = (unchanged * n + inside * joining) / (n + joining)
        n_next = n + joining
    return observed_difference(changed, unchanged, n_next, chance)


@proposes(Kind.SEGMENT_DROP, rank=4)
def drop(case: Case) -> Iterator[Proposal]:
    """A segment that surely responds less, and by so much that leaving it out is worth a decision;
    one always stays.
    """
    # Without any segment the next campaign would address nobody.
    if not case.may_arrange or len(case.addressed) < 2:
        return
    family = SegmentFamily(case)
    weak = filter(family.is_weak, _differing(case, case.addressed, LESS))
    for pk in sorted(weak, key=family.share)[:MOST_SEGMENTS]:
        yield _proposal(Kind.SEGMENT_DROP, case, pk, promise(family, pk, 0))


@proposes(Kind.SEGMENT_ADD, rank=5)
def add(case: Case) -> Iterator[Proposal]:
    """A segment nobody chose whose addressed members surely responded more, and that holds readers
    not yet addressed; only to a campaign that is known to help.
    """
    if not case.may_extend:
        return
    family = SegmentFamily(case)
    better = []
    for pk in _differing(case, case.unchosen_sizes, MORE):
        _responded, n_inside = case.shares.segments[pk]
        # Only a size that everybody is told: a proposal must not betray one that is withheld.
        members = case.unchosen_sizes[pk].public_number
        if members is not None and members > n_inside:
            better.append((-family.share(pk), pk, members - n_inside))
    for _share, pk, joining in sorted(better)[:MOST_SEGMENTS]:
        yield _proposal(Kind.SEGMENT_ADD, case, pk, promise(family, pk, joining))


def _differing(case: Case, keys: Iterable[int], direction: int) -> list[int]:
    """Those among ``keys`` of segments that surely responded in this direction: more than the
    others did, or less.
    """
    found = []
    for pk in keys:
        gap = _found_gap(case, pk)
        if gap is not None and gap.contrast.estimate.value * direction > 0:
            found.append(pk)
    return found


def _found_gap(case: Case, pk: int) -> ComparedGap | None:
    """The gap of a segment that differs beyond chance and may be told; None for all others, and for
    segments of too few readers.
    """
    gap = case.judgement.gap(Subject.segment(pk))
    if gap is None or not gap.found or not _is_told(case, pk):
        return None
    _responded, n = case.shares.segments[pk]
    if n < ENOUGH:
        return None
    return gap


def _is_told(case: Case, pk: int) -> bool:
    """Whether the report tells both the segment's share and its difference to the others: what it
    withholds must not come out by a proposal.
    """
    subject = Subject.segment(pk)
    inside, difference = case.by_subject.get(subject), case.by_subject.get(Subject.gap(subject))
    if inside is None or difference is None:
        return False
    return inside.figure.says and difference.figure.says


def _proposal(kind: Adjustment.Kind, case: Case, pk: int, promised: Foretold) -> Proposal:
    """A segment in the plan or out of it."""
    subject = Subject.segment(pk)
    inside, difference = case.by_subject[subject], case.by_subject[Subject.gap(subject)]
    return Proposal(
        kind=kind,
        target=subject,
        names=inside.names,
        before=kind == Kind.SEGMENT_DROP,
        after=kind == Kind.SEGMENT_ADD,
        promise=case.as_told(Figure.of(promised, Measure.AUDIENCE_DIFFERENCE)),
        spread=case.spread_as_told(promised.spread),
        n=inside.figure.n,
        rests_on=[inside, difference],
    )
