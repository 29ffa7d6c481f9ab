"""Shares of the plan in whole percents: rounded, with a floor, around the fixed ones. Pure."""

from collections.abc import Mapping

#: Every kept channel keeps at least this share, in percent.
FLOOR = 5
#: A share just below a whole percent by floating point counts as that percent.
ROUNDING = 1e-9
#: Stands for a weight of zero, by which nothing can be divided in proportion.
SMALLEST_WEIGHT = 1e-9


class NoRoom(ValueError):
    """The fixed shares leave too little for the floor of the others."""


def settle(
    weights: Mapping[str, float], *, fixed: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Whole percents in proportion to ``weights``, adding up to 100, none below ``FLOOR``;
    ``fixed`` ones stay put.

    Raises NoRoom when the fixed shares leave too little for the floor of the others.
    """
    kept, free = {}, {}
    for code, weight in weights.items():
        if fixed and code in fixed:
            kept[code] = fixed[code]
        else:
            free[code] = max(weight, SMALLEST_WEIGHT)

    rest = 100 - sum(kept.values())
    if rest < FLOOR * len(free) or (not free and rest):
        raise NoRoom("fixed shares leave no room")
    settled = _whole(_with_floor(free, rest), rest) | kept
    return {code: settled[code] for code in weights}


def _whole(exact: dict[str, float], total: int) -> dict[str, int]:
    """Rounded down, then the largest remainders up until the sum is ``total``."""
    shares = {code: int(share + ROUNDING) for code, share in exact.items()}
    by_remainder = sorted(exact, key=lambda code: (shares[code] - exact[code], code))
    missing = total - sum(shares.values())
    # The code decides between equal remainders, so that the same plan gives the same shares.
    for code in by_remainder[:missing]:
        shares[code] += 1
    return shares


def _with_floor(weights: dict[str, float], total: float) -> dict[str, float]:
    """Shares of ``total`` in proportion to ``weights`` with none below FLOOR.

    Whatever falls below is raised to the floor and the others are scaled to what is left, until
    none falls below any more.
    """
    raised: set[str] = set()
    while True:
        scaled = _scaled(weights, raised, total)
        low = {code for code, share in scaled.items() if share < FLOOR}
        if not low:
            return scaled | dict.fromkeys(raised, FLOOR)
        raised |= low


def _scaled(weights: dict[str, float], raised: set[str], total: float) -> dict[str, float]:
    """What is left beside the raised ones, in proportion to the weights of the others."""
    others = {code: weight for code, weight in weights.items() if code not in raised}
    room = total - FLOOR * len(raised)
    weight_of_all = sum(others.values())
    return {code: weight / weight_of_all * room for code, weight in others.items()}


def agreed_shares(
    planned: Mapping[str, int], *, earlier: set[str], wanted: Mapping[str, int]
) -> dict[str, int]:
    """The plan's shares with those somebody agreed to: the channels nobody decided about share the
    rest in their old proportion.

    ``earlier``: channels whose share was agreed before and stays as it is. When all together leave
    no room, the agreed ones are scaled to fit.
    """
    fixed = {code: planned[code] for code in earlier if code in planned}
    fixed |= {code: share for code, share in wanted.items() if code in planned}
    weights = {code: float(share) for code, share in planned.items()}
    try:
        return settle(weights, fixed=fixed)
    except NoRoom:
        return settle(weights | fixed)
