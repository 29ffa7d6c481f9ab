"""The palette keeps WCAG AA.

4.5:1 for text, 3:1 for edges and chart marks, in light and in dark.
"""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css").read_text()
BLOCK = re.compile(r"([^{}]+)\{([^{}]+)\}")
TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\s*;")
TEXT_PAIRS = [
    (text, ground)
    for text in ("ink", "muted", "accent", "accent-deep", "second", "warn", "good")
    for ground in ("paper", "surface", "sunken")
] + [
    ("ink", "accent-soft"),
    ("ink", "second-soft"),
    ("ink", "warn-soft"),
    ("muted", "accent-soft"),
    ("muted", "second-soft"),
    ("muted", "warn-soft"),
    ("accent", "accent-soft"),
    ("accent", "second-soft"),
    ("second", "second-soft"),
    ("warn", "warn-soft"),
    ("good", "good-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
]
MARK_PAIRS = [("edge", "surface"), ("edge", "paper")] + [
    (f"chart-{n}", "surface") for n in range(1, 7)
]


def palettes() -> dict[str, dict[str, str]]:
    """Token values by theme: the dark ones are laid over the light ones."""
    found = {
        selector.split("\n")[-1].strip(): dict(TOKEN.findall(body))
        for selector, body in BLOCK.findall(CSS)
    }
    light = found[":root"]
    dark = found[':root[data-theme="dark"]']
    return {
        "light": light,
        "dark": light | dark,
        "dark-system": light | found[':root:not([data-theme="light"])'],
    }


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted([luminance(one), luminance(other)], reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_pairs_reach_aa(theme):
    palette = palettes()[theme]
    weak = {f"{a} on {b}": round(contrast(palette[a], palette[b]), 2) for a, b in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_and_chart_marks_reach_three_to_one(theme):
    palette = palettes()[theme]
    weak = {f"{a} on {b}": round(contrast(palette[a], palette[b]), 2) for a, b in MARK_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


def test_both_dark_blocks_are_equal():
    found = palettes()
    assert found["dark"] == found["dark-system"]
    assert found["dark"] != found["light"]


def test_contrast_agrees_with_published_examples():
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
