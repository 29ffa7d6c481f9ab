"""What segments hold of a person, and where they name places."""

from django.utils.translation import gettext_lazy as _

from core.holds import Erase, Hold, Mention, Shown
from crm.readers.words import yes_or_no

PURPOSE = _("to write to those whom something concerns, and to nobody else")
BASIS = _("service to readers")

#: A membership that goes when its record is joined with another, and comes back.
LEAVES = """INSERT INTO crm_segmentlog (segment_id, reader_id, entered, at)
    SELECT segment_id, v_kept, false, v_now FROM crm_segmentmember WHERE reader_id = v_gone"""
CAME_BACK = """DELETE FROM crm_segmentlog l
    WHERE l.reader_id = v_kept AND NOT l.entered AND l.at = v_at AND EXISTS (
        SELECT FROM crm_segmentmember m
        WHERE m.segment_id = l.segment_id AND m.reader_id = v_gone)"""

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
        # The next refresh finds whether the joined record is in. Sizes of the past are counted back
        # by the log, so it says that one left.
        aside=True,
        joins=LEAVES,
        parts=CAME_BACK,
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
