"""The demo mailbox: every mail this portal sent, with links that work."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render

from campaigns import mailbox as box
from campaigns.forms.delivery import MailboxSearchForm
from crm.access import needs


@needs("mailbox.view")
def mailbox(request):
    """Newest mails first; outside a demo there is nothing to read."""
    form = MailboxSearchForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    letters = box.letters(query) if settings.DEMO else []
    page = Paginator(letters, 30).get_page(request.GET.get("page"))
    return render(request, "campaigns/mailbox.html", {"form": form, "page": page})


@needs("mailbox.view")
def mailbox_letter(request, name):
    """One mail as its receiver sees it, with its plain text and headers."""
    letter = box.letter(name) if settings.DEMO else None
    if letter is None:
        raise Http404
    return render(request, "campaigns/mailbox_letter.html", {"letter": letter})
