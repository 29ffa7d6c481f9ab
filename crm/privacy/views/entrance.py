"""Who comes to a person's own pages."""

from functools import wraps

from django.shortcuts import render

from core.refusals import Refused
from crm.readers.queries import reader_for


def own_page(view):
    """Hand the view the reader who is signed in; staff who are none are asked first."""

    @wraps(view)
    def with_reader(request, *args, **kwargs):
        """The view, or the page on which staff say that they are readers, too."""
        try:
            reader = reader_for(request.user)
        except Refused:
            return render(request, "crm/privacy/join.html")
        return view(request, reader, *args, **kwargs)

    return with_reader
