"""A library whose readers' answers are known, to play ways of moving channel shares against each
other. Pure.

Six channels; channel i brings Poisson(readers · appeal_i · √share_i) responses, so returns diminish
and the best plan (the oracle's) is known: shares in proportion to appeal². Appeals are made up;
only the comparison means anything.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from analytics.loop import mix

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

#: A way of planning: (shares in percent, responses per channel, earlier (shares, responses)) → next
#: shares.
Plan = Callable[[np.ndarray, np.ndarray, Sequence], np.ndarray]


def unchanged(shares, responses, history):
    return shares


def greedy(shares, responses, history):
    """Jump to shares in proportion to what was counted.

    Right in the long run, and empty channels stay empty.
    """
    return responses / responses.sum() * 100 if responses.sum() else shares


def loop(shares, responses, history):
    """This program's own step, on the same counts."""
    codes = list(APPEAL)
    channels = [
        mix.Channel(
            code,
            int(shares[i]),
            float(responses[i]),
            float(shares[i]),
            tuple((float(earlier[1][i]), float(earlier[0][i])) for earlier in history),
        )
        for i, code in enumerate(codes)
    ]
    moved = mix.step(channels)
    return np.array([moved[code] for code in codes], float)


PLANS: dict[str, Plan] = {"unchanged": unchanged, "greedy": greedy, "loop": loop}


def play(plan: Plan, readers: int, seed: int, cycles: int = CYCLES) -> list[float]:
    """Expected outcome ÷ the oracle's for each cycle of one seed, starting from an even plan."""
    chance = np.random.default_rng(seed)
    appeal = np.array(list(APPEAL.values()))
    best = np.sqrt((appeal**2).sum())
    shares = np.array(list(mix.settle(dict.fromkeys(APPEAL, 1.0)).values()), float)
    history: list = []
    reached = []
    for _cycle in range(cycles):
        outcome = appeal * np.sqrt(shares / 100)
        reached.append(float(outcome.sum() / best))
        responses = chance.poisson(readers * outcome).astype(float)
        after = plan(shares, responses, history)
        history = [(shares, responses), *history[:3]]
        shares = after
    return reached


def tournament(readers: int, seeds: int) -> pd.DataFrame:
    """Play every plan with the same seeds. One row per plan; shares of the oracle's outcome:

    mean (``last``), the seed with 5 % below it (``poor``) and worst seed (``worst``) of the last
    cycle, and the mean over all cycles (``whole``).
    """
    games = pd.DataFrame(
        [
            (name, seed, cycle, share)
            for name, plan in PLANS.items()
            for seed in range(seeds)
            for cycle, share in enumerate(play(plan, readers, seed))
        ],
        columns=["plan", "seed", "cycle", "share"],
    )
    by_plan = games.groupby("plan", sort=False).share
    last = games[games.cycle == games.cycle.max()].groupby("plan", sort=False).share
    return pd.DataFrame(
        {
            "last": last.mean(),
            "whole": by_plan.mean(),
            "poor": last.quantile(0.05),
            "worst": last.min(),
        }
    )
