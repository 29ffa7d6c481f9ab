from django.shortcuts import render

from crm.access import needs
from crm.forms.people import AuditFilter
from crm.models import AuditEvent
from crm.views.paging import LongPaginator


@needs("audit.view")
def audit_list(request):
    form = AuditFilter(request.GET)
    found = form.filter(AuditEvent.objects.select_related("user"))
    page = LongPaginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "crm/audit_list.html", {"form": form, "page": page})
