from django.utils.translation import gettext as _

from analytics.loop.words import FORMULAS
from core.numbers import number


def change_words(now: int | None, then: int | None) -> str:
    """How a count differs from a year before, in words: 31 more than …"""
    if now is None or then is None:
        return _("no comparison with last year is possible")
    if now == then:
        return _("as many as in the same month last year")
    template = (
        _("%(n)s more than in the same month last year")
        if now > then
        else _("%(n)s fewer than in the same month last year")
    )
    return template % {"n": number(abs(now - then))}


def formula(metric: str) -> str:
    """How a standard's figure is computed, as printed beside it."""
    return FORMULAS[metric]() if metric in FORMULAS else ""
