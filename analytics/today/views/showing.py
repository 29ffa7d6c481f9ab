"""How one line of the desk's first page is answered: to htmx alone, else as a page of its own."""

from django.shortcuts import render

from core.forms import status_of


def line(request, template: str, context: dict, form=None, refusal: str = ""):
    """A line drawn by ``template``, with the status that its form asks for.

    ``refusal``: why a step was refused, said in the line with status 409; "" for no refusal.
    """
    context = context | {"refusal": refusal}
    status = 200
    if form is not None:
        status = status_of(form)
        context["form"] = form
    if refusal:
        status = 409
    if request.htmx:
        return render(request, template, context, status=status)
    return render(request, "analytics/today/line.html", context | {"line": template}, status=status)


def done(request, key: str, said: str, url: str, *, refusal: str = "", **more):
    """What came of a step, in the place of the line; ``url``: the page of the thing itself."""
    context = {"key": key, "said": said, "url": url} | more
    return line(request, "analytics/today/_done.html", context, refusal=refusal)


def is_closed(request) -> bool:
    """Whether the line is asked for as it stood before it was opened."""
    return "closed" in request.GET
