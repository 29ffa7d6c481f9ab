"""Filters that several lists need beside django-filter's own."""

from collections.abc import Callable

import django_filters
from django import forms
from django.db.models import Q


class WordsFilter(django_filters.CharFilter):
    """Rows in which one of ``lookups`` finds the words typed: ``("number", "name__icontains")``.

    ``forms`` says in which form a lookup's field is stored: ``{"number": normal_number}``.
    """

    def __init__(
        self,
        *,
        lookups: tuple[str, ...],
        forms: dict[str, Callable[[str], str]] | None = None,
        **kwargs,
    ):
        """``lookups`` and ``forms`` as the class says; without a form a lookup takes words as
        typed.
        """
        super().__init__(**kwargs)
        self.lookups = lookups
        self.forms = forms or {}

    def filter(self, queryset, value):
        """Rows that any of the lookups finds; all of them for an empty field.

        ``value`` is what was typed; white space around it does not count. ``forms`` says in which
        form a lookup takes it.
        """
        words = (value or "").strip()
        if not words:
            return queryset
        found = Q()
        for lookup in self.lookups:
            in_form = self.forms.get(lookup, str)
            found |= Q(**{lookup: in_form(words)})
        return queryset.filter(found)


class CheckFilter(django_filters.Filter):
    """A box to check; without the check it filters nothing. Needs a ``method``."""

    field_class = forms.BooleanField


def only_if_checked(queryset, checked: bool, narrowed: Callable):
    """``narrowed(queryset)`` where a CheckFilter's box is checked.

    ``queryset`` itself where it is not.
    """
    if not checked:
        return queryset
    return narrowed(queryset)
