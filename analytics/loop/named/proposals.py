"""What became of the proposals, by name. A proposal that a newer evaluation replaced is in none."""

from django.utils.translation import gettext_lazy as _

from core.levels import PREDICTION_LEVEL
from core.measures import CountedIn, CountedOver, NamedMeasure

SOURCE = "analytics.Adjustment"
LISTED = _("the list of decisions")

PROPOSED = NamedMeasure(
    key="loop.proposed",
    label=_("Proposals"),
    counted=_("proposals that no newer evaluation replaced"),
    unit=CountedIn.ROWS,
    window=CountedOver.ALL,
    source=SOURCE,
    rows=LISTED,
)
WAITING = NamedMeasure(
    key="loop.waiting",
    label=_("Proposals that wait"),
    counted=_("proposals nobody has decided about"),
    unit=CountedIn.ROWS,
    window=CountedOver.ALL,
    source=SOURCE,
    rows=LISTED,
)
ACCEPTED = NamedMeasure(
    key="loop.accepted",
    label=_("Accepted as proposed"),
    counted=_("proposals accepted without a change"),
    unit=CountedIn.ROWS,
    window=CountedOver.ALL,
    source=SOURCE,
    rows=LISTED,
)
CHANGED = NamedMeasure(
    key="loop.changed",
    label=_("Accepted with a change"),
    counted=_("proposals accepted with another value"),
    unit=CountedIn.ROWS,
    window=CountedOver.ALL,
    source=SOURCE,
    rows=LISTED,
)
REFUSED = NamedMeasure(
    key="loop.refused",
    label=_("Proposals refused"),
    counted=_("proposals refused with a reason"),
    unit=CountedIn.ROWS,
    window=CountedOver.ALL,
    source=SOURCE,
    rows=LISTED,
)
DUE = NamedMeasure(
    key="loop.due",
    label=_("Promises measured"),
    counted=_("accepted proposals whose promise the next evaluation could check"),
    unit=CountedIn.ROWS,
    window=CountedOver.ALL,
    source=SOURCE,
    rows=LISTED,
)
HELD = NamedMeasure(
    key="loop.held",
    label=_("Promises kept"),
    counted=_("of the promises measured those that did what was promised or better"),
    unit=CountedIn.ROWS,
    window=CountedOver.ALL,
    source=SOURCE,
    rows=LISTED,
)
COVERED = NamedMeasure(
    key="loop.covered",
    label=_("Promised intervals that hold what was observed"),
    counted=_("of the promises measured those whose interval holds what was observed"),
    unit=CountedIn.ROWS,
    window=CountedOver.ALL,
    source=SOURCE,
    rows=LISTED,
    level=PREDICTION_LEVEL,
)
MEASURES = [PROPOSED, WAITING, ACCEPTED, CHANGED, REFUSED, DUE, HELD, COVERED]
