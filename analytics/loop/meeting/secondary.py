"""Outcomes that were named beside the one that decides, as the page for a meeting shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from analytics.loop.judging.saying import JudgementTold, SecondaryTold
from analytics.loop.meeting.effect import range_or_nothing
from analytics.loop.words import figure_text
from campaigns.experiments.models import NamedOutcome
from campaigns.experiments.words import WHETHER
from core.disclosure import Count


@dataclass(frozen=True)
class SecondaryRow:
    """One secondary outcome. ``verdict``: whether its difference lies beyond chance, in words;
    ``is_found``: that it does.
    """

    name: str
    difference: str
    range: str
    n: Count
    verdict: str
    is_found: bool


def secondary_rows(judgement: JudgementTold) -> Sequence[SecondaryRow]:
    """Every secondary outcome, in the order in which they were named."""
    is_final = not judgement.effect.provisional
    return list(map(partial(_row, is_final=is_final), judgement.secondary))


def _row(one: SecondaryTold, *, is_final: bool) -> SecondaryRow:
    """Its difference with the interval, or why there is none."""
    said, n = figure_text(one.figure), one.figure.persons
    # What stands in place of the value stands in place of its number, too.
    if one.missing is not None:
        said, n = str(one.missing), Count.without(one.missing)
    return SecondaryRow(
        name=str(WHETHER[NamedOutcome(one.outcome)]),
        difference=said,
        range=range_or_nothing(one.figure),
        n=n,
        verdict=_verdict(one, is_final=is_final),
        is_found=one.found,
    )


def _verdict(one: SecondaryTold, *, is_final: bool) -> str:
    """Whether a difference lies beyond chance; nobody says so before the end."""
    if one.missing is not None:
        return ""
    if not is_final:
        return _("may still change")
    if one.found:
        return _("beyond chance")
    return _("not beyond chance")
