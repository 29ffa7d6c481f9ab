"""What imports hold of a person."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.holds import AccountHold, Erase, Hold, Shown, Unknowable
from crm.imports.models import ImportRefusal, reason_in_words
from crm.readers.bearers import numbers_of

SERVICE = _("service to readers")


def refused_rows_of(reader) -> QuerySet:
    """Rows of files that have a number of the reader's as a cell, in files of its own system or
    beside the name of the system.

    Not by address or name: such a row may be somebody else's.

    One statement for the numbers of the reader; the rows are not asked for yet.
    """
    theirs = Q()
    for system, number in numbers_of(reader):
        theirs |= Q(batch__source=system, raw__contains=[number])
        theirs |= Q(raw__contains=[system, number])
    return ImportRefusal.objects.filter(theirs)


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
        basis=SERVICE,
        # What would be put back is of that record.
        aside=True,
    ),
]
ACCOUNTS = [
    AccountHold(
        "crm.ImportRefusal",
        "raw",
        Erase.DELETE,
        title=_("Rows about me in files that were refused"),
        shown=(
            Shown(_("file"), "batch__filename"),
            Shown(_("line"), "line"),
            Shown(_("because"), "reason", reason_in_words),
            Shown(_("the row"), "raw"),
        ),
        purpose=_("to mend a wrong file"),
        basis=SERVICE,
        find=refused_rows_of,
    ),
]
UNKNOWABLE = [
    Unknowable(
        "crm.ImportBatch",
        _("Files of readers as the library sent them in"),
        _("They are not searched for one person; what was taken from them stands on this page."),
        _("to know whom the library serves"),
    )
]
