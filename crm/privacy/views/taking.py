"""Everything that is held of a person, as a file of theirs."""

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from core.holds import unknowables
from crm.privacy import own
from crm.privacy.views.entrance import own_page
from crm.staff import audit
from crm.staff.words import AuditAction


@require_GET
@own_page
def me_download(request, reader):
    """Everything held of the person, as JSON for programs."""
    audit.record(action=AuditAction.ME_DOWNLOAD, by=request.user, on=reader, form="json")
    # Readable in any editor: Chinese as Chinese, one value a line.
    layout = {"ensure_ascii": False, "indent": 2}
    response = JsonResponse(own.own_data(reader), json_dumps_params=layout)
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_GET
@own_page
def me_file(request, reader):
    """The same as one page that can be read without us, and printed."""
    audit.record(action=AuditAction.ME_DOWNLOAD, by=request.user, on=reader, form="html")
    context = {
        "reader": reader,
        "identity": own.identity(reader),
        "sections": own.sections(reader),
        "unknowables": unknowables(),
    }
    # A file and no page of ours: it is read without styles and without us.
    page = render_to_string("crm/privacy/my_data.html", context, request)
    response = HttpResponse(page)
    response["Content-Disposition"] = 'attachment; filename="my-data.html"'
    return response
