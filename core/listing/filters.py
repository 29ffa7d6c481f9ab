"""Filters that several lists need beside django-filter's own."""

from collections.abc import Callable

import django_filters
from django import forms
from django.db.models import Q


class WordsFilter(django_filters.CharFilter):
    """Rows in which one of ``lookups`` finds the words typed: ``("code", "name__icontains")``."""

    def __init__(self, *, lookups: tuple[str, ...], **kwargs):
        super().__init__(**kwargs)
        self.lookups = lookups

    def filter(self, queryset, value):
        """Rows that any of the lookups finds; all of them for an empty field.

        ``value`` is what was typed; white space around it does not count.
        """
        words = (value or "").strip()
        if not words:
            return queryset
        return queryset.filter(self.condition(words))

    def condition(self, words: str) -> Q:
        """What must hold of a row that ``words``, which are not empty, find."""
        found = Q()
        for lookup in self.lookups:
            found |= Q(**{lookup: words})
        return found


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
