"""Readers on the desk: the list and its export."""

from django.contrib import messages
from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import needs
from core.columns import keys_of
from core.exporting import XLSX_ROWS, csv_file, xlsx_file
from crm.readers.lists import ReaderList
from crm.readers.looks import look_at_many
from crm.readers.models import LookPlace, Reader
from crm.staff import audit
from crm.staff.words import AuditAction


def readers_asked_for(request) -> ReaderList:
    """The list as the address asks for it, of the readers this person may see."""
    found = Reader.objects.visible_to(request.user).select_related("campus", "college")
    return ReaderList(request, found)


@needs("readers.view")
def reader_list(request):
    """Readers that were asked for; that somebody looked at these is written down."""
    listing = readers_asked_for(request)
    look_at_many(keys_of(listing.page), by=request.user, place=LookPlace.LIST)
    return listing.render("crm/readers/reader_list.html")


@require_GET
@needs("readers.export")
def reader_export(request, form):
    """The filtered list as CSV (any size) or XLSX (up to XLSX_ROWS).

    What was exported is written down, but for the words searched for: they may name a person.
    """
    listing = readers_asked_for(request)
    if form == "xlsx" and not fits_into_xlsx(listing):
        messages.error(
            request, _("Too many readers for an Excel file; take CSV or narrow the list.")
        )
        return redirect(f"{reverse('crm:reader-list')}?{request.GET.urlencode()}")

    write_down(listing, form, by=request.user)
    return file_of(listing, form)


def write_down(listing: ReaderList, form: str, *, by) -> None:
    """Write down who is in the file, before the first row leaves, and what was asked for.

    Raises TooMany, and then no row leaves. Words that were searched for are not kept.
    """
    keys = listing.found.order_by().values_list("pk", flat=True)
    look_at_many(keys, by=by, place=LookPlace.EXPORT)
    audit.record(
        action=AuditAction.READER_EXPORT,
        by=by,
        form=form,
        filters=listing.asked_filters(but=("q",)),
        columns=listing.columns,
    )


def fits_into_xlsx(listing: ReaderList) -> bool:
    """Whether a sheet holds them."""
    # Counted no further than the answer needs: there may be a million rows.
    return listing.found[: XLSX_ROWS + 1].count() <= XLSX_ROWS


def file_of(listing: ReaderList, form: str) -> FileResponse | StreamingHttpResponse:
    """The rows as a file, "csv" or "xlsx"; CSV leaves row by row, however many there are."""
    name = f"readers-{timezone.localdate():%Y%m%d}.{form}"
    if form == "xlsx":
        file = xlsx_file({"Sheet1": listing.export_rows()})
        return FileResponse(file, as_attachment=True, filename=name)

    return csv_file(listing.export_rows(), name)
