"""What returned mail says of a person."""

from django.utils.translation import gettext_lazy as _

from campaigns.returns.models import ReturnKind
from core.holds import Erase, Hold, Shown
from crm.readers.words import label_in

PURPOSE = _("to write to nobody whom letters do not reach, or who wants none")
BASIS = _("legitimate interest of the library and of mail servers")
SHOWN = (
    Shown(_("when"), "at"),
    Shown(_("what"), "kind", label_in(ReturnKind)),
    Shown(_("mailbox at"), "domain"),
    Shown(_("what the other mail server said"), "status"),
)

HOLDS = [
    Hold(
        "campaigns.ReturnedMail",
        "delivery__reader",
        Erase.KEEP,
        title=_("Letters that came back"),
        shown=SHOWN,
        order="-at",
        purpose=PURPOSE,
        basis=BASIS,
    ),
]
