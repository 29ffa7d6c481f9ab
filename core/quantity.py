"""A published number with the qualifier it was published with (27.5万余次, 近200名, 10万+)."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


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


def _wan(value: float) -> str:
    """Chinese myriads: 275000 → 27.5万, 7000 → 7000."""
    return f"{value / 10000:g}万" if value >= 10000 else f"{value:g}"


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
            return f"{_wan(self.value // 10000 * 10000 or self.value)}+"
        if self.qualifier == Qualifier.AT_LEAST:
            more = "多" if 1000 <= self.value < 10000 else "余"
            return f"{_wan(self.value)}{more}{self.unit}"
        prefix = {Qualifier.NEARLY: "近", Qualifier.ABOUT: "约"}.get(self.qualifier, "")
        return f"{prefix}{_wan(self.value)}{self.unit}"

    def en(self) -> str:
        """The English form: ≥275,000, nearly 200, about 12, 100,000+."""
        if self.qualifier == Qualifier.CAPPED:
            return f"{self.value // 10000 * 10000 or self.value:,.0f}+"
        prefix = {Qualifier.AT_LEAST: "≥", Qualifier.NEARLY: "nearly ", Qualifier.ABOUT: "about "}
        return f"{prefix.get(self.qualifier, '')}{self.value:,.10g}"

    def __str__(self):
        return self.zh() if (get_language() or "zh").startswith("zh") else self.en()
