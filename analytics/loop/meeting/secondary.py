"""Outcomes that were named beside the one that decides, as the page for a meeting shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    return [_row(one, is_final=is_final) for one in judgement.secondary]


def _row(one: SecondaryTold, *, is_final: bool) -> SecondaryRow:
    """Its difference with the interval, or why there is none."""
    said = figure_text(one.figure)
    if one.missing is not None:
        said = str(one.missing)
    return SecondaryRow(
        name=str(WHETHER[NamedOutcome(one.outcome)]),
        difference=said,
        range=range_or_nothing(one.figure),
        n=one.figure.persons,
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
