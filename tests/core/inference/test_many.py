"""Discoveries among many comparisons, against tea-tasting and the procedure by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inference.many import comparisons, discoveries
from tests.core.inference.rows import table

#: The 15 p-values of Benjamini & Hochberg 1995, section 4.2.
THROMBOLYSIS = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]
PS = st.lists(st.none() | st.floats(0, 1), max_size=25)


def test_of_benjamini_and_hochbergs_own_example_four_are_found():
    assert discoveries(THROMBOLYSIS) == [True] * 4 + [False] * 11


@pytest.mark.parametrize("report", sorted({line["report"] for line in table("discoveries")}))
def test_discoveries_are_tea_tastings(report):
    lines = [line for line in table("discoveries") if line["report"] == report]
    found = discoveries([float(line["p"]) for line in lines])
    assert found == [line["found"] == "1" for line in lines]


@given(PS)
def test_discoveries_are_those_of_the_procedure_by_hand(ps):
    made = sorted(p for p in ps if p is not None)
    limit = -1.0
    for rank, p in enumerate(made, start=1):
        # As the procedure writes it; ties with the line itself are left to rounding.
        if p / (rank / len(made)) <= 0.05:
            limit = p
    assert discoveries(ps) == [p is not None and p <= limit for p in ps]


def test_what_could_not_be_compared_is_not_counted():
    with_gaps = [None, *THROMBOLYSIS, None]
    assert comparisons(with_gaps) == 15
    assert discoveries(with_gaps) == [False, *discoveries(THROMBOLYSIS), False]
    assert discoveries([None, None]) == [False, False]
    assert (discoveries([]), comparisons([])) == ([], 0)


def test_a_report_of_pure_noise_seldom_has_a_discovery():
    rng = np.random.default_rng(2)
    reports = [any(discoveries(rng.random(35).tolist())) for _report in range(1000)]
    assert sum(reports) <= 75


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_is_refused(p):
    with pytest.raises(ValueError):
        discoveries([0.5, p])
