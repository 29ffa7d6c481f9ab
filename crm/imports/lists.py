"""The list of imports."""

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from core.listing import Column, DateColumn, FigureColumn, List, Table, TemplateColumn

#: A cell of less weight than those beside it.
SMALL = {"td": {"class": "small muted"}}
#: A name without a space may be broken anywhere: a file's name can be one long word.
ANYWHERE = {"td": {"class": "anywhere"}}


class ImportTable(Table):
    filename = Column(_("File"), linkify=True, attrs=ANYWHERE)
    takes = Column(_("Kind"), attrs=SMALL)
    profile = Column(_("Profile"))
    state = TemplateColumn(
        template_name="crm/imports/_import_state.html",
        context_object_name="batch",
        verbose_name=_("State"),
    )
    rows_read = FigureColumn(_("Rows"), accessor="rows")
    created = FigureColumn(_("New"))
    changed = FigureColumn(_("Changed"))
    refused = FigureColumn(_("Refused"))
    created_by = Column(_("Brought by"))
    created_at = DateColumn(_("When"))
    discard = TemplateColumn(
        template_name="crm/imports/_import_row_discard.html",
        context_object_name="batch",
        accessor="pk",
        verbose_name=_("Throw away"),
        orderable=False,
    )

    def render_takes(self, record):
        """What the rows of the file are, as the page that takes it in calls them."""
        return record.kind.label

    def render_filename(self, value):
        """The name as it was uploaded, cut to 48 characters with an ellipsis as the last."""
        return Truncator(value).chars(48)


class ImportList(List):
    table_class = ImportTable
    order = ("-created_at", "-pk")


class RefusalList(List):
    """The refused rows of one import, in the order of the file."""

    order = ("line",)
