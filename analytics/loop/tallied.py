"""What became of the proposals, figure by figure, each with the list of the proposals it counts."""

from urllib.parse import urlencode

from django.urls import reverse

from analytics.loop.models import Adjustment
from analytics.loop.named import proposals
from core.disclosure import Missing
from core.measures import NamedFigure

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
    """How many promises could be checked, and how many of them held; this is not measured as long
    as there is none.
    """
    href = reverse("analytics:calibration")
    held = Missing.NOT_MEASURED
    if record.checks:
        held = record.covered
    return [
        proposals.CHECKED.read(record.checks, href=href),
        proposals.COVERED.read(held, href=href),
    ]
