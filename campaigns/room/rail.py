"""The rail at the head of a room: four phases, each with one line that says how it stands."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.plan import gates
from campaigns.plan.gates import Picture
from campaigns.plan.models import Campaign

Phase = Campaign.Phase


@dataclass(frozen=True)
class Step:
    """``state`` is done, now or later; ``shown`` marks the phase whose page is open."""

    number: str
    label: str
    state: str
    summary: str
    url: str
    shown: bool


def rail(campaign: Campaign, picture: Picture, shown: str) -> list[Step]:
    room = reverse("campaigns:campaign-detail", args=[campaign.pk])
    numbers = [_("1"), _("2"), _("3"), _("4")]
    return [
        Step(
            numbers[index],
            phase.label,
            state(campaign, index),
            summary(campaign, picture, phase),
            f"{room}?phase={phase.value}",
            phase == shown,
        )
        for index, phase in enumerate(gates.PHASES)
    ]


def state(campaign: Campaign, index: int) -> str:
    if index == campaign.phase_index:
        return "now"
    return "done" if index < campaign.phase_index else "later"


def summary(campaign: Campaign, picture: Picture, phase: str) -> str:
    """One line: what blocks the phase that is on, what stands in the others."""
    if phase == campaign.phase and phase != Phase.PERFORMANCE:
        n = len(gates.blocking(picture, phase))
        if n == 0:
            return _("Ready for the next phase")
        return ngettext("%(n)d thing missing to go on", "%(n)d things missing to go on", n) % {
            "n": n
        }
    return {
        Phase.PREPARE: _prepared,
        Phase.STRATEGY: _planned,
        Phase.TACTICS: _locked,
        Phase.PERFORMANCE: _evaluated,
    }[phase](campaign, picture)


def _prepared(campaign: Campaign, picture: Picture) -> str:
    matched = len(picture.needs) - len(picture.unmatched_needs)
    return _("%(needs)d needs, %(matched)d matched") % {
        "needs": len(picture.needs),
        "matched": matched,
    }


def _planned(campaign: Campaign, picture: Picture) -> str:
    return _("%(segments)d segments, %(channels)d channels") % {
        "segments": len(picture.segments),
        "channels": len(picture.plans),
    }


def _locked(campaign: Campaign, picture: Picture) -> str:
    if campaign.locked_at is None:
        return _("Standards lock when going live")
    return _("Standards locked on %s") % date_format(
        localtime(campaign.locked_at), "SHORT_DATE_FORMAT"
    )


def _evaluated(campaign: Campaign, picture: Picture) -> str:
    if campaign.is_closed:
        return _("Closed on %s") % date_format(localtime(campaign.closed_at), "SHORT_DATE_FORMAT")
    if picture.evaluations:
        return _("Evaluated, not closed yet")
    if campaign.ends_on:
        return _("Evaluation after %s") % date_format(campaign.ends_on, "SHORT_DATE_FORMAT")
    return _("Evaluation after the last day")
