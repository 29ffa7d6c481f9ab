"""Every world by its name, in the order they are played. Pure."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from analytics.worlds import channels, judged
from analytics.worlds.figures import SimulatedFigure


class MadeUpWorld(Protocol):
    """What a world has to give: its name, and its figures over some seeds."""

    name: str

    def measure(self, seeds: Sequence[int]) -> Iterator[SimulatedFigure]:
        """Play all seeds and yield figures, each as soon as it is known."""


ALL: tuple[MadeUpWorld, ...] = (
    channels.STATIONARY,
    channels.DRIFTING,
    channels.COLLAPSE,
    channels.SEASONAL,
    channels.TINY,
    *judged.JUDGED,
)
WORLDS: dict[str, MadeUpWorld] = {world.name: world for world in ALL}
