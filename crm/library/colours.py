"""The colours a library may choose from: each is read on every ground of ours, by day and by night.

A library chooses one by its name and types none, so that no choice can make a page unreadable. A
style sheet of its own holds each (``static/css/colours/<code>.css``); a test compares the two and
computes the contrast of all of them.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.contrast import contrast


@dataclass(frozen=True)
class Shades:
    """One colour in one light, each ``#rrggbb``: as text and button, pressed, as a ground, and what
    is written on it.
    """

    accent: str
    deep: str
    soft: str
    on: str

    def tokens(self) -> dict[str, str]:
        """{name of the token in style sheets, without its two hyphens: ``#rrggbb``}."""
        return {
            "accent": self.accent,
            "accent-deep": self.deep,
            "accent-soft": self.soft,
            "on-accent": self.on,
        }


#: Grounds that text stands on in ``tokens.css``: paper, surface, sunken.
DAY_GROUNDS = ("#fbfaf7", "#ffffff", "#f4f1ea")
NIGHT_GROUNDS = ("#15171a", "#1c1f23", "#101214")


@dataclass(frozen=True)
class LibraryColour:
    """A colour to choose; ``code`` is what is stored."""

    code: str
    name: Any
    day: Shades
    night: Shades

    @cached_property
    def least_contrast(self) -> float:
        """The weakest contrast it has anywhere as text, with one decimal, rounded down.

        From 1 to 21; WCAG AA asks for 4.5. Of day and night, of the grounds of pages and its own.
        """
        weakest = min(self._contrasts())
        # Rounded to the nearest, 4.46 would pass for the 4.5 that WCAG asks for.
        return int(weakest * 10) / 10

    def _contrasts(self):
        """Of each light: as text on every ground, and of what is written on it, pressed or not."""
        lights = ((self.day, DAY_GROUNDS), (self.night, NIGHT_GROUNDS))
        for shades, grounds in lights:
            for ground in (*grounds, shades.soft):
                yield contrast(shades.accent, ground)
            yield contrast(shades.on, shades.accent)
            yield contrast(shades.on, shades.deep)


#: The first is that of the portal itself, which ``tokens.css`` holds.
COLOURS = {
    colour.code: colour
    for colour in (
        LibraryColour(
            "seal",
            _("Seal red"),
            Shades("#a5352b", "#862820", "#f8ece9", "#ffffff"),
            Shades("#e58376", "#f0a297", "#382522", "#1b0f0d"),
        ),
        LibraryColour(
            "pine",
            _("Pine green"),
            Shades("#2a6a4c", "#1f523a", "#e7f1eb", "#ffffff"),
            Shades("#7cc4a0", "#9bd6b8", "#1b3026", "#0b1711"),
        ),
        LibraryColour(
            "lake",
            _("Lake blue"),
            Shades("#245f8f", "#1a4a71", "#e6eff7", "#ffffff"),
            Shades("#7fb4e2", "#a3cbee", "#1b2d3c", "#0b151e"),
        ),
        LibraryColour(
            "wisteria",
            _("Wisteria"),
            Shades("#6a4a8c", "#53386f", "#f0eaf6", "#ffffff"),
            Shades("#bb9fdb", "#cfb9e8", "#2c2338", "#150f1c"),
        ),
        LibraryColour(
            "plum",
            _("Plum blossom"),
            Shades("#96305f", "#77244a", "#f8e9f0", "#ffffff"),
            Shades("#e58bb3", "#f0a9c8", "#38212c", "#1c0d14"),
        ),
        LibraryColour(
            "amber",
            _("Amber"),
            Shades("#855000", "#683e00", "#f7eddc", "#ffffff"),
            Shades("#deac57", "#ebc282", "#33270f", "#191204"),
        ),
    )
}
#: Its shades stand in ``tokens.css``, so it has no sheet of its own.
PORTAL_COLOUR = "seal"


def style_sheet_of(code: str) -> str:
    """The static file with the shades of a chosen colour, as ``{% static %}`` wants it.

    Empty where ``tokens.css`` has them: for the portal's own colour, for none and for a code that
    there is not any more.
    """
    if code not in COLOURS or code == PORTAL_COLOUR:
        return ""
    return f"css/colours/{code}.css"
