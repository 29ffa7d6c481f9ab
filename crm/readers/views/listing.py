"""Readers on the desk: the list and its export."""

from django.contrib import messages
from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import needs
from core.exporting import XLSX_ROWS, csv_lines, xlsx_file
from crm.readers.lists import ReaderList
from crm.readers.looks import TooMany, look_at_many
from crm.readers.models import LookPlace, Reader
from crm.staff import audit
from crm.staff.words import AuditAction


def readers_asked_for(request) -> ReaderList:
    """The list as the address asks for it, of the readers this person may see."""
    found = Reader.objects.visible_to(request.user).select_related("campus", "college")
    return ReaderList(request, found)


@needs("readers.view")
def reader_list(request):
    listing = readers_asked_for(request)
    try:
        look_at_many([reader.pk for reader in listing.page], by=request.user, place=LookPlace.LIST)
    except TooMany as refusal:
        return too_many(request, refusal)
    return listing.render("crm/readers/reader_list.html")


def too_many(request, refusal: TooMany):
    """The account has been shown its share of readers for today."""
    context = {"refusal": str(refusal)}
    return render(request, "crm/readers/too_many.html", context, status=429)


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

    # Of all rows of the file, before the first leaves.
    keys = listing.found.order_by().values_list("pk", flat=True)
    try:
        look_at_many(keys, by=request.user, place=LookPlace.EXPORT)
    except TooMany as refusal:
        return too_many(request, refusal)
    audit.record(
        action=AuditAction.READER_EXPORT,
        by=request.user,
        form=form,
        filters=listing.asked_filters(but=("q",)),
        columns=listing.columns,
    )
    return file_of(listing, form)


def fits_into_xlsx(listing: ReaderList) -> bool:
    # Counted no further than the answer needs: there may be a million rows.
    return listing.found[: XLSX_ROWS + 1].count() <= XLSX_ROWS


def file_of(listing: ReaderList, form: str) -> FileResponse | StreamingHttpResponse:
    """The rows as a file; CSV leaves row by row, however many there are."""
    name = f"readers-{timezone.localdate():%Y%m%d}.{form}"
    if form == "xlsx":
        file = xlsx_file({"Sheet1": listing.export_rows()})
        return FileResponse(file, as_attachment=True, filename=name)

    response = StreamingHttpResponse(
        csv_lines(listing.export_rows()), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
