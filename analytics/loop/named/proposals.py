"""What became of the proposals, by name. A proposal that a newer evaluation replaced is in none."""

from django.utils.translation import gettext_lazy as _

from core.levels import PREDICTION_LEVEL
from core.measures import NamedMeasure, Unit, Window

SOURCE = "analytics_adjustment"
LISTED = _("the list of decisions")

PROPOSED = NamedMeasure(
    key="loop.proposed",
    label=_("Proposals"),
    counted=_("proposals that no newer evaluation replaced"),
    unit=Unit.ROWS,
    window=Window.ALL,
    source=SOURCE,
    rows=LISTED,
)
WAITING = NamedMeasure(
    key="loop.waiting",
    label=_("Proposals that wait"),
    counted=_("proposals nobody has decided about"),
    unit=Unit.ROWS,
    window=Window.ALL,
    source=SOURCE,
    rows=LISTED,
)
ACCEPTED = NamedMeasure(
    key="loop.accepted",
    label=_("Accepted as proposed"),
    counted=_("proposals accepted without a change"),
    unit=Unit.ROWS,
    window=Window.ALL,
    source=SOURCE,
    rows=LISTED,
)
CHANGED = NamedMeasure(
    key="loop.changed",
    label=_("Accepted with a change"),
    counted=_("proposals accepted with another value"),
    unit=Unit.ROWS,
    window=Window.ALL,
    source=SOURCE,
    rows=LISTED,
)
REFUSED = NamedMeasure(
    key="loop.refused",
    label=_("Proposals refused"),
    counted=_("proposals refused with a reason"),
    unit=Unit.ROWS,
    window=Window.ALL,
    source=SOURCE,
    rows=LISTED,
)
DUE = NamedMeasure(
    key="loop.due",
    label=_("Promises measured"),
    counted=_("accepted proposals whose promise the next evaluation could check"),
    unit=Unit.ROWS,
    window=Window.ALL,
    source=SOURCE,
    rows=LISTED,
)
HELD = NamedMeasure(
    key="loop.held",
    label=_("Promises kept"),
    counted=_("of the promises measured those that did what was promised or better"),
    unit=Unit.ROWS,
    window=Window.ALL,
    source=SOURCE,
    rows=LISTED,
)
COVERED = NamedMeasure(
    key="loop.covered",
    label=_("Promised intervals that hold what was observed"),
    counted=_("of the promises measured those whose interval holds what was observed"),
    unit=Unit.ROWS,
    window=Window.ALL,
    source=SOURCE,
    rows=LISTED,
    level=PREDICTION_LEVEL,
)
MEASURES = [PROPOSED, WAITING, ACCEPTED, CHANGED, REFUSED, DUE, HELD, COVERED]
