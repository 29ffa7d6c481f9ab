"""What became of the proposals, by name. A proposal that a newer evaluation replaced is in none."""

from django.utils.translation import gettext_lazy as _

from core.levels import PREDICTION_LEVEL
from core.measures import CountedIn, CountedOver, NamedMeasure

SOURCE = "analytics.Adjustment"
LISTED = _("the list of decisions")
CHECKS = _("the page of all checks")

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
CHECKED = NamedMeasure(
    key="loop.checked",
    label=_("Promises that could be checked"),
    counted=_(
        "promises held against a part that went on as before; changes accepted together are one"
    ),
    unit=CountedIn.ROWS,
    window=CountedOver.ALL,
    source=SOURCE,
    rows=CHECKS,
)
COVERED = NamedMeasure(
    key="loop.covered",
    label=_("Promised intervals that hold what was observed"),
    counted=_("of the promises checked those whose interval holds what was observed"),
    unit=CountedIn.ROWS,
    window=CountedOver.ALL,
    source=SOURCE,
    rows=CHECKS,
    level=PREDICTION_LEVEL,
)
MEASURES = [PROPOSED, WAITING, ACCEPTED, CHANGED, REFUSED, CHECKED, COVERED]
