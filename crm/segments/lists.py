"""The list of segments."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, FilterSet

from core.listing import CountColumn, DateColumn, List, Table, TemplateColumn, WordsFilter


class SegmentFilter(FilterSet):
    q = WordsFilter(
        label=_("Search"),
        max_length=80,
        widget=forms.SearchInput,
        lookups=("name__icontains", "description__icontains"),
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("All"),
        choices=[("stale", _("Out of date")), ("error", _("With an error"))],
        method="in_state",
    )

    def in_state(self, segments, _name, state):
        """Segments that are out of date, or whose last refresh failed."""
        if state == "stale":
            return segments.stale()
        return segments.exclude(error="")


class SegmentTable(Table):
    name = TemplateColumn(
        template_name="crm/segments/_segment_name.html",
        context_object_name="segment",
        verbose_name=pgettext_lazy("of a thing", "Name"),
        orderable=True,
    )
    size = CountColumn(
        _("Persons"),
        accessor="persons",
        counted="own_size",
        orderable=True,
        initial_sort_descending=True,
    )
    refreshed = DateColumn(
        _("As of"),
        accessor="refreshed_at",
        format="DATETIME_FORMAT",
        default=_("never"),
        orderable=True,
    )
    state = TemplateColumn(
        template_name="crm/segments/_segment_state.html",
        context_object_name="segment",
        verbose_name=_("State"),
        attrs={"td": {"class": "nowrap"}},
    )


class SegmentList(List):
    filters = SegmentFilter
    table_class = SegmentTable
    order = ("name", "pk")
