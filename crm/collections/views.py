"""Listed collections: which there are, who borrowed from them, one more."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.forms import posted, refusal_on, refusal_told, status_of
from core.uploads import takes_files
from crm.collections import actions as verbs
from crm.collections.forms import MOST_BYTES, CollectionForm
from crm.collections.models import ListedCollection
from crm.collections.queries import collection_lines
from crm.receipts.views import once


@takes_files(lambda: MOST_BYTES)
@needs("readers.import")
@once
def collection_list(request):
    """All lists, and the form for one more; why a list is not taken is said there."""
    form = CollectionForm(posted(request), request.FILES or None)
    if form.is_valid() and added(request, form):
        return redirect("crm:collection-list")
    context = {"form": form, "lines": collection_lines(request.user)}
    return render(request, "crm/collections/collection_list.html", context, status=status_of(form))


def added(request, form: CollectionForm) -> bool:
    """Add the list of a valid form; True when it is stored, else the reason stands on the form."""
    with refusal_on(form):
        verbs.add_collection(name=form.cleaned_data["name"], items=form.lines(), by=request.user)
        messages.success(
            request, _("The collection is added. Loans that come in are compared with it.")
        )
    return not form.errors


@needs("readers.import")
@require_POST
def collection_drop(request, pk):
    """A list goes, with all that is known by it; 404 where somebody removed it already."""
    collection = get_object_or_404(ListedCollection, pk=pk)
    with refusal_told(request):
        verbs.drop_collection(collection=collection, by=request.user)
        messages.success(request, _("The collection and who borrowed from it are removed."))
    return redirect("crm:collection-list")
