"""The portal with one more address, ``/bench/one/``.

A view of one query, the reference of the survey benchmark.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import include, path

from crm.staff.models import Campus


@login_not_required
def one_query(request):
    return HttpResponse(Campus.objects.get(code="bench").name_en)


urlpatterns = [path("bench/one/", one_query), path("", include("config.urls"))]
