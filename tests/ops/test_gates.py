"""The gates of ``make test``: coverage of lines and branches together, and of branches alone."""

import pytest

from ops import tests


def totals(together: float, covered_branches: int, branches: int = 200) -> dict:
    return {
        "percent_covered": together,
        "covered_branches": covered_branches,
        "num_branches": branches,
    }


@pytest.mark.parametrize(
    ("found", "is_enough", "printed"),
    [
        (totals(95, 180), True, ["95.0 % gate=90 ok", "90.0 % gate=90 ok"]),
        (totals(95, 179), False, ["95.0 % gate=90 ok", "89.5 % gate=90 short"]),
        (totals(89.9, 200), False, ["89.9 % gate=90 short", "100.0 % gate=90 ok"]),
        (totals(90, 0, 0), True, ["90.0 % gate=90 ok", "100.0 % gate=90 ok"]),
    ],
)
def test_each_figure_of_coverage_has_its_gate(capsys, found, is_enough, printed):
    assert tests.gated(found) is is_enough

    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[2] for line in lines] == printed
    assert lines[1].startswith("coverage of branches alone")


def test_run_that_measured_nothing_is_not_enough(capsys):
    assert not tests.gated({})
    assert "not measured" in capsys.readouterr().out
