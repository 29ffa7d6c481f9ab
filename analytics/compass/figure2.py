"""Figure 2 of the published case, live.

The stations of the loop with what stands at each and what moved on.
"""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.compass.passages import Passage, Travelled, WayBack
from analytics.compass.words.passages import median_text
from analytics.loop.models import Adjustment, Evaluation, Finding
from campaigns.plan.models import Campaign

Phase = Campaign.Phase
State = Adjustment.State
#: Half the width and height of a station in the drawing.
HALF_WIDTH, HALF_HEIGHT = 105, 44
#: From the base line of an arrow's number to that of its days.
DAYS_BELOW = 32
#: Centres of the stations, clockwise from the upper left. The arrows' paths keep clear of their
#: boxes, so whoever moves one moves its two arrows as well.
CENTRES = [(150, 80), (480, 80), (810, 80), (810, 330), (480, 330), (150, 330)]


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
        """The left edge of the box, in the units of the drawing."""
        return self.x - HALF_WIDTH

    @property
    def top(self) -> int:
        """The upper edge of the box, in the units of the drawing; y grows downwards."""
        return self.y - HALF_HEIGHT

    @property
    def title_y(self) -> int:
        """The base line of its title, above the middle of the box."""
        return self.y - 14

    @property
    def n_y(self) -> int:
        """The base line of its number, in the middle."""
        return self.y + 10

    @property
    def note_y(self) -> int:
        """The base line of what stands below the number."""
        return self.y + 31


@dataclass(frozen=True)
class Edge:
    """From one station to the next: how many were passed on.

    ``days``: the median in words, empty where the arrow has none; ``late``: whether something that
    should have gone along it has not.
    """

    path: str
    n: int
    x: int
    y: int
    label: str
    days: str = ""
    late: bool = False

    @property
    def state(self) -> str:
        """The class of the drawn line."""
        if self.late:
            return "late"
        return _done(self.n)

    @property
    def days_y(self) -> int:
        """The base line of the days: below a level arrow's line, or below the number beside one
        that goes up or down.
        """
        return self.y + DAYS_BELOW


@dataclass(frozen=True)
class LoopDrawing:
    """The boxes in their order, and for each of them the arrow that leaves it."""

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
        """Campaigns that have begun, closed ones among them."""
        return self.live + self.closed

    @property
    def decided(self) -> int:
        """Proposals that somebody decided on, either way."""
        return self.agreed + self.refused


def draw(viewer, way: WayBack) -> LoopDrawing:
    """The loop of all campaigns as far as ``viewer`` may see it, with the days of ``way`` beside
    its arrows; four statements, whatever their number.
    """
    counts = _count(viewer)
    return LoopDrawing(_stations(counts), _edges(counts, way))


def _count(viewer) -> LoopCounts:
    """What stands at the stations of the loop; campaigns of everybody, the rest as ``viewer`` sees
    it.
    """
    # All distinct: the join with the evaluations repeats a campaign for each of them.
    campaigns = Campaign.objects.aggregate(
        live=Count("pk", filter=Q(phase=Phase.PERFORMANCE), distinct=True),
        closed=Count("pk", filter=Q(phase=Phase.CLOSED), distinct=True),
        drafted=Count("pk", filter=Q(previous__isnull=False), distinct=True),
        evaluated=Count("pk", filter=Q(evaluations__isnull=False), distinct=True),
    )
    findings = Finding.objects.visible_to(viewer).aggregate(
        findings=Count("pk"), said=Count("pk", filter=Q(value__isnull=False))
    )
    proposals = Adjustment.objects.visible_to(viewer).exclude(state=State.SUPERSEDED)
    adjustments = proposals.aggregate(
        adjustments=Count("pk"),
        waiting=Count("pk", filter=Q(state__in=Adjustment.UNDECIDED)),
        agreed=Count("pk", filter=Q(state__in=[State.ACCEPTED, State.CHANGED])),
        refused=Count("pk", filter=Q(state=State.REFUSED)),
        applied=Count("pk", filter=Q(applied_in__isnull=False)),
        measured=Count("pk", filter=Q(observed__isnull=False)),
    )
    evaluations = Evaluation.objects.visible_to(viewer).count()
    return LoopCounts(evaluations=evaluations, **campaigns, **findings, **adjustments)


def _stations(counts: LoopCounts) -> list[Station]:
    """Clockwise from the upper left: from campaign to finding, and back to the next campaign."""
    campaigns = reverse("campaigns:campaign-list")
    reports = reverse("analytics:evaluation-list")
    proposals = reverse("analytics:decision-list")
    accepted = f"{proposals}?state={State.ACCEPTED}"

    # Each station leads to the list of what it counts.
    rows = [
        (_("Campaigns"), counts.running, campaigns, _done(counts.running)),
        (_("Evaluations"), counts.evaluations, reports, _done(counts.evaluations)),
        (_("Findings"), counts.findings, reports, _done(counts.said)),
        (_("Adjustments"), counts.adjustments, proposals, _state_of_adjustments(counts)),
        (_("Decisions"), counts.decided, accepted, _done(counts.decided)),
        (_("Next campaigns"), counts.drafted, campaigns, _done(counts.applied)),
    ]
    stations = []
    for row, note, centre in zip(rows, _notes(counts), CENTRES, strict=True):
        title, n, url, state = row
        stations.append(Station(title, n, note, url, *centre, state))
    return stations


def _notes(counts: LoopCounts) -> list[str]:
    """What stands below the number of each station, in the same order."""
    notes = [
        _("%(live)s live, %(closed)s closed"),
        _("of %(evaluated)s campaigns"),
        _("%(said)s say something"),
        _("%(waiting)s waiting"),
        _("%(agreed)s agreed, %(refused)s refused"),
        _("%(applied)s fields pre-filled"),
    ]
    return [note % vars(counts) for note in notes]


def _state_of_adjustments(counts: LoopCounts) -> str:
    """Red as long as one of them waits for a person: here the loop stands still without one."""
    if counts.waiting:
        return "now"
    return _done(counts.adjustments)


def _done(count: int) -> str:
    """ "done" where there is something, empty where nothing has happened yet."""
    return "done" if count else ""


def _edges(counts: LoopCounts, way: WayBack) -> list[Edge]:
    """The arrows between the stations, each with how many have gone along it. Paths and places in
    the units of the drawing, a field of 960 × 420.
    """
    # Findings and adjustments come with their evaluation in the same moment: their arrows take no
    # days.
    evaluated, decided = way.by(Passage.EVALUATED), way.by(Passage.DECIDED)
    planned, live = way.by(Passage.PLANNED), way.by(Passage.LIVE)
    into_next, checked = _("decisions → next campaigns"), _("next campaigns → promises checked")
    return [
        _timed("M255 80H368", counts.evaluated, 315, 66, _("campaigns → evaluations"), evaluated),
        Edge("M585 80H698", counts.findings, 645, 66, _("evaluations → findings")),
        Edge("M810 124V278", counts.adjustments, 840, 205, _("findings → adjustments")),
        _timed("M705 330H592", counts.decided, 648, 316, _("adjustments → decisions"), decided),
        _timed("M375 330H262", counts.applied, 318, 316, into_next, planned),
        _timed("M150 286V132", counts.measured, 182, 205, checked, live),
    ]


def _timed(path: str, n: int, x: int, y: int, label: str, travelled: Travelled) -> Edge:
    """An arrow with the days of a passage."""
    days = ""
    if travelled.days is not None:
        days = median_text(travelled)
    return Edge(path, n, x, y, label, days=days, late=bool(travelled.late))
