"""What is held of a person whose records were joined, or taken for another's."""

from django.utils.translation import gettext_lazy as _

from core.holds import Erase, Hold, Shown
from crm.merges.models import MergedRow, MergeReason
from crm.readers.words import label_in

PURPOSE = _("so that one person is one reader, and two are two")
BASIS = _("service to readers")

HOLDS = [
    Hold(
        "crm.JoinedRecord",
        "kept",
        Erase.DELETE,
        title=_("Records of me that were joined"),
        shown=(
            Shown(_("when"), "at"),
            Shown(_("because"), "why", label_in(MergeReason)),
            Shown(_("taken apart again"), "parted_at"),
            Shown(_("what stood in the other record"), "gone", for_programs=True),
            Shown(_("what stood in this record"), "before", for_programs=True),
            Shown(_("what came of both"), "after", for_programs=True),
            Shown(_("what came along"), "history", for_programs=True),
        ),
        order="-at",
        purpose=PURPOSE,
        basis=BASIS,
        # The key of somebody who was told apart again and then erased leads to nobody any more.
        leaves="UPDATE crm_joinedrecord SET gone_key = NULL"
        " WHERE gone_key = person AND parted_at IS NOT NULL",
    ),
    Hold(
        "crm.MergedRow",
        "merge__kept",
        Erase.DELETE,
        title=_("Rows that came with a joined record"),
        shown=(
            Shown(_("what"), "model", for_programs=True),
            Shown(_("where it is now"), "how", label_in(MergedRow.How)),
            Shown(_("in detail"), "was", for_programs=True),
        ),
        purpose=PURPOSE,
        basis=BASIS,
    ),
    Hold(
        "crm.NotTwins",
        "one",
        Erase.DELETE,
        title=_("Records that look like mine and are somebody else's"),
        shown=(Shown(_("since"), "at"),),
        order="-at",
        purpose=PURPOSE,
        basis=BASIS,
    ),
    Hold(
        "crm.NotTwins",
        "other",
        Erase.DELETE,
        title=_("Records that mine looks like and that are somebody else's"),
        called=_("Pairs that are two people, seen from the other one"),
        shown=(Shown(_("since"), "at"),),
        order="-at",
        purpose=PURPOSE,
        basis=BASIS,
    ),
]
