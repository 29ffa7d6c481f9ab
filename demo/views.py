"""Pages of the demonstration: every mail this portal sent, and the parts its pages are made of."""

from django.http import Http404
from django.shortcuts import render

from core.access import needs
from core.charts import page_or_file
from core.charts.files import ASKED
from demo import mailbox as box
from demo.charts import shown_charts
from demo.kit import samples, say_everything
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


@needs("mailbox.view")
def kit(request):
    """Each component in its states, for whoever changes one and wants to see what becomes of it."""
    charts = shown_charts()
    # What is said stands above a page, and not above the one that is opened after a file.
    if ASKED not in request.GET:
        say_everything(request)
    return page_or_file(request, "demo/kit.html", samples(request) | {"charts": charts}, charts)
