"""Shares of the plan in whole percents: rounded, with a least one, around the fixed ones. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

#: Every kept channel keeps at least this share, in percent.
LEAST_SHARE = 5
#: A share just below a whole percent by floating point counts as that percent.
ROUNDING = 1e-9
#: Stands for a weight of zero, by which nothing can be divided in proportion.
SMALLEST_WEIGHT = 1e-9
NONE_FIXED: Mapping[str, int] = MappingProxyType({})


class NoRoom(ValueError):
    """The fixed shares leave too little for the least share of the others."""


def whole_shares(
    weights: Mapping[str, float], *, fixed: Mapping[str, int] = NONE_FIXED
) -> dict[str, int]:
    """Whole percents in proportion to ``weights``, adding up to 100, none below ``LEAST_SHARE``;
    ``fixed`` ones stay put.

    Raises NoRoom when the fixed shares leave too little for the least share of the others.
    """
    kept, free = {}, {}
    for code, weight in weights.items():
        if code in fixed:
            kept[code] = fixed[code]
        else:
            free[code] = max(weight, SMALLEST_WEIGHT)

    rest = 100 - sum(kept.values())
    falls_short = rest < LEAST_SHARE * len(free)
    nobody_takes_it = rest > 0 and not free
    if falls_short or nobody_takes_it:
        raise NoRoom("fixed shares leave no room")

    settled = _whole(_with_least_share(free, rest), rest) | kept
    # In the order given: the plan's own.
    return {code: settled[code] for code in weights}


def _whole(exact: dict[str, float], total: int) -> dict[str, int]:
    """Rounded down, then the largest remainders up until the sum is ``total``. ``exact`` adds up to
    it already.
    """
    shares = {code: int(share + ROUNDING) for code, share in exact.items()}
    by_remainder = sorted(exact, key=lambda code: (shares[code] - exact[code], code))
    missing = total - sum(shares.values())
    # The code decides between equal remainders, so that the same plan gives the same shares.
    for code in by_remainder[:missing]:
        shares[code] += 1
    return shares


def _with_least_share(weights: dict[str, float], total: float) -> dict[str, float]:
    """Shares of ``total`` in proportion to ``weights`` with none below LEAST_SHARE.

    Whatever falls below is raised to it and the others are scaled to what is left, until
    none falls below any more.
    """
    above = dict(weights)
    while True:
        raised = weights.keys() - above.keys()
        room = total - LEAST_SHARE * len(raised)
        shares = _in_proportion(above, room)
        low = []
        for code, share in shares.items():
            if share < LEAST_SHARE:
                low.append(code)
        if not low:
            return shares | dict.fromkeys(raised, LEAST_SHARE)

        # Raising these leaves the others less, so that one more of them may fall below.
        for code in low:
            del above[code]


def _in_proportion(weights: dict[str, float], total: float) -> dict[str, float]:
    """``total`` divided by weight."""
    weight_of_all = sum(weights.values())
    return {code: weight / weight_of_all * total for code, weight in weights.items()}


def agreed_shares(
    planned: Mapping[str, int], *, earlier: set[str], wanted: Mapping[str, int]
) -> dict[str, int]:
    """The plan's shares with those somebody agreed to: the channels nobody decided about share the
    rest in their old proportion.

    ``earlier``: channels whose share was agreed before and stays as it is. When all together leave
    no room, the agreed ones are scaled to fit.
    """
    # Channels may have been taken out of the plan since somebody agreed to their share.
    fixed = {}
    for code, share in planned.items():
        if code in wanted:
            fixed[code] = wanted[code]
        elif code in earlier:
            fixed[code] = share

    try:
        return whole_shares(planned, fixed=fixed)
    except NoRoom:
        return whole_shares({**planned, **fixed})
