"""Figures by name: what is counted, in which unit, window and source, and how it is printed.

Each room that computes figures for people names them once, in its ``named.py``
(``ROOMS_WITH_MEASURES``). A page, a file and the API print a figure as a ``NamedFigure`` of its
measure, so that value, label and sign of what is missing are made in one place. docs/measures.md
lists them all; ``python -m ops.measures write`` makes it.

Figures of different windows or sources are different measures, and no two share a label.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.disclosure import SHOWN, Count, Missing
from core.numbers import number
from core.rooms import said_by

#: Nobody counted, which is no reason: a reading without a value must say why.
NO_REASON = "A figure without a value says why: withheld, not measured or cannot say."


class CountedOver(TextChoices):
    """Of which time a figure is."""

    PLAN = "plan", _("as the plan stands now")
    SO_FAR = "so_far", _("from the beginning until now")
    PERIOD = "period", _("the campaign's period, as far as it had passed at the evaluation")
    WINDOW = (
        "window",
        _(
            "the plan's window from the day each reader was drawn, else the campaign's period, as"
            " far as it had passed at the evaluation"
        ),
    )
    NEXT = "next", _("the next campaign's period, foretold")
    MONTH = "month", _("one month")
    ALL = "all", _("everything there is now")


class CountedIn(TextChoices):
    """In what a figure is counted."""

    PERSONS = "persons", _("different readers")
    MAILS = "mails", _("mails")
    ANSWERS = "answers", pgettext_lazy("unit", "answers")
    FOLLOWINGS = "followings", _("followings of links")
    RESPONSES = "responses", _("readers or mails that responded, and followings of open links")
    TIMES = "times", pgettext_lazy("unit", "times")
    ROWS = "rows", _("records")
    PERCENT = "percent", "%"
    POINTS = "points", _("percentage points")
    PER_READER = "per_reader", _("times per reader")
    SCORE = "score", _("points of a scale")
    CNY = "cny", _("CNY")
    HOURS = "hours", pgettext_lazy("unit", "hours")
    PER_HUNDRED_CNY = "per_hundred_cny", _("for each ¥100")
    PER_SHARE = "per_share", _("for each percent of the plan and 1,000 readers")
    PER_THOUSAND = "per_thousand", _("for each 1,000 visits")


@dataclass(frozen=True, kw_only=True)
class NamedMeasure:
    """One figure as the house knows it; texts are lazy, in the language of whoever reads.

    ``key`` is stable: it marks the figure in pages (``data-measure``), in files and in the API.
    ``level``: of its interval, None where it has none. ``least``: the fewest rows it is shown by,
    ``judged``: by which it is judged, 0 where it may rest on any number. ``printed``: from a
    number to its text with its unit. ``rows``: where what it counts is listed. ``term``: its code
    in ``core.explained``, if a page explains it.
    """

    key: str
    label: Any
    counted: Any
    unit: CountedIn
    window: CountedOver
    source: str
    rows: Any
    printed: Callable[[Any], str] = number
    level: float | None = None
    least: int = 0
    judged: int = 0
    term: str = ""

    def read(self, value: "Count | float | Decimal | Missing", **more) -> "NamedFigure":
        """A figure of this measure; ``more`` are the other fields of a ``NamedFigure``.

        TypeError for None: say which ``Missing`` it is.
        """
        return NamedFigure(measure=self, value=value, **more)


@dataclass(frozen=True, kw_only=True)
class NamedFigure:
    """One value of a named measure: a number, or why there is none.

    Raises TypeError for None: 0, withheld, not measured and cannot say are four values, and nothing
    else is one. ``about``: the stable key of what it is about where a page has several, such as
    ``channel:email``. ``interval``: in words, with its unit once; empty where there is none to
    tell. ``n``: the rows it rests on. ``href``: the list of these rows. ``is_provisional``: its
    window had not ended when it was read.
    """

    measure: NamedMeasure
    value: Count | float | Decimal | Missing
    about: str = ""
    low: float | None = None
    high: float | None = None
    level: float | None = None
    n: Count | None = None
    interval: str = ""
    href: str = ""
    is_provisional: bool = False
    #: In place of what the measure prints, for a value that is told with fewer digits.
    text: str = ""

    def __post_init__(self):
        """Raises TypeError where there is neither a value nor a reason."""
        if self.value is None:
            raise TypeError(NO_REASON)

    def __str__(self) -> str:
        """As every page prints it, in the present language."""
        if self.text:
            return self.text
        if isinstance(self.value, Count | Missing):
            return str(self.value)
        return self.measure.printed(self.value)

    @property
    def label(self) -> str:
        """What it is called, in the present language.

        The same wherever the measure is printed.
        """
        return str(self.measure.label)

    @property
    def missing(self) -> Missing | None:
        """Why there is no number for everybody; None where there is one."""
        if isinstance(self.value, Missing):
            return self.value
        if isinstance(self.value, Count) and self.value.public_number is None:
            return Missing(self.value.state)
        return None

    @property
    def says(self) -> bool:
        """Whether everybody may be told a number.

        0 is one.
        """
        return self.missing is None

    @property
    def state(self) -> str:
        """One of the five states of ``Count``, as everybody may be told.

        "shown", "about", "withheld", "not_measured" or "cannot_say".
        """
        if isinstance(self.value, Count):
            return self.value.state
        if isinstance(self.value, Missing):
            return self.value.value
        return SHOWN

    @property
    def public_number(self) -> float | int | None:
        """The number for files and the API; None where there is none to tell.

        In the unit of the measure, with all its digits.
        """
        if isinstance(self.value, Count):
            return self.value.public_number
        if isinstance(self.value, Missing):
            return None
        if isinstance(self.value, Decimal):
            return float(self.value)
        return self.value

    @property
    def cell(self) -> float | int | str:
        """A cell of a file: the number, or the sign of why there is none.

        An empty cell would be read as a zero.
        """
        if self.missing is not None:
            return str(self.missing)
        return self.public_number

    def at(self, href: str) -> "NamedFigure":
        """The same, with the list of its rows.

        ``href``: an address of ours; empty for none.
        """
        return replace(self, href=href)

    def as_json(self) -> dict:
        """As the API gives it out: key, label, unit and window beside the value and its state."""
        told = {
            "measure": self.measure.key,
            "about": self.about,
            "label": self.label,
            "unit": self.measure.unit.value,
            "window": self.measure.window.value,
            "value": self.public_number,
            "state": self.state,
            "low": self.low,
            "high": self.high,
            "level": self.level,
            "n": None,
            "text": str(self.protected()),
            "provisional": self.is_provisional,
        }
        if self.n is not None:
            told["n"] = self.n.public_number
        return told

    def protected(self) -> "NamedFigure":
        """What leaves the page, whoever looks: without an exact number of persons.

        The same figure where its value is no number of persons.
        """
        if isinstance(self.value, Count):
            return replace(self, value=self.value.protected())
        return self


@cache
def all_measures() -> dict[str, NamedMeasure]:
    """{key: measure} of the whole house, in the order of its rooms.

    From ``named.MEASURES`` of each room in ROOMS_WITH_MEASURES. ValueError where two have one key.
    """
    found: dict[str, NamedMeasure] = {}
    for measure in said_by(settings.ROOMS_WITH_MEASURES, "named", "MEASURES"):
        if measure.key in found:
            raise ValueError(f"Two measures are called {measure.key}.")
        found[measure.key] = measure
    return found


def measure_of(key: str) -> NamedMeasure:
    """The measure of this key.

    KeyError where no room names one.
    """
    return all_measures()[key]


def marked(told: NamedFigure, **attributes: str) -> SafeString:
    """A figure as HTML: a link to its rows where it has one, with the marks by which it is found.

    ``data-measure`` is the measure's key, ``data-about`` what it is about, ``data-state`` one of
    the five states; ``attributes`` stand beside them.
    """
    marks = {"data-measure": told.measure.key, "data-state": told.state} | attributes
    if told.about:
        marks["data-about"] = told.about
    # Each value is escaped by flatatt, which begins with a space.
    written = mark_safe(flatatt(marks))
    if told.href:
        return format_html('<a href="{}"{}>{}</a>', told.href, written, str(told))
    return format_html("<span{}>{}</span>", written, str(told))
