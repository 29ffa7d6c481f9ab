"""A library whose readers' answers are known, to play ways of moving channel shares against each
other. Pure.

Six channels; channel i brings Poisson(readers · appeal_i · √share_i) responses, so returns diminish
and the best plan (the oracle's) is known: shares in proportion to appeal². Appeals are made up;
only the comparison means anything.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.loop import mix
from analytics.loop.mix import ChannelEvidence
from analytics.loop.shares import whole_shares

APPEAL = {
    "email": 0.08,
    "wechat": 0.03,
    "stall": 0.02,
    "poster": 0.015,
    "board": 0.01,
    "forum": 0.005,
}
CYCLES = 8
LIBRARIES = {"library": 5000, "small": 300, "tiny": 60}


class PlayedCycle(NamedTuple):
    """Shares in percent and responses, by channel in the order of APPEAL."""

    shares: np.ndarray
    responses: np.ndarray


#: A way of planning: (this cycle, earlier ones, newest first) → the next shares.
Planning = Callable[[PlayedCycle, Sequence[PlayedCycle]], np.ndarray]


def unchanged(cycle: PlayedCycle, history: Sequence[PlayedCycle]) -> np.ndarray:
    """The first plan for ever, which the other ways are compared with; nothing is learned."""
    return cycle.shares


def greedy(cycle: PlayedCycle, history: Sequence[PlayedCycle]) -> np.ndarray:
    """Jump to shares in proportion to what was counted.

    Right in the long run, and empty channels stay empty.
    """
    counted = cycle.responses.sum()
    if not counted:
        return cycle.shares
    return cycle.responses / counted * 100


def loop(cycle: PlayedCycle, history: Sequence[PlayedCycle]) -> np.ndarray:
    """This program's own step, on the same counts."""
    channels = [_evidence(place, code, cycle, history) for place, code in enumerate(APPEAL)]
    moved = mix.step(channels)
    return np.array([moved[code] for code in APPEAL], float)


def _evidence(
    place: int, code: str, cycle: PlayedCycle, history: Sequence[PlayedCycle]
) -> ChannelEvidence:
    """Effort is the share itself: every percent of the plan costs the same."""
    earlier = []
    for before in history:
        earlier.append((float(before.responses[place]), float(before.shares[place])))
    share = cycle.shares[place]
    responses = float(cycle.responses[place])
    return ChannelEvidence(code, int(share), responses, float(share), tuple(earlier))


PLANS: dict[str, Planning] = {"unchanged": unchanged, "greedy": greedy, "loop": loop}


def play(plan: Planning, readers: int, seed: int, cycles: int = CYCLES) -> list[float]:
    """Expected outcome ÷ the oracle's for each cycle of one seed, starting from an even plan.

    One share from 0 to 1 per cycle; the same seed gives the same ones.
    """
    chance = np.random.default_rng(seed)
    appeal = np.array(list(APPEAL.values()))
    best = np.sqrt((appeal**2).sum())
    even = whole_shares(dict.fromkeys(APPEAL, 1.0))
    shares = np.array(list(even.values()), float)
    history: list[PlayedCycle] = []
    reached = []
    for _cycle in range(cycles):
        outcome = appeal * np.sqrt(shares / 100)
        # What is to be expected is judged, what happened by chance is all the plan gets to see.
        reached.append(float(outcome.sum() / best))
        responses = chance.poisson(readers * outcome).astype(float)
        cycle = PlayedCycle(shares, responses)
        shares = plan(cycle, history)
        history = [cycle, *history][: mix.CYCLES_BACK]
    return reached


def tournament(readers: int, seeds: int) -> pd.DataFrame:
    """Play every plan with the same seeds.

    One row per plan, all figures shares of the oracle's outcome: of the last cycle the mean over
    all seeds (``last``), the seed that 5 % of them lie below (``poor``) and the worst (``worst``);
    of all cycles the mean (``whole``).
    """
    games = []
    for name, plan in PLANS.items():
        # The same seeds for every plan: as long as two plan alike they meet the same luck.
        for seed in range(seeds):
            for cycle, share in enumerate(play(plan, readers, seed)):
                games.append((name, seed, cycle, share))
    played = pd.DataFrame(games, columns=["plan", "seed", "cycle", "share"])

    by_plan = played.groupby("plan", sort=False).share
    last = played[played.cycle == played.cycle.max()].groupby("plan", sort=False).share
    return pd.DataFrame(
        {
            "last": last.mean(),
            "whole": by_plan.mean(),
            "poor": last.quantile(0.05),
            "worst": last.min(),
        }
    )
