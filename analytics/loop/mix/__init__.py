"""How the shares of the channels move.

A belief about what each channel brings (``belief``), that forgets as fast as the channels change;
whether a channel differs from the others at all (``gaps``); one bounded step (``steps``); and what
the step is promised to bring (``promises``). Pure. ADR 0045 gives the reasons,
``manage.py simulate_loop`` shows what comes of it in made-up worlds.
"""

from analytics.loop.mix.belief import Belief, believe
from analytics.loop.mix.evidence import CYCLES_BACK, Brought, ChannelEvidence
from analytics.loop.mix.gaps import differing, gap_p
from analytics.loop.mix.promises import (
    PartSizes,
    foretell,
    observed_difference,
    promise,
    promise_together,
)
from analytics.loop.mix.steps import bounds, moves, step

__all__ = [
    "CYCLES_BACK",
    "Belief",
    "Brought",
    "ChannelEvidence",
    "PartSizes",
    "believe",
    "bounds",
    "differing",
    "foretell",
    "gap_p",
    "moves",
    "observed_difference",
    "promise",
    "promise_together",
    "step",
]
