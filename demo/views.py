"""The demo mailbox: every mail this portal sent, with links that work."""

from django.http import Http404
from django.shortcuts import render

from core.access import needs
from demo import mailbox as box
from demo.lists import MailboxList


@needs("mailbox.view")
def mailbox(request):
    """Newest mails first. 403 for whoever may not read them."""
    return MailboxList(request).render("demo/mailbox.html")


@needs("mailbox.view")
def mailbox_letter(request, name):
    """One mail as its receiver sees it, with its plain text and headers; 404 where there is none of
    that name.
    """
    letter = box.letter(name)
    if letter is None:
        raise Http404
    return render(request, "demo/mailbox_letter.html", {"letter": letter})
