"""Figure 2 of the published case, live.

The stations of the loop with what stands at each and what moved on.
"""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.loop.models import Adjustment, Evaluation, Finding
from campaigns.plan.models import Campaign


@dataclass(frozen=True)
class Station:
    """One box: ``n`` things there, its state in words, its place in the drawing (centre, in a 960 ×
    420 field).
    """

    key: str
    title: str
    n: int
    note: str
    url: str
    x: int
    y: int
    state: str = ""

    @property
    def left(self) -> int:
        return self.x - 105

    @property
    def top(self) -> int:
        return self.y - 44


@dataclass(frozen=True)
class Edge:
    """From one station to the next: how many were passed on."""

    path: str
    n: int
    x: int
    y: int
    label: str


@dataclass(frozen=True)
class Figure:
    stations: list[Station]
    edges: list[Edge]


def draw() -> Figure:
    """Counts of all campaigns; four statements, whatever their number."""
    campaigns = Campaign.objects.aggregate(
        open=Count("pk", filter=Q(phase__in=["prepare", "strategy", "tactics"])),
        live=Count("pk", filter=Q(phase="performance")),
        closed=Count("pk", filter=Q(phase="closed")),
        drafted=Count("pk", filter=Q(previous__isnull=False)),
        evaluated=Count("pk", filter=Q(evaluations__isnull=False), distinct=True),
    )
    evaluations = Evaluation.objects.count()
    findings = Finding.objects.aggregate(
        all=Count("pk"), said=Count("pk", filter=Q(value__isnull=False))
    )
    moves = Adjustment.objects.exclude(state=Adjustment.State.SUPERSEDED).aggregate(
        all=Count("pk"),
        waiting=Count("pk", filter=Q(state="proposed")),
        agreed=Count("pk", filter=Q(state__in=["accepted", "changed"])),
        refused=Count("pk", filter=Q(state="refused")),
        applied=Count("pk", filter=Q(applied_in__isnull=False)),
        measured=Count("pk", filter=Q(observed__isnull=False)),
    )
    return Figure(
        _stations(campaigns, evaluations, findings, moves),
        _edges(campaigns, evaluations, findings, moves),
    )


#: Centres of the six stations in the picture, clockwise from the upper left.
PLACES = [(150, 80), (480, 80), (810, 80), (810, 330), (480, 330), (150, 330)]


def _stations(campaigns: dict, evaluations: int, findings: dict, moves: dict) -> list[Station]:
    """The upper row from campaign to finding, the lower row back from adjustment to the next
    campaign.
    """
    running = campaigns["live"] + campaigns["closed"]
    decided = moves["agreed"] + moves["refused"]
    drafted = campaigns["drafted"]
    live = _("%(live)s live, %(closed)s closed") % campaigns
    agreed = _("%(agreed)s agreed, %(refused)s refused") % moves
    board, reports = reverse("campaigns:campaign-list"), reverse("analytics:evaluation-list")
    decisions = reverse("analytics:decision-list")
    waiting = "now" if moves["waiting"] else _done(moves["all"])
    rows = [
        ("campaigns", _("Campaigns"), running, live, board, _done(running)),
        (
            "evaluations",
            _("Evaluations"),
            evaluations,
            _("of %(evaluated)s campaigns") % campaigns,
            reports,
            _done(evaluations),
        ),
        (
            "findings",
            _("Findings"),
            findings["all"],
            _("%(said)s say something") % findings,
            reports,
            _done(findings["said"]),
        ),
        (
            "adjustments",
            _("Adjustments"),
            moves["all"],
            _("%(waiting)s waiting") % moves,
            decisions,
            waiting,
        ),
        (
            "decisions",
            _("Decisions"),
            decided,
            agreed,
            f"{decisions}?state=accepted",
            _done(decided),
        ),
        (
            "next",
            _("Next campaigns"),
            drafted,
            _("%(applied)s fields pre-filled") % moves,
            board,
            _done(moves["applied"]),
        ),
    ]
    return [Station(*row[:5], x, y, row[5]) for row, (x, y) in zip(rows, PLACES, strict=True)]


def _done(count: int) -> str:
    return "done" if count else ""


def _edges(campaigns: dict, evaluations: int, findings: dict, moves: dict) -> list[Edge]:
    return [
        Edge("M255 80H368", campaigns["evaluated"], 315, 66, _("campaigns → evaluations")),
        Edge("M585 80H698", findings["all"], 645, 66, _("evaluations → findings")),
        Edge("M810 124V278", moves["all"], 840, 205, _("findings → adjustments")),
        Edge(
            "M705 330H592",
            moves["agreed"] + moves["refused"],
            648,
            316,
            _("adjustments → decisions"),
        ),
        Edge("M375 330H262", moves["applied"], 318, 316, _("decisions → next campaigns")),
        Edge("M150 286V132", moves["measured"], 182, 205, _("next campaigns → promises checked")),
    ]
