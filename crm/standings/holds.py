"""What is kept of what somebody is at the library."""

from django.utils.translation import gettext_lazy as _

from core.holds import Erase, Hold, Shown
from crm.readers.models import Reader
from crm.readers.words import label_in, through

HOLDS = [
    Hold(
        "crm.Standing",
        "reader",
        Erase.DELETE,
        # What staff write down marks the reader's row as changed, and keeps it.
        follows=True,
        title=_("What I am at the library, and when"),
        shown=(
            Shown(_("what"), "kind", label_in(Reader.Kind)),
            Shown(_("from"), "starts_on"),
            Shown(_("until"), "ends_on"),
            Shown(_("known from"), "source", through),
        ),
        order="-starts_on",
        purpose=_("to know whom a service is for, on its day"),
        basis=_("service to readers"),
    ),
]
