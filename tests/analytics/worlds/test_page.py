"""The page "does the loop work?": the last run of every world."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from analytics.worlds import last_run
from analytics.worlds.judged import JUDGED, OverlapWorld
from analytics.worlds.last_run import KeptFigure, LastRun
from analytics.worlds.registry import WORLDS
from analytics.worlds.words import WORLDS as DESCRIBED
from analytics.worlds.words import case_in_words, limit_text, summary, told_runs
from tests.analytics.pages import plain_text


def read(printed: str) -> str:
    """Without the joiners that keep an interval whole."""
    return printed.replace("\u2060", "")


def figure(verdict="ok", **fields):
    values = {"case": "3000", "measure": "asserts", "value": 0.063, "low": 0.041, "high": 0.097}
    return KeptFigure(**values | {"limit": "<=0.1", "verdict": verdict} | fields)


def cases_of(world):
    if isinstance(world, OverlapWorld):
        return world.spreads
    return world.cases


def test_j12_every_world_is_described():
    assert set(WORLDS) <= set(DESCRIBED)


def test_j12_a_figure_stands_with_interval_limit_and_verdict():
    bias = figure("short", measure="bias", value=0.41, low=0.3, high=0.5, limit="-0.3..0.3")
    (run,) = told_runs([LastRun("null", 300, 1000, [figure(), bias, figure("shown", limit="-")])])

    share, points, shown = run.figures
    assert (share.value, share.limit) == ("6.3 %", "≤ 10.0 %")
    assert (read(share.range), points.value) == ("4.1–9.7 %", "0.41")
    assert points.limit == limit_text("-0.3..0.3", is_share=False)
    assert (share.tone, points.tone, shown.tone) == ("green", "red", "")
    assert (run.judged, run.short) == (2, 1)


@pytest.mark.parametrize(
    ("limit", "said"),
    [(">=0.95", "≥ 95.0 %"), ("<=0.1", "≤ 10.0 %"), ("0.87..0.93", "87.0–93.0 %"), ("-", "–")],
)
def test_j12_what_is_wanted(limit, said):
    assert read(limit_text(limit, is_share=True)) == said


def test_j12_what_was_never_played_is_said():
    with override("en"):
        assert "No world has been played yet" in summary([])


def test_j12_a_world_nobody_described_keeps_its_name():
    (run,) = told_runs([LastRun("elsewhere", 10, 0, [figure(measure="odd")])])
    assert (run.name, run.figures[0].measure) == ("elsewhere", "odd")


def test_j12_a_case_is_told_in_words():
    with override("en"):
        library = case_in_words("drifting", "mild-5000-6%")
    assert library == "channels close together, 5,000 readers, 6 % answer"
    for world in JUDGED:
        for case in cases_of(world):
            assert case_in_words(world.name, case) != case


@pytest.mark.django_db
def test_j12_the_page_prints_what_is_kept(desk, tmp_path, monkeypatch):
    kept = tmp_path / "last_run.json"
    kept.write_text(
        '[{"world": "harm", "seeds": 300, "first": 1000, "figures": [{"case": "-5",'
        ' "measure": "extends", "value": 0.0, "low": 0.0, "high": 0.0126, "limit": "<=0",'
        ' "verdict": "ok"}]}]'
    )
    monkeypatch.setattr(last_run, "KEPT", kept)
    page = plain_text(desk.get(reverse("analytics:worlds")))
    assert "In 1 world 1 of 1 figures reach what is wanted of them." in page
    assert "Whoever is mailed comes less often." in page
    assert "5 points fewer come" in page
    assert "0.0–1.3 %" in page
    assert "seeds 1000 to 1299" in page
    assert reverse("analytics:calibration") in page
