"""Readers on the desk: the list and its export."""

from django.contrib import messages
from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import needs
from core.exporting import XLSX_ROWS, csv_lines, xlsx_file
from core.listing import LongPaginator
from crm.readers.forms import SIZES, SORTS, ReaderFilter
from crm.readers.models import ContactChannel, Reader
from crm.staff import audit

#: Column of the list and of its export → (heading, value of a reader).
COLUMNS = {
    "number": (gettext_lazy("Number"), lambda r: r.number),
    "name": (gettext_lazy("Name"), lambda r: r.name),
    "kind": (gettext_lazy("Kind"), lambda r: r.get_kind_display()),
    "campus": (gettext_lazy("Campus"), lambda r: str(r.campus or "")),
    "college": (gettext_lazy("College"), lambda r: str(r.college or "")),
    "cohort": (gettext_lazy("Entry year"), lambda r: r.cohort),
    "email": (gettext_lazy("E-mail"), lambda r: r.email),
    "phone": (gettext_lazy("Telephone"), lambda r: r.phone),
    "reach": (gettext_lazy("Allows"), lambda r: channels(r)),
    "language": (gettext_lazy("Language"), lambda r: r.get_language_display()),
    "registered_on": (gettext_lazy("Registered"), lambda r: r.registered_on),
    "last_seen_on": (gettext_lazy("Last seen"), lambda r: r.last_seen_on),
    "state": (gettext_lazy("State"), lambda r: r.get_state_display()),
    "source": (gettext_lazy("Source"), lambda r: r.source),
}
USUAL = ("number", "name", "kind", "campus", "email", "reach", "last_seen_on")


def channels(reader) -> str:
    labels = dict(ContactChannel.choices)
    return ", ".join(str(labels[channel]) for channel in reader.consents if channel in labels)


def asked_for(request):
    """(form, readers) of the filters in the address, within what this person may see."""
    form = ReaderFilter(request.GET)
    readers = form.filter(Reader.objects.visible_to(request.user)).select_related(
        "campus", "college"
    )
    sort = request.GET.get("sort", "")
    key = sort.removeprefix("-")
    order = (sort, "pk") if key in SORTS else ("pk",)
    return form, readers.order_by(*order)


def columns_of(request) -> list[str]:
    return [name for name in request.GET.getlist("cols") if name in COLUMNS] or list(USUAL)


def table(readers, columns: list[str]) -> list[dict]:
    """Rows for the template: the reader and the cells in the order of ``columns``."""
    return [
        {"reader": reader, "cells": [(name, COLUMNS[name][1](reader)) for name in columns]}
        for reader in readers
    ]


@needs("readers.view")
def reader_list(request):
    form, readers = asked_for(request)
    sizes = {str(size) for size, _label in SIZES}
    size = request.GET.get("size") if request.GET.get("size") in sizes else "50"
    page = LongPaginator(readers, int(size)).get_page(request.GET.get("page"))
    columns = columns_of(request)
    context = {
        "form": form,
        "page": page,
        "rows": table(page, columns),
        "heads": [(name, COLUMNS[name][0], name in SORTS) for name in columns],
        "choices": [(name, label, name in columns) for name, (label, _value) in COLUMNS.items()],
        "sizes": SIZES,
        "size": int(size),
    }
    return render(request, "crm/readers/reader_list.html", context)


@needs("readers.export")
def reader_export(request, form):
    """The filtered list as CSV (any size) or XLSX (up to XLSX_ROWS).

    What was exported is written down.
    """
    filters, readers = asked_for(request)
    columns = columns_of(request)
    asked = {
        key: value.replace("\0", "")
        for key, value in request.GET.items()
        if key in filters.fields and key != "q"
    }
    if form == "xlsx" and readers[: XLSX_ROWS + 1].count() > XLSX_ROWS:
        messages.error(
            request, _("Too many readers for an Excel file; take CSV or narrow the list.")
        )
        return redirect(f"{reverse('crm:reader-list')}?{request.GET.urlencode()}")
    audit.record(action="reader.export", by=request.user, form=form, filters=asked, columns=columns)
    name = f"readers-{timezone.localdate():%Y%m%d}.{form}"
    if form == "xlsx":
        return FileResponse(
            xlsx_file(export_rows(readers, columns)), as_attachment=True, filename=name
        )
    response = StreamingHttpResponse(
        csv_lines(export_rows(readers, columns)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def export_rows(readers, columns: list[str]):
    yield [str(COLUMNS[name][0]) for name in columns]
    for reader in readers.iterator(chunk_size=2000):
        yield [COLUMNS[name][1](reader) for name in columns]
