"""Figure 2 of the published case, live.

The stations of the loop with what stands at each and what moved on.
"""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.loop.models import Adjustment, Evaluation, Finding
from campaigns.plan.models import Campaign

Phase = Campaign.Phase
State = Adjustment.State
#: Half the width and height of a station in the drawing.
HALF_WIDTH, HALF_HEIGHT = 105, 44


@dataclass(frozen=True)
class Station:
    """One box: ``n`` things there, its state in words, its place in the drawing (centre, in a 960 ×
    420 field).
    """

    title: str
    n: int
    note: str
    url: str
    x: int
    y: int
    state: str = ""

    @property
    def left(self) -> int:
        return self.x - HALF_WIDTH

    @property
    def top(self) -> int:
        return self.y - HALF_HEIGHT


@dataclass(frozen=True)
class Edge:
    """From one station to the next: how many were passed on."""

    path: str
    n: int
    x: int
    y: int
    label: str


@dataclass(frozen=True)
class LoopDrawing:
    stations: list[Station]
    edges: list[Edge]


@dataclass(frozen=True)
class LoopCounts:
    """What stands where, over all campaigns.

    ``said``: findings with a value. ``adjustments`` and what follows count those that no newer
    evaluation has replaced. ``measured``: promises that were seen again.
    """

    live: int
    closed: int
    drafted: int
    evaluated: int
    evaluations: int
    findings: int
    said: int
    adjustments: int
    waiting: int
    agreed: int
    refused: int
    applied: int
    measured: int

    @property
    def running(self) -> int:
        return self.live + self.closed

    @property
    def decided(self) -> int:
        return self.agreed + self.refused


def draw() -> LoopDrawing:
    """LoopCounts of all campaigns; four statements, whatever their number."""
    counts = _count()
    return LoopDrawing(_stations(counts), _edges(counts))


def _count() -> LoopCounts:
    campaigns = Campaign.objects.aggregate(
        live=Count("pk", filter=Q(phase=Phase.PERFORMANCE)),
        closed=Count("pk", filter=Q(phase=Phase.CLOSED)),
        drafted=Count("pk", filter=Q(previous__isnull=False)),
        evaluated=Count("pk", filter=Q(evaluations__isnull=False), distinct=True),
    )
    findings = Finding.objects.aggregate(
        findings=Count("pk"), said=Count("pk", filter=Q(value__isnull=False))
    )
    adjustments = Adjustment.objects.exclude(state=State.SUPERSEDED).aggregate(
        adjustments=Count("pk"),
        waiting=Count("pk", filter=Q(state=State.PROPOSED)),
        agreed=Count("pk", filter=Q(state__in=[State.ACCEPTED, State.CHANGED])),
        refused=Count("pk", filter=Q(state=State.REFUSED)),
        applied=Count("pk", filter=Q(applied_in__isnull=False)),
        measured=Count("pk", filter=Q(observed__isnull=False)),
    )
    return LoopCounts(
        evaluations=Evaluation.objects.count(), **campaigns, **findings, **adjustments
    )


def _stations(counts: LoopCounts) -> list[Station]:
    return [*_upper_row(counts), *_lower_row(counts)]


def _upper_row(counts: LoopCounts) -> list[Station]:
    """From campaign to finding."""
    reports = reverse("analytics:evaluation-list")
    return [
        Station(
            title=_("Campaigns"),
            n=counts.running,
            note=_("%(live)s live, %(closed)s closed") % vars(counts),
            url=reverse("campaigns:campaign-list"),
            x=150,
            y=80,
            state=_done(counts.running),
        ),
        Station(
            title=_("Evaluations"),
            n=counts.evaluations,
            note=_("of %(evaluated)s campaigns") % vars(counts),
            url=reports,
            x=480,
            y=80,
            state=_done(counts.evaluations),
        ),
        Station(
            title=_("Findings"),
            n=counts.findings,
            note=_("%(said)s say something") % vars(counts),
            url=reports,
            x=810,
            y=80,
            state=_done(counts.said),
        ),
    ]


def _lower_row(counts: LoopCounts) -> list[Station]:
    """Back from adjustment to the next campaign."""
    decisions = reverse("analytics:decision-list")
    return [
        Station(
            title=_("Adjustments"),
            n=counts.adjustments,
            note=_("%(waiting)s waiting") % vars(counts),
            url=decisions,
            x=810,
            y=330,
            state="now" if counts.waiting else _done(counts.adjustments),
        ),
        Station(
            title=_("Decisions"),
            n=counts.decided,
            note=_("%(agreed)s agreed, %(refused)s refused") % vars(counts),
            url=f"{decisions}?state={State.ACCEPTED}",
            x=480,
            y=330,
            state=_done(counts.decided),
        ),
        Station(
            title=_("Next campaigns"),
            n=counts.drafted,
            note=_("%(applied)s fields pre-filled") % vars(counts),
            url=reverse("campaigns:campaign-list"),
            x=150,
            y=330,
            state=_done(counts.applied),
        ),
    ]


def _done(count: int) -> str:
    return "done" if count else ""


def _edges(counts: LoopCounts) -> list[Edge]:
    return [
        Edge("M255 80H368", counts.evaluated, 315, 66, _("campaigns → evaluations")),
        Edge("M585 80H698", counts.findings, 645, 66, _("evaluations → findings")),
        Edge("M810 124V278", counts.adjustments, 840, 205, _("findings → adjustments")),
        Edge("M705 330H592", counts.decided, 648, 316, _("adjustments → decisions")),
        Edge("M375 330H262", counts.applied, 318, 316, _("decisions → next campaigns")),
        Edge("M150 286V132", counts.measured, 182, 205, _("next campaigns → promises checked")),
    ]
