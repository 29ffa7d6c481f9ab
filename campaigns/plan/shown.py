"""Standards and the period of a campaign, as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from campaigns.plan.models import Campaign, Standard, StandardAmendment
from core.numbers import plain


@dataclass(frozen=True)
class ShownAmendment:
    """A target that was moved: ``moved`` from where to where, ``signed`` by whom and when."""

    moved: str
    reason: str
    signed: str


@dataclass(frozen=True)
class ShownStandard:
    """A standard with the amendments of its target, the oldest first."""

    standard: Standard
    amendments: list[ShownAmendment]


def shown_standards(standards: Iterable[Standard]) -> list[ShownStandard]:
    """The standards as a page shows them. Asks nothing where amendments are prefetched."""
    return [ShownStandard(standard, shown_amendments(standard)) for standard in standards]


def shown_amendments(standard: Standard) -> list[ShownAmendment]:
    """The amendments of one target in words, the oldest first."""
    return list(map(_amended, standard.amendments.all()))


def _amended(amendment: StandardAmendment) -> ShownAmendment:
    """One amendment in words."""
    figures = {"before": plain(amendment.before), "after": plain(amendment.after)}
    # Stored in UTC: shortly after midnight the day there is still the one before.
    who = {"person": amendment.by, "day": date_format(localtime(amendment.at))}
    return ShownAmendment(
        moved=_("%(before)s → %(after)s") % figures,
        reason=amendment.reason,
        signed=_("(%(person)s, %(day)s)") % who,
    )


def period_in_words(campaign: Campaign) -> str:
    """From when to when the campaign runs, as far as that is fixed; empty without a first day."""
    if campaign.starts_on is None:
        return ""
    starts = date_format(campaign.starts_on)
    if campaign.ends_on is None:
        return starts
    return f"{starts} – {date_format(campaign.ends_on)}"
