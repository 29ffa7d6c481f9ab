"""The demo mailbox: every mail this portal sent, with links that work."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render

from core.access import needs
from demo import mailbox as box
from demo.forms import MailboxSearchForm


@needs("mailbox.view")
def mailbox(request):
    """Newest mails first."""
    form = MailboxSearchForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    letters = box.letters(query)
    page = Paginator(letters, 30).get_page(request.GET.get("page"))
    return render(request, "demo/mailbox.html", {"form": form, "page": page})


@needs("mailbox.view")
def mailbox_letter(request, name):
    """One mail as its receiver sees it, with its plain text and headers."""
    letter = box.letter(name)
    if letter is None:
        raise Http404
    return render(request, "demo/mailbox_letter.html", {"letter": letter})
