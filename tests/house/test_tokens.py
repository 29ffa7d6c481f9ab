"""The palette keeps WCAG AA.

4.5:1 for text, 3:1 for edges and chart marks, in light and in dark.
"""

import re
from itertools import product
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css").read_text()
BLOCK = re.compile(r"([^{}]+)\{([^{}]+)\}")
TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\s*;")
TEXTS = ("ink", "muted", "accent", "accent-deep", "second", "warn", "good")
GROUNDS = ("paper", "surface", "sunken")
TEXT_PAIRS = [
    *product(TEXTS, GROUNDS),
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
    red, green, blue = map(linear, channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(channel: float) -> float:
    """sRGB's curve taken off a channel of 0 to 1 (WCAG 2.2, relative luminance)."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    """1 for two alike, 21 for black on white."""
    high, low = sorted([luminance(one), luminance(other)], reverse=True)
    return (high + 0.05) / (low + 0.05)


def weaker_than(least: float, palette: dict[str, str], pairs) -> dict[str, float]:
    """Pairs whose contrast does not reach ``least``, with their contrast."""
    weak = {}
    for colour, ground in pairs:
        ratio = round(contrast(palette[colour], palette[ground]), 2)
        if ratio < least:
            weak[f"{colour} on {ground}"] = ratio
    return weak


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_pairs_reach_aa(theme):
    palette = palettes()[theme]
    assert weaker_than(4.5, palette, TEXT_PAIRS) == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_and_chart_marks_reach_three_to_one(theme):
    palette = palettes()[theme]
    assert weaker_than(3, palette, MARK_PAIRS) == {}


def test_both_dark_blocks_are_equal():
    found = palettes()
    assert found["dark"] == found["dark-system"]
    assert found["dark"] != found["light"]


def test_contrast_agrees_with_published_examples():
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
