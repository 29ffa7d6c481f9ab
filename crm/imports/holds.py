"""What imports hold of a person."""

from django.utils.translation import gettext_lazy as _

from core.holds import Erase, Hold, Shown

HOLDS = [
    Hold(
        "crm.ImportChange",
        "reader",
        Erase.DELETE,
        follows=True,
        title=_("Files that changed what is known of me"),
        shown=(
            Shown(_("when"), "batch__merged_at"),
            Shown(_("file"), "batch__filename"),
            Shown(_("what stood there before"), "before"),
        ),
        purpose=_("to take a wrong file back"),
        basis=_("service to readers"),
    ),
]
