"""What is held of a person's recency, frequency and contribution."""

from django.utils.translation import gettext_lazy as _

from core.holds import Erase, Hold, Shown

HOLDS = [
    Hold(
        "crm.Score",
        "reader",
        Erase.DELETE,
        follows=True,
        title=_("How recently and how often I was here"),
        shown=(
            Shown(_("last time"), "last_on"),
            Shown(_("how often I used something"), "times"),
            Shown(_("how often I gave something"), "contributions"),
            Shown(_("recency, 1 to 5"), "recency"),
            Shown(_("frequency, 1 to 5"), "frequency"),
            Shown(_("contribution, 1 to 5"), "contribution"),
        ),
        purpose=_("to know which services are used, and by whom they are not"),
        basis=_("service to readers"),
        aside=True,
    )
]
