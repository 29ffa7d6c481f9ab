"""What segments hold of a person, and where they name places."""

from django.utils.translation import gettext_lazy as _

from core.holds import Erase, Hold, Mention, Shown
from crm.readers.words import yes_or_no

PURPOSE = _("to write to those whom something concerns, and to nobody else")
BASIS = _("service to readers")

HOLDS = [
    Hold(
        "crm.SegmentMember",
        "reader",
        Erase.DELETE,
        follows=True,
        title=_("Segments I am in"),
        shown=(Shown(_("segment"), "segment__name"), Shown(_("since"), "since")),
        order="-since",
        purpose=PURPOSE,
        basis=BASIS,
    ),
    Hold(
        "crm.SegmentLog",
        "reader",
        Erase.DELETE,
        follows=True,
        title=_("Segments I came into and left"),
        shown=(
            Shown(_("when"), "at"),
            Shown(_("segment"), "segment__name"),
            Shown(_("came in"), "entered", yes_or_no),
        ),
        order="-at",
        purpose=PURPOSE,
        basis=BASIS,
    ),
    Hold(
        "crm.SegmentPin",
        "reader",
        Erase.DELETE,
        title=_("Segments decided for me by hand"),
        shown=(
            Shown(_("segment"), "segment__name"),
            Shown(_("put in"), "include", yes_or_no),
            Shown(_("why"), "reason"),
        ),
        purpose=PURPOSE,
        basis=BASIS,
    ),
]

MENTIONS = [Mention("crm.Segment", "rule")]
