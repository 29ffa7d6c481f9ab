"""Every colour that a library may choose is read on every ground, and its style sheet holds it."""

import re
from pathlib import Path

import pytest

from core.contrast import LEAST_FOR_TEXT, contrast
from crm.library.colours import (
    COLOURS,
    DAY_GROUNDS,
    NIGHT_GROUNDS,
    PORTAL_COLOUR,
    style_sheet_of,
)

STATIC = Path(__file__).resolve().parents[3] / "static"
BLOCK = re.compile(r"([^{}]+)\{([^{}]+)\}")
TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\s*;")
DAY, NIGHT, NIGHT_OF_SYSTEM = (
    ":root",
    ':root[data-theme="dark"]',
    ':root:not([data-theme="light"])',
)


def blocks(name: str) -> dict[str, dict[str, str]]:
    """{selector: {token: value}} of a style sheet."""
    text = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(), flags=re.DOTALL)
    found = {}
    for selector, body in BLOCK.findall(text):
        found[selector.split("\n")[-1].strip()] = dict(TOKEN.findall(body))
    return found


@pytest.mark.parametrize("colour", COLOURS.values(), ids=list(COLOURS))
def test_every_colour_is_read_on_every_ground(colour):
    for shades, grounds in ((colour.day, DAY_GROUNDS), (colour.night, NIGHT_GROUNDS)):
        pairs = [(shades.accent, ground) for ground in (*grounds, shades.soft)]
        pairs += [(shades.deep, ground) for ground in grounds]
        pairs += [(shades.on, shades.accent), (shades.on, shades.deep)]
        assert min(contrast(*pair) for pair in pairs) >= LEAST_FOR_TEXT
    assert colour.least_contrast >= LEAST_FOR_TEXT


@pytest.mark.parametrize("colour", COLOURS.values(), ids=list(COLOURS))
def test_style_sheet_holds_the_colour_by_day_and_by_night(colour):
    held = blocks(style_sheet_of(colour.code) or "css/tokens.css")
    for selector, shades in (
        (DAY, colour.day),
        (NIGHT, colour.night),
        (NIGHT_OF_SYSTEM, colour.night),
    ):
        assert shades.tokens().items() <= held[selector].items()


def test_grounds_are_those_of_the_tokens():
    held = blocks("css/tokens.css")
    for selector, grounds in ((DAY, DAY_GROUNDS), (NIGHT, NIGHT_GROUNDS)):
        assert tuple(held[selector][name] for name in ("paper", "surface", "sunken")) == grounds


def test_contrast_agrees_with_published_examples():
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert style_sheet_of(PORTAL_COLOUR) == style_sheet_of("") == style_sheet_of("../x") == ""
