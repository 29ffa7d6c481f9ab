"""What single letters hold of a person."""

from django.utils.translation import gettext_lazy as _

from core.holds import AddressHold, Erase, Hold, Shown

HOLDS = [
    Hold(
        "crm.Letter",
        "reader",
        # A letter holds an address and what was written to it.
        Erase.DELETE,
        title=_("Single letters to me"),
        shown=(
            Shown(_("when"), "created_at"),
            Shown(_("address"), "address"),
            Shown(_("subject"), "subject"),
            Shown(_("text"), "text"),
            Shown(_("mailed"), "sent_at"),
        ),
        order="-created_at",
        purpose=_("to answer, and to be able to say that it was answered"),
        basis=_("service to readers"),
    ),
]
#: Written to somebody without an account, or to an account: no key says whose they are.
NOTHING = dict.fromkeys(("address", "subject", "text", "html"), "''")
ADDRESSES = [AddressHold("crm.Letter", "address", NOTHING)]
