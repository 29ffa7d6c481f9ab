"""Figures of worlds: their intervals, their bars, how they are printed and kept."""

from io import StringIO

import numpy as np
import pytest
from django.core.management import call_command
from scipy import stats

from analytics.worlds import last_run
from analytics.worlds.figures import (
    COVERAGE,
    Bar,
    SimulatedFigure,
    mean_of_seeds,
    percentile_of_seeds,
    ratio_of_seeds,
    share_of_seeds,
    worst_of_seeds,
)
from analytics.worlds.registry import WORLDS
from core.estimates import Estimate


def test_mean_has_the_interval_of_student():
    values = np.random.default_rng(1).normal(size=30)
    theirs = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert mean_of_seeds(values).interval == pytest.approx(tuple(theirs))


def test_ratio_of_equal_sizes_is_the_mean():
    sums = np.random.default_rng(1).normal(size=30)
    assert ratio_of_seeds(sums * 4, [4] * 30).interval == pytest.approx(
        mean_of_seeds(sums).interval
    )


def test_percentile_lies_between_seeds_that_hold_it():
    found = percentile_of_seeds(range(300), 0.01)
    assert (found.low, found.value, found.high) == (0, pytest.approx(2.99), 7)
    assert worst_of_seeds([3, 1, 2]).interval == (1, 1)


def test_share_counts_seeds():
    assert share_of_seeds([True, False, False, False]).value == 0.25


@pytest.mark.parametrize(
    ("figure", "bar", "verdict"),
    [
        (Estimate(0.96, 0.94, 0.98, 9), Bar(least=0.95), "ok"),
        (Estimate(0.94, 0.92, 0.96, 9), Bar(least=0.95), "short"),
        (Estimate(0.11, 0.05, 0.2, 9), Bar(most=0.10), "short"),
        (Estimate(0.94, 0.93, 0.95, 9), COVERAGE, "ok"),
        (Estimate(0.94, 0.931, 0.95, 9), COVERAGE, "short"),
        (Estimate(0.86, 0.85, 0.869, 9), COVERAGE, "short"),
        (Estimate(0.5, 0.5, 0.5, 9), None, "shown"),
    ],
)
def test_figure_is_held_against_its_bar(figure, bar, verdict):
    assert SimulatedFigure("w", "c", "m", figure, bar).verdict == verdict


def test_line_names_world_measure_interval_and_limit():
    line = str(
        SimulatedFigure("tiny", "mild-60-6%", "coverage", Estimate(0.9, 0.88, 0.92, 9), COVERAGE)
    )
    assert line == "sim tiny/mild-60-6% coverage value=0.900 [0.880,0.920] limit=0.87..0.93 ok"


def test_command_plays_one_world_and_keeps_it_in_file_and_document(tmp_path, monkeypatch):
    document = tmp_path / "loop.md"
    document.write_text(f"before\n{last_run.START}old\n{last_run.END}after\n")
    monkeypatch.setattr(last_run, "DOCUMENT", document)
    monkeypatch.setattr(last_run, "KEPT", tmp_path / "kept.json")
    told = StringIO()
    call_command("simulate_loop", world="tiny", seeds=2, first=0, write=True, stdout=told)

    (run,) = last_run.last_runs()
    assert (run.world, run.seeds, run.first) == ("tiny", 2, 0)
    assert len(run.figures) == len(told.getvalue().splitlines()) >= 4 * 5
    assert document.read_text().startswith("before\n")
    assert document.read_text().endswith("after\n")
    assert "| mild-60-6% |" in document.read_text()
    assert "old" not in document.read_text()


def test_figures_that_were_kept_are_those_the_document_prints():
    printed = last_run.DOCUMENT.read_text()
    runs = last_run.last_runs()
    assert {run.world for run in runs} >= set(WORLDS)
    for run in runs:
        assert last_run.table(run) in printed
