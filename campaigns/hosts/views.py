"""The hosts that links may lead to."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.hosts.actions import approve_host, remove_host
from campaigns.hosts.forms import HostForm
from campaigns.hosts.models import LinkHost
from core.access import needs
from core.forms import posted, status_of


@needs("links.approve")
def host_list(request):
    """The library's own hosts, those approved, and a form for one more, which a POST approves."""
    form = HostForm(posted(request))
    if form.is_valid():
        host = approve_host(by=request.user, **form.cleaned_data)
        messages.success(request, _("Links may lead to %(host)s now.") % {"host": host})
        return redirect("campaigns:host-list")

    context = {
        "form": form,
        "own": settings.LINK_HOSTS,
        "approved": LinkHost.objects.approved().select_related("approved_by"),
    }
    return render(request, "campaigns/hosts/host_list.html", context, status=status_of(form))


@require_POST
@needs("links.approve")
def host_remove(request, pk):
    """Take an approval back; 404 where it is taken back already."""
    host = get_object_or_404(LinkHost.objects.approved(), pk=pk)
    remove_host(host=host, by=request.user)
    messages.success(request, _("No link leads to %(host)s any more.") % {"host": host})
    return redirect("campaigns:host-list")
