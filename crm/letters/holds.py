"""What single letters hold of a person."""

from django.utils.translation import gettext_lazy as _

from core.holds import AddressHold, Erase, Hold, Shown
from crm.letters.models import LetterState

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
#: Written to somebody without an account, or to an account: no key says whose they are. Headers
#: name the address again, and so do mail servers in their reasons.
NOTHING = dict.fromkeys(("address", "subject", "text", "html", "sender", "reason"), "''") | {
    "headers": "'{}'",
    "about": "CASE WHEN about LIKE 'crm.%' THEN '' ELSE about END",
    "state": f"CASE state WHEN '{LetterState.PENDING}' THEN '{LetterState.SKIPPED}' ELSE state END",
}
ADDRESSES = [AddressHold("crm.Letter", "address", NOTHING)]
