"""Shares compared within cells, against row-level statistics and published figures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.inference.cells import sato
from core.inference.contrasts import stratified

CELL = st.integers(1, 60).flatmap(
    lambda n1: st.integers(1, 60).flatmap(
        lambda n2: st.tuples(st.integers(0, n1), st.just(n1), st.integers(0, n2), st.just(n2))
    )
)
CELLS = st.lists(CELL, min_size=1, max_size=6)
#: Applicants to Berkeley 1973 by department: men admitted, men, women admitted, women (Bickel,
#: Hammel & O'Connell 1975; R's UCBAdmissions).
BERKELEY = [
    (512, 825, 89, 108),
    (353, 560, 17, 25),
    (120, 325, 202, 593),
    (138, 417, 131, 375),
    (53, 191, 94, 393),
    (22, 373, 24, 341),
]


def test_p_is_that_of_r_for_the_applicants_of_berkeley():
    """R: mantelhaen.test(UCBAdmissions, correct = FALSE) has X² = 1.5246 on one degree."""
    contrast = stratified(BERKELEY)
    assert stats.chi2.isf(contrast.p, 1) == pytest.approx(1.5246, abs=5e-5)


def test_p_is_cochrans_mantels_and_haenszels_of_the_counts():
    observed, expected, variance = 0.0, 0.0, 0.0
    for k1, n1, k2, n2 in BERKELEY:
        n, k = n1 + n2, k1 + k2
        law = stats.hypergeom(n, k, n1)
        observed, expected, variance = observed + k1, expected + law.mean(), variance + law.var()
    p = stats.chi2.sf((observed - expected) ** 2 / variance, 1)
    assert stratified(BERKELEY).p == pytest.approx(p)


def test_the_difference_is_weighted_within_departments():
    """Together men are 14 points ahead; within departments women are."""
    contrast = stratified(BERKELEY)
    weights = [n1 * n2 / (n1 + n2) for _k1, n1, _k2, n2 in BERKELEY]
    gaps = [k1 / n1 - k2 / n2 for k1, n1, k2, n2 in BERKELEY]
    assert contrast.estimate.value == pytest.approx(np.average(gaps, weights=weights))
    assert contrast.estimate.value < 0
    men, women = 1198 / 2691, 557 / 1835
    assert men - women > 0.14


def test_satos_variance_is_that_of_large_cells_with_one_difference():
    cells = [(3_500, 10_000, 1_500, 5_000), (2_200, 4_000, 4_500, 9_000), (400, 4_000, 200, 4_000)]
    weights = np.array([n1 * n2 / (n1 + n2) for _k1, n1, _k2, n2 in cells])
    variances = []
    for k1, n1, k2, n2 in cells:
        variances.append(k1 * (n1 - k1) / n1**3 + k2 * (n2 - k2) / n2**3)
    expected = np.sum(weights**2 * np.array(variances)) / weights.sum() ** 2
    assert sato(cells) == pytest.approx((0.05, expected), rel=1e-3)


@pytest.mark.parametrize("shape", ["few large", "many small"])
def test_intervals_cover_in_few_large_and_in_many_small_cells(shape):
    """Drawn row by row; Sato's variance is made for both."""
    rng = np.random.default_rng(4)
    sizes = {"few large": [(200, 60), (90, 150)], "many small": [(3, 2)] * 150}[shape]
    bases = rng.uniform(0.15, 0.5, len(sizes))
    covered, true = 0, 0.06
    for _run in range(1000):
        cells = []
        for base, (n1, n2) in zip(bases, sizes, strict=True):
            k1, k2 = (rng.random(n1) < base + true).sum(), (rng.random(n2) < base).sum()
            cells.append((int(k1), n1, int(k2), n2))
        value, variance = sato(cells)
        covered += abs(value - true) <= 1.96 * np.sqrt(variance)
    assert 930 <= covered <= 970


def test_teachers_at_ten_and_students_at_twenty_are_no_fair_comparison():
    """Also where the cells are small: putting them together would make one of them."""
    for n in (400, 12):
        contrast = stratified([(n // 2, n, 0, 0), (0, 0, n // 10, n)])
        assert not contrast.estimate.says
        assert contrast.p is None


def test_cells_with_one_side_tell_nothing():
    assert stratified([*BERKELEY, (50, 60, 0, 0), (0, 0, 1, 9)]) == stratified(BERKELEY)


def test_small_cells_are_pooled():
    small = [(3, 10, 2, 12), (1, 5, 4, 9)]
    together = (4, 15, 6, 21)
    assert stratified([*BERKELEY, *small]) == stratified([*BERKELEY, together])


def test_without_cells_nothing_is_said():
    assert not stratified([]).estimate.says
    assert not stratified([(1, 3, 1, 3)]).estimate.says


@pytest.mark.parametrize("k", [0, 50])
def test_where_nobody_differs_nothing_speaks_against_chance(k):
    contrast = stratified([(k, 50, k, 50), (k, 50, k, 50)])
    assert (contrast.estimate.value, contrast.estimate.interval, contrast.p) == (0, None, 1)


@pytest.mark.parametrize("cell", [(5, 4, 1, 2), (-1, 4, 1, 2), (1, 4, 3, 2)])
def test_counts_of_no_cell_are_refused(cell):
    with pytest.raises(ValueError):
        stratified([cell])


@given(CELLS)
@settings(max_examples=50)
def test_swapping_the_sides_turns_the_sign(cells):
    one = stratified(cells, least=1)
    other = stratified([(k2, n2, k1, n1) for k1, n1, k2, n2 in cells], least=1)
    assert other.estimate.value == pytest.approx(-one.estimate.value)
    assert other.p == pytest.approx(one.p)
    if one.error:
        assert other.error == pytest.approx(one.error)


@given(CELLS)
@settings(max_examples=50)
def test_the_order_of_cells_changes_nothing(cells):
    one, other = stratified(cells, least=1), stratified(cells[::-1], least=1)
    assert other.estimate.value == pytest.approx(one.estimate.value)
    assert other.p == pytest.approx(one.p)
