"""The list of imports."""

from django.utils.translation import gettext_lazy as _

from core.listing import (
    NOWRAP,
    Column,
    DateColumn,
    FigureColumn,
    List,
    StateColumn,
    Table,
    TemplateColumn,
)

#: A cell of which there is nothing to say yet.
NOT_YET = "–"


class OutcomeColumn(FigureColumn):
    """How many rows of an import came to something; a dash before it was run, which is no zero."""

    def render(self, value, record):
        """The figure of an import that was run."""
        if record.merged_at is None:
            return NOT_YET
        return self.show(value)


class ImportTable(Table):
    filename = TemplateColumn(
        template_name="crm/imports/_import_row_file.html",
        context_object_name="batch",
        verbose_name=_("File"),
    )
    state = StateColumn()
    rows_read = FigureColumn(_("Rows"), accessor="rows")
    created = OutcomeColumn(_("New"))
    changed = OutcomeColumn(_("Changed"))
    refused = OutcomeColumn(_("Refused"))
    created_by = Column(_("Brought by"), attrs=NOWRAP)
    created_at = DateColumn(_("When"))
    discard = TemplateColumn(
        template_name="crm/imports/_import_row_discard.html",
        context_object_name="batch",
        accessor="pk",
        verbose_name=_("Throw away"),
        orderable=False,
    )


class ImportList(List):
    table_class = ImportTable
    order = ("-created_at", "-pk")


class RefusalList(List):
    """The refused rows of one import, in the order of the file."""

    order = ("line",)
