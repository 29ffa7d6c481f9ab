"""How a line of the desk's first page is asked for."""

from django.urls import reverse

HTMX = {"HTTP_HX_REQUEST": "true"}


def address(name: str, thing) -> str:
    """Of the line of a thing, or of a step on it."""
    return reverse(f"analytics:today-{name}", args=[thing.pk])
