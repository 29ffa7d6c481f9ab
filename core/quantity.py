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


def published_wan(value: float) -> str:
    """Chinese myriads as newspapers print them: 275000 → 27.5万, 7000 without a separator."""
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
        if self.unit != other.unit:
            raise ValueError(f"cannot add {self.unit} and {other.unit}")
        weakest = max(self.qualifier, other.qualifier, key=WEAKNESS.index)
        known = [day for day in (self.as_of, other.as_of) if day]
        sources = " + ".join(dict.fromkeys(s for s in (self.source, other.source) if s))
        return Quantity(
            self.value + other.value, weakest, self.unit, sources, min(known, default=None)
        )

    def zh(self) -> str:
        """The Chinese form it is printed with: 27.5万余次, 近200名, 7000多名, 10万+."""
        if self.qualifier == Qualifier.CAPPED:
            return f"{published_wan(self.whole_myriads())}+"
        if self.qualifier == Qualifier.AT_LEAST:
            more = "多" if 1000 <= self.value < MYRIAD else "余"
            return f"{published_wan(self.value)}{more}{self.unit}"
        prefix = {Qualifier.NEARLY: "近", Qualifier.ABOUT: "约"}.get(self.qualifier, "")
        return f"{prefix}{published_wan(self.value)}{self.unit}"

    def en(self) -> str:
        """The English form: ≥275,000, nearly 200, about 12, 100,000+."""
        if self.qualifier == Qualifier.CAPPED:
            return f"{number(self.whole_myriads())}+"
        prefix = {Qualifier.AT_LEAST: "≥", Qualifier.NEARLY: "nearly ", Qualifier.ABOUT: "about "}
        return f"{prefix.get(self.qualifier, '')}{plain(self.value)}"

    def whole_myriads(self) -> float:
        """What a capped figure is known to have reached: 100,001 → 100,000; below 10,000 itself."""
        return self.value // MYRIAD * MYRIAD or self.value

    def __str__(self):
        return self.zh() if is_chinese() else self.en()
