"""What the channels got and brought, cycle by cycle, and the same as arrays. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

#: How many earlier cycles of the same line count at all.
#: Where channels drift hardly anything is left of older ones, and where they do not four are many.
CYCLES_BACK = 4
#: The two parts of an audience: those who got the new plan, those who got the one before.
CHANGED, AS_BEFORE = 0, 1


class Brought(NamedTuple):
    """What one channel brought in one cycle: ``responses`` counted of ``readers`` who got
    ``effort``.

    ``effort`` is what the whole audience would have got by the plan of this part, in the unit of
    the cycle's basis; so those of two parts can be compared. ``as_before``: the part of the
    audience that went on by the plan before, where there was one. ``readers`` may stay 1 where
    nothing is promised and there is no such part.
    """

    responses: float
    effort: float
    readers: float = 1.0
    as_before: "Brought | None" = None


@dataclass(frozen=True)
class ChannelEvidence:
    """What one channel got and brought: ``share`` percent of the plan, ``spend`` in effort,
    ``responses`` counted, ``readers`` addressed, ``as_before`` as in ``Brought``.

    ``history`` holds earlier cycles, newest first: ``Brought``, a pair (responses, effort), or None
    where the channel was not measured. ``responses`` is None when not measured.
    """

    code: str
    share: int
    responses: float | None
    spend: float
    history: tuple[Brought | tuple[float, float] | None, ...] = ()
    readers: float = 1.0
    as_before: Brought | None = None

    @property
    def is_measured(self) -> bool:
        """Whether there is something to believe: without effort there is nothing to divide by,
        however many responded.
        """
        return self.responses is not None and self.spend > 0

    @property
    def brought(self) -> Brought:
        """This cycle in the shape of the earlier ones; asked of measured channels only."""
        return Brought(self.responses, self.spend, self.readers, self.as_before)

    def cycles(self) -> Iterator[tuple[int, Brought]]:
        """(how many cycles ago, what it brought), from this one back, without unmeasured ones."""
        yield 0, self.brought
        for ago, earlier in enumerate(self.history[:CYCLES_BACK], start=1):
            if earlier is not None:
                yield ago, Brought(*earlier)


def measured_among(
    channels: Sequence[ChannelEvidence], codes: Collection[str]
) -> list[ChannelEvidence]:
    """The measured channels among ``codes``: of the others nothing is known, so nothing is
    promised.
    """
    return [one for one in channels if one.is_measured and one.code in codes]


@dataclass(frozen=True)
class Cycles:
    """Measured channels as arrays of shape (cycles, 2 parts, channels), the oldest cycle first.

    ``effort`` is relative: that of all channels in the changed part of a cycle adds up to 1, so
    that years with more money and years with less can be compared. What was not measured has no
    effort, no readers and no responses.
    """

    responses: np.ndarray
    effort: np.ndarray
    readers: np.ndarray

    @classmethod
    def of(cls, measured: Sequence[ChannelEvidence]) -> "Cycles":
        """The evidence of channels that are all measured in the present cycle. Cycles in which no
        channel had effort are left out.
        """
        length = 1 + CYCLES_BACK
        filled = np.zeros((3, length, 2, len(measured)))
        for place, channel in enumerate(measured):
            for ago, brought in channel.cycles():
                cycle = length - 1 - ago
                filled[:, cycle, CHANGED, place] = brought[:3]
                # A campaign without such a part leaves zeros, which count as not measured.
                if brought.as_before is not None:
                    filled[:, cycle, AS_BEFORE, place] = brought.as_before[:3]

        # Without effort nothing is learned, whatever was counted.
        filled *= filled[1] > 0
        # The changed part alone is the unit of both: only so a channel that got more in one part
        # than in the other has two efforts to compare.
        of_cycle = filled[1, :, CHANGED].sum(axis=1)
        responses, effort, readers = filled[:, of_cycle > 0]
        return cls(responses, effort / of_cycle[of_cycle > 0, None, None], readers)

    @property
    def first_effort(self) -> np.ndarray:
        """The effort of each channel in the first cycle that it was measured in. Shape (channels,),
        relative to that cycle's whole, above 0.
        """
        # The first of several largest values: the first cycle in which it is above zero.
        first = (self.effort[:, CHANGED] > 0).argmax(axis=0)
        return self.effort[first, CHANGED, np.arange(len(first))]

    @property
    def present_effort(self) -> np.ndarray:
        """The effort of each channel in the present cycle: adds up to 1."""
        return self.effort[-1, CHANGED]
