"""Other tables of a file that is imported: the next sheets, the other files of a packed one."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from core.access import needs
from core.refusals import Refused
from crm.imports.actions import take_table
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable
from crm.imports.parts import other_tables
from crm.imports.views.steps import to_next_step
from crm.receipts.views import once


@needs("readers.import")
@require_POST
@once
def import_table(request, pk, door):
    """Begin an import of the table that was chosen; leads to its columns. What is refused is said
    as a message on the page of the import it was asked from.
    """
    batch = door.batch_of(request, pk)
    twin = begun(request, batch, request.POST.get("member", ""), request.POST.get("sheet", ""))
    if twin is None:
        return redirect(batch)
    return to_next_step(twin)


@needs("readers.import")
@require_POST
@once
def import_tables(request, pk, door):
    """Begin an import of each table of the file that no import reads yet; leads to the list of
    imports. What is no table is said as a message, and the others begin all the same.
    """
    batch = door.batch_of(request, pk)
    for table in other_tables(batch, request.user):
        if not table.is_read:
            begun(request, batch, table.member, table.sheet)
    return redirect("crm:import-list")


def begun(request, batch: ImportBatch, member: str, sheet: str) -> ImportBatch | None:
    """The new import of another table; None where it is refused, which is said as a message."""
    try:
        return take_table(batch=batch, member=member, sheet=sheet, by=request.user)
    except (Refused, Unreadable) as refusal:
        messages.error(request, str(refusal))
        return None
