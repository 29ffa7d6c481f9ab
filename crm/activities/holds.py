"""What is kept of what readers did and leads to nobody."""

from django.utils.translation import gettext_lazy as _

from core.holds import Unknowable

HOLDS = []
UNKNOWABLE = [
    Unknowable(
        "crm.NamelessVisit",
        _("Visits through gates that keep no names"),
        _("Nobody can tell whose they are: each month the same person has another key."),
        _("to know how many visit the library"),
    )
]
