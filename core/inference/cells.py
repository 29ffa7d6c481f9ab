"""Cells in which two sides are compared: their common difference, its variance and its test."""

from collections.abc import Iterable
from math import fsum

import numpy as np
from statsmodels.stats.contingency_tables import StratifiedTable

from core.estimates import JUDGED_FROM
from core.inference.requiring import require

#: (k1, n1, k2, n2) of one cell: successes and persons of either side.
Cell = tuple[int, int, int, int]


def fair_of(cells: Iterable[Cell]) -> np.ndarray:
    """The cells that have both sides, one a row; ValueError for counts of no cell. Shape (cells,
    4), in the order given.
    """
    rows = np.array(list(cells), dtype=np.int64).reshape(-1, 4)
    k1, n1, k2, n2 = rows.T
    is_within = (k1 >= 0) & (k1 <= n1) & (k2 >= 0) & (k2 <= n2)
    require(bool(is_within.all()), f"counts of no cell: {rows[~is_within].tolist()}")
    # A cell with one side only says who these readers are, and nothing of the difference: to let it
    # count would compare unlike readers.
    return rows[(n1 > 0) & (n2 > 0)]


def pooled(cells: np.ndarray) -> np.ndarray:
    """The cells, those below ``JUDGED_FROM`` persons put together into one. The pooled one stands
    last. Persons are counted on both sides together.
    """
    is_small = cells[:, 1] + cells[:, 3] < JUDGED_FROM
    if not is_small.any():
        return cells
    # To leave small cells out would leave out their readers, who may be the many who fit nowhere.
    return np.vstack([cells[~is_small], cells[is_small].sum(axis=0)])


def sato(cells: np.ndarray) -> tuple[float, float]:
    """(difference, its variance) of cells that have both sides, one a row (Sato 1989). The
    difference lies between −1 and 1; the variance is 0 or less where every cell is all or nothing.
    ZeroDivisionError without any cell.
    """
    k1, n1, k2, n2 = np.asarray(cells, dtype=float).T
    n = n1 + n2
    weight = fsum(n1 * n2 / n)
    value = fsum((k1 * n2 - k2 * n1) / n) / weight

    # Sato's variance holds for a few large cells as well as for many small ones; those of older
    # books need one or the other.
    first = fsum((n1**2 * k2 - n2**2 * k1 + n1 * n2 * (n2 - n1) / 2) / n**2)
    second = fsum((k1 * (n2 - k2) + k2 * (n1 - k1)) / (2 * n))
    return value, (value * first + second) / weight**2


def cell_p(cells: np.ndarray) -> float:
    """Two-sided p of the Cochran–Mantel–Haenszel test.

    1 where in every cell nobody has the outcome, or everybody.
    """
    k1, n1, k2, n2 = cells.T
    # A cell in which all agree has no variance under the null law, and adds nothing to the test.
    is_telling = (k1 + k2 > 0) & (k1 + k2 < n1 + n2)
    if not is_telling.any():
        return 1.0
    # Two by two by cells.
    tables = np.array([[k1, n1 - k1], [k2, n2 - k2]], dtype=float)[:, :, is_telling]
    return float(StratifiedTable(tables).test_null_odds(correction=False).pvalue)
