"""Who took part in which phase, in words: heads, cells, and why a way has no number."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.compass.involvement import Involvement, InvolvementRow, InvolvementWay
from core.disclosure import Count, RoundedCount


def name_of_way(way: InvolvementWay) -> str:
    """How readers take part, as the head of a column."""
    names = {
        InvolvementWay.ANSWERED: _("answered under a name"),
        InvolvementWay.FOLLOWED: pgettext("reader", "followed a link"),
        InvolvementWay.SPOKE: pgettext("reader", "spoke"),
        InvolvementWay.CONTRIBUTED: _("contributed a work"),
        InvolvementWay.CAME: pgettext("reader", "came"),
        InvolvementWay.PLANNED: _("planned or performed with us"),
    }
    return names[way]


def why_unrecorded(way: InvolvementWay) -> str:
    """Why a way of taking part has no numbers: what would have to be there."""
    reasons = {
        InvolvementWay.ANSWERED: _(
            "Nobody was asked under a name: there was no survey but anonymous ones."
        ),
        InvolvementWay.FOLLOWED: _("No mail with a link has gone out."),
        InvolvementWay.SPOKE: _("No message to the library says which campaign it is about."),
        InvolvementWay.CONTRIBUTED: _("There was no call for works."),
        InvolvementWay.CAME: _("Attendance is recorded for the library, not yet by campaign."),
        InvolvementWay.PLANNED: _("No page records yet who plans or performs with the library."),
    }
    return reasons[way]


@dataclass(frozen=True)
class ShownInvolvement:
    """The matrix as a page prints it: heads, a row of texts for each phase, and its notes."""

    heads: list[str]
    rows: list[tuple[str, list[str]]]
    unrecorded: list[tuple[str, str]]
    hides_some: bool
    campaigns: int
    now: datetime

    @classmethod
    def of(cls, found: Involvement, now: datetime) -> "ShownInvolvement":
        """What the page prints of ``found``, counted at ``now``."""
        without = list(filter(found.without_door.__contains__, InvolvementWay))
        return cls(
            heads=list(map(name_of_way, InvolvementWay)),
            rows=[(str(row.phase.label), cells_of(row)) for row in found.rows],
            unrecorded=[(name_of_way(way), why_unrecorded(way)) for way in without],
            hides_some=found.hides_some,
            campaigns=found.campaigns,
            now=now,
        )


def cells_of(row: InvolvementRow) -> list[str]:
    """The texts of one phase; a phase that nobody has come to is not one in which nobody took
    part.
    """
    return [involved_text(cell, has_begun=row.has_begun) for cell in row.cells]


def involved_text(cell: Count, *, has_begun: bool) -> str:
    """One cell. The table says of all its numbers that they are rounded, so none says it again."""
    if cell.is_known and not has_begun:
        return pgettext("phase", "not begun")
    if isinstance(cell, RoundedCount):
        return cell.bare
    return str(cell)
