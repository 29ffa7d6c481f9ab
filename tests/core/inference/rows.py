"""Rows of persons, their sums, and the tables that other packages computed."""

import csv
from fractions import Fraction
from pathlib import Path

import numpy as np

from core.inference.moments import Moments

TABLES = Path(__file__).parents[2] / "oracle"


def moments_of(y: np.ndarray, x: np.ndarray | None = None) -> Moments:
    """The sums of rows, exact: each value is taken as the number it is."""
    ys = [Fraction(float(value)) for value in y]
    xs = [Fraction(float(value)) for value in (np.zeros(len(y)) if x is None else x)]
    return Moments(
        n=len(ys),
        y=sum(ys),
        yy=sum(value * value for value in ys),
        x=sum(xs),
        xx=sum(value * value for value in xs),
        xy=sum(a * b for a, b in zip(ys, xs, strict=True)),
    )


def arms_by_stratum(
    y: np.ndarray, x: np.ndarray, is_treated: np.ndarray, stratum: np.ndarray
) -> tuple[dict[str, Moments], dict[str, Moments]]:
    """(treated, control) by stratum."""
    arms = []
    for is_arm in (is_treated, ~is_treated):
        found = {}
        for name in np.unique(stratum):
            is_here = is_arm & (stratum == name)
            if is_here.any():
                found[str(name)] = moments_of(y[is_here], x[is_here])
        arms.append(found)
    return arms[0], arms[1]


def table(name: str) -> list[dict[str, str]]:
    """Lines of an oracle table (``make oracle``), without its head."""
    lines = (TABLES / f"{name}.csv").read_text().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def numbers(line: dict[str, str], *names: str) -> list[float]:
    """Some figures of a line."""
    return [float(line[name]) for name in names]


def experiment(seed: int, n: int = 1500, strata: int = 4, share: float = 0.8):
    """(y, x, is_treated, stratum) of one random experiment with loans before and after."""
    rng = np.random.default_rng(seed)
    stratum = rng.integers(0, strata, n)
    is_treated = rng.random(n) < share
    x = rng.poisson(2 + stratum)
    y = rng.poisson(1 + 0.5 * x + 0.4 * stratum + 0.3 * is_treated)
    return y.astype(float), x.astype(float), is_treated, stratum
