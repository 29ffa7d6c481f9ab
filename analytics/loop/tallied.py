"""What became of the proposals, figure by figure, each with the list of the proposals it counts."""

from urllib.parse import urlencode

from django.urls import reverse

from analytics.loop.models import Adjustment
from analytics.loop.named import proposals
from core.disclosure import Missing
from core.measures import NamedFigure, NamedMeasure

State = Adjustment.State


def listed(**narrowed: str) -> str:
    """The list of decisions, narrowed by its own filters."""
    address = reverse("analytics:decision-list")
    if not narrowed:
        return address
    return f"{address}?{urlencode(narrowed)}"


def decided(record) -> list[NamedFigure]:
    """How many proposals there are, and how many were accepted, changed, refused and wait.

    ``record``: an ``analytics.loop.verify.Record``, which computes with scipy and is not loaded
    here: every template loads this module.
    """
    counted = [
        (proposals.PROPOSED, record.proposed, listed()),
        (proposals.WAITING, record.waiting, listed(state=State.PROPOSED.value)),
        (proposals.ACCEPTED, record.accepted, listed(state=State.ACCEPTED.value)),
        (proposals.CHANGED, record.changed, listed(state=State.CHANGED.value)),
        (proposals.REFUSED, record.refused, listed(state=State.REFUSED.value)),
    ]
    return [named.read(n, href=href) for named, n, href in counted]


def checked(record) -> list[NamedFigure]:
    """How many promises were measured, kept, and held by their interval; these two are not
    measured as long as none is due.
    """
    due = proposals.DUE.read(record.due, href=listed(promise="due"))
    return [
        due,
        _of_due(proposals.HELD, record.held, record, "held"),
        _of_due(proposals.COVERED, record.covered, record, "inside"),
    ]


def _of_due(named: NamedMeasure, n: int, record, promise: str) -> NamedFigure:
    """A number of the promises that were measured; where none was, a 0 would be no measurement."""
    href = listed(promise=promise)
    if not record.due:
        return named.read(Missing.NOT_MEASURED, href=href)
    return named.read(n, level=record.level, href=href)
