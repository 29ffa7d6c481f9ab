"""What is held of a person's loans from listed collections."""

from django.utils.translation import gettext_lazy as _

from core.holds import Erase, Hold, Shown

HOLDS = [
    Hold(
        "crm.ListedLoan",
        "reader",
        Erase.DELETE,
        title=_("Loans from collections that the library promotes"),
        shown=(
            Shown(_("day"), "day"),
            Shown(_("collection"), "collection__name"),
        ),
        order="-day",
        purpose=_("to know whether a collection that is promoted is borrowed"),
        basis=_("service to readers"),
    )
]
