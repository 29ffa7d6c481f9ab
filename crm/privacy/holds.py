"""What requests of a person hold of them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.holds import Erase, Hold, Shown
from crm.privacy.models import Correction
from crm.readers.models import ContactChannel
from crm.readers.words import label_in, yes_or_no

PURPOSE = _("to do what the person asked for")
BASIS = _("legal duty")

HOLDS = [
    Hold(
        "crm.Correction",
        "reader",
        Erase.DELETE,
        title=_("Corrections I asked for"),
        shown=(
            Shown(_("when"), "asked_at"),
            Shown(_("what is wrong"), "field", label_in(Correction.Field)),
            Shown(_("what should stand there"), "wanted"),
            Shown(pgettext_lazy("of a wish", "done"), "granted", yes_or_no),
            Shown(_("answer"), "answer"),
        ),
        order="-asked_at",
        purpose=PURPOSE,
        basis=BASIS,
    ),
    Hold(
        "crm.NewAddress",
        "reader",
        Erase.DELETE,
        title=_("Addresses I have yet to confirm"),
        shown=(
            Shown(_("when"), "asked_at"),
            Shown(_("channel"), "channel", label_in(ContactChannel)),
            Shown(_("address"), "address"),
        ),
        order="-asked_at",
        purpose=PURPOSE,
        basis=BASIS,
    ),
    Hold(
        "crm.Departure",
        "reader",
        Erase.DELETE,
        title=_("My wish to be erased"),
        shown=(
            Shown(_("asked"), "asked_at"),
            Shown(_("happens"), "due_at"),
            Shown(_("last tried in vain"), "failed_at"),
        ),
        purpose=PURPOSE,
        basis=BASIS,
    ),
]
