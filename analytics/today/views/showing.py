"""How one line of the desk's first page is answered: to htmx alone, else as a page of its own."""

from django.shortcuts import render

from core.forms import status_of


def line(request, template: str, context: dict, form=None):
    """A line drawn by ``template``, with the status that its form asks for."""
    status = 200
    if form is not None:
        status = status_of(form)
        context = context | {"form": form}
    if request.htmx:
        return render(request, template, context, status=status)
    return render(request, "analytics/today/line.html", context | {"line": template}, status=status)


def done(request, key: str, said: str, url: str, **more):
    """What came of a step, in the place of the line; ``url``: the page of the thing itself."""
    context = {"key": key, "said": said, "url": url} | more
    return line(request, "analytics/today/_done.html", context)


def is_closed(request) -> bool:
    """Whether the line is asked for as it stood before it was opened."""
    return "closed" in request.GET
