"""A published number with the qualifier it was published with (27.5万余次, 近200名, 10万+)."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.localised import is_chinese
from core.numbers import MYRIAD, in_myriads, number, plain


class Qualifier(models.TextChoices):
    EXACT = "exact", _("exactly")
    AT_LEAST = "at_least", _("more than")
    NEARLY = "nearly", _("nearly")
    ABOUT = "about", pgettext_lazy("quantity", "about")
    CAPPED = "capped", _("capped")


class Unit(models.TextChoices):
    TIMES = "次", _("times")
    PERSONS = "名", _("persons")
    PEOPLE = "人", _("people")
    ATTENDANCES = "人次", _("attendances")
    ARTICLES = "篇", _("articles")
    ITEMS = "件", _("items")
    NUMBER = "个", _("in number")


#: From the strongest statement to the weakest; a sum is only as strong as its weakest part.
WEAKNESS = [
    Qualifier.EXACT,
    Qualifier.AT_LEAST,
    Qualifier.CAPPED,
    Qualifier.NEARLY,
    Qualifier.ABOUT,
]


#: Signs before a number, by language.
BEFORE_ZH = {Qualifier.NEARLY: "近", Qualifier.ABOUT: "约"}
BEFORE_EN = {
    Qualifier.AT_LEAST: "≥",
    Qualifier.NEARLY: "nearly ",
    Qualifier.ABOUT: "about ",
}


def published_wan(value: float) -> str:
    """Chinese myriads as newspapers print them: 275000 → 27.5万, 7000 without a separator.

    At most four decimals, which is to the single one. Smaller numbers have at most six digits.
    """
    if value >= MYRIAD:
        return in_myriads(value, decimals=4)
    return f"{value:g}"


@dataclass(frozen=True)
class Quantity:
    """``value`` in ``unit`` with its ``qualifier``; ``source`` and ``as_of`` travel with it."""

    value: float
    qualifier: str = Qualifier.EXACT
    unit: str = Unit.TIMES
    source: str = ""
    as_of: date | None = None

    def __add__(self, other: "Quantity") -> "Quantity":
        """The sum of two in the same unit, as weak as the weaker and as old as the older.

        Raises ValueError for two units: persons and attendances have no sum.
        """
        if self.unit != other.unit:
            raise ValueError(f"cannot add {self.unit} and {other.unit}")
        return Quantity(
            value=self.value + other.value,
            qualifier=max(self.qualifier, other.qualifier, key=WEAKNESS.index),
            unit=self.unit,
            source=_both_sources(self.source, other.source),
            as_of=_older(self.as_of, other.as_of),
        )

    def zh(self) -> str:
        """The Chinese form it is printed with: 27.5万余次, 近200名, 7000多名, 10万+.

        The unit stands behind it, save behind a capped one. 1000 to 9999 have 多, all else at least
        so large 余.
        """
        if self.qualifier == Qualifier.CAPPED:
            return f"{published_wan(self.whole_myriads())}+"
        if self.qualifier == Qualifier.AT_LEAST:
            # Thousands are 多, everything else 余: the paper writes 7000多名 and 800余人.
            more = "余"
            if 1000 <= self.value < MYRIAD:
                more = "多"
            return f"{published_wan(self.value)}{more}{self.unit}"
        before = BEFORE_ZH.get(self.qualifier, "")
        return f"{before}{published_wan(self.value)}{self.unit}"

    def en(self) -> str:
        """The English form: ≥275,000, nearly 200, about 12, 100,000+.

        Without the unit, which the page says beside it.
        """
        if self.qualifier == Qualifier.CAPPED:
            return f"{number(self.whole_myriads())}+"
        before = BEFORE_EN.get(self.qualifier, "")
        return f"{before}{plain(self.value)}"

    def whole_myriads(self) -> float:
        """What a counter that stops at "10万+" prints: no more than whole myriads are known.

        A value below 10,000 is given back as it is.
        """
        return self.value // MYRIAD * MYRIAD or self.value

    def __str__(self):
        """In the present language."""
        if is_chinese():
            return self.zh()
        return self.en()


def _both_sources(first: str, second: str) -> str:
    """Each source once, in the order given; empty ones leave no trace."""
    named = dict.fromkeys((first, second))
    return " + ".join(filter(None, named))


def _older(first: date | None, second: date | None) -> date | None:
    """The older of the days that are known."""
    known = filter(None, (first, second))
    return min(known, default=None)
