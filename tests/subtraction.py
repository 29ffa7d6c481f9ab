"""What somebody can work out who solves all published figures together.

A world is a table of persons by several traits; ``World`` knows the true number in every cell of
it. What pages print becomes linear constraints on these cells, and ``room_of`` asks how few and how
many persons any group of cells can hold, so that every constraint still holds.
"""

import re
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

#: Groups whose room is so narrow over fractions of persons are asked again over whole ones.
CLOSE = 9
INFINITE = np.inf


class Published:
    """Constraints on the cells of a table whose axes are {name: values}."""

    def __init__(self, axes: dict[str, list]):
        self.axes = axes
        self.cells = list(product(*axes.values()))
        self.rows, self.low, self.high = [], [], []

    def where(self, **wanted) -> np.ndarray:
        """1 for every cell with these values, else 0."""
        names = list(self.axes)
        mask = np.ones(len(self.cells))
        for name, value in wanted.items():
            place = names.index(name)
            mask *= np.array([cell[place] == value for cell in self.cells], dtype=float)
        return mask

    def say(self, weights: np.ndarray, low: float, high: float = INFINITE) -> None:
        """The cells weighted so lie between these ends."""
        self.rows.append(weights)
        self.low.append(low)
        self.high.append(high)

    def room_of(self, group: np.ndarray) -> tuple[float, float]:
        """The fewest and the most persons of the group."""
        low, high = self._solved(group), -self._solved(-group)
        if high - low < CLOSE:
            low, high = self._solved_whole(group), -self._solved_whole(-group)
        return low, high

    def _solved(self, goal: np.ndarray) -> float:
        # Of nothing that is told there are no rows, and still as many columns.
        rows = np.array(self.rows).reshape(-1, len(goal))
        low, high = np.array(self.low), np.array(self.high)
        exact = low == high
        above, below = ~exact & np.isfinite(low), ~exact & np.isfinite(high)
        found = linprog(
            goal,
            A_ub=csr_array(np.vstack([rows[below], -rows[above]])),
            b_ub=np.concatenate([high[below], -low[above]]),
            A_eq=csr_array(rows[exact]),
            b_eq=low[exact],
            method="highs",
        )
        if found.status == 3:
            return -INFINITE
        assert found.status == 0, found.message
        return round(found.fun, 6)

    def _solved_whole(self, goal: np.ndarray) -> float:
        rows = csr_array(np.array(self.rows))
        found = milp(
            goal,
            constraints=LinearConstraint(rows, self.low, self.high),
            integrality=np.ones(len(self.cells)),
            bounds=Bounds(0, INFINITE),
            options={"time_limit": 10},
        )
        # A bound that was not reached in time is wider than the room, not narrower.
        if found.x is None:
            return self._solved(goal)
        return round(found.fun, 6)


# --- reading what a page prints -------------------------------------------------------------------
NOT_SHOWN = "not shown"
NUMBER = re.compile(r"^(about )?([\d,]+)$")


def number_of(text: str) -> int:
    return int(text.replace(",", ""))


def is_told(text: str) -> bool:
    return NUMBER.match(text) is not None


def ends_of(text: str) -> tuple[int, int]:
    """The fewest and the most persons that print so: "12", "about 30"."""
    about, digits = NUMBER.match(text).groups()
    n = number_of(digits)
    return (n - 5, n + 4) if about else (n, n)


def ends_of_ten(text: str) -> tuple[int, int]:
    """Of a cell in a table whose heading says that all are rounded."""
    n = number_of(text)
    return n - 5, n + 4
