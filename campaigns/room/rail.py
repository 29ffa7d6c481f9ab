"""The rail at the head of a room: four phases, each with one line that says how it stands."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.plan import gates
from campaigns.plan.models import Campaign
from campaigns.plan.queries import Picture

Phase = Campaign.Phase


@dataclass(frozen=True)
class RailStep:
    """One phase at the head of the room.

    ``state`` is done, now or later; ``shown`` marks the phase whose page is open.
    """

    number: str
    label: str
    state: str
    summary: str
    url: str
    shown: bool


def rail(campaign: Campaign, picture: Picture, shown: str) -> list[RailStep]:
    """The four steps, with the page of phase ``shown`` open."""
    # Texts and not figures: Chinese counts the phases in signs of its own.
    numbers = [_("1"), _("2"), _("3"), _("4")]
    room = reverse("campaigns:campaign-detail", args=[campaign.pk])
    steps = []
    for index, phase in enumerate(gates.PHASES):
        step = RailStep(
            number=numbers[index],
            label=phase.label,
            state=state(campaign, index),
            summary=summary(campaign, picture, phase),
            url=f"{room}?phase={phase.value}",
            shown=phase == shown,
        )
        steps.append(step)
    return steps


def state(campaign: Campaign, index: int) -> str:
    """How the phase at ``index`` of the four stands: "done", "now" or "later". All are done once it
    is closed.
    """
    if index < campaign.phase_index:
        return "done"
    if index > campaign.phase_index:
        return "later"
    return "now"


def summary(campaign: Campaign, picture: Picture, phase: str) -> str:
    """One line: what blocks the phase that is on, what stands in the others."""
    if phase == campaign.phase and phase != Phase.PERFORMANCE:
        blocking = gates.blocking(picture, phase)
        return _missing(len(blocking))
    return SUMMARIES[phase](campaign, picture)


def _missing(n: int) -> str:
    """How many conditions keep the gate of the phase that is on shut."""
    if n == 0:
        return _("Ready for the next phase")
    said = ngettext("%(n)d thing missing to go on", "%(n)d things missing to go on", n)
    return said % {"n": n}


def _prepared(campaign: Campaign, picture: Picture) -> str:
    """How many needs there are, and how many of them a cultural content answers."""
    needs = len(picture.needs)
    matched = needs - len(picture.unmatched_needs)
    needs_said = ngettext("%(n)d need", "%(n)d needs", needs) % {"n": needs}
    matched_said = _("%(n)d matched") % {"n": matched}
    return _side_by_side(needs_said, matched_said)


def _planned(campaign: Campaign, picture: Picture) -> str:
    """How many segments are addressed, over how many channels."""
    segments = len(picture.segments)
    channels = len(picture.plans)
    segments_said = ngettext("%(n)d segment", "%(n)d segments", segments) % {"n": segments}
    channels_said = ngettext("%(n)d channel", "%(n)d channels", channels) % {"n": channels}
    return _side_by_side(segments_said, channels_said)


def _side_by_side(first: str, second: str) -> str:
    """Two numbers, each said in its own grammar, as one line."""
    return _("%(first)s, %(second)s") % {"first": first, "second": second}


def _locked(campaign: Campaign, picture: Picture) -> str:
    """Since when the standards are locked, or that they will be."""
    if campaign.locked_at is None:
        return _("Standards lock when going live")
    # Stored in UTC: shortly after midnight the day there is still the one before.
    return _("Standards locked on %s") % _day(localtime(campaign.locked_at))


def _evaluated(campaign: Campaign, picture: Picture) -> str:
    """When the campaign was closed or evaluated, or when it will be."""
    if campaign.is_closed:
        return _("Closed on %s") % _day(localtime(campaign.closed_at))
    if picture.evaluations:
        return _("Evaluated, not closed yet")
    # It is computed in the night after; before that, answers and visits still come in.
    if campaign.ends_on:
        return _("Evaluation after %s") % _day(campaign.ends_on)
    return _("Evaluation after the last day")


def _day(day: date) -> str:
    """A day, or the day of a moment, as every page says it."""
    return date_format(day, "DATE_FORMAT")


SUMMARIES = {
    Phase.PREPARE: _prepared,
    Phase.STRATEGY: _planned,
    Phase.TACTICS: _locked,
    Phase.PERFORMANCE: _evaluated,
}
