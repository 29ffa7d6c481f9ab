"""The list of tracked links with their clicks."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import FilterSet, ModelChoiceFilter

from campaigns.plan.models import Campaign, Channel
from core.listing import NOWRAP, CountColumn, FigureColumn, List, Table, TemplateColumn, WordsFilter


class LinkFilter(FilterSet):
    q = WordsFilter(
        label=_("Search"), lookups=("placement__icontains", "target__icontains", "code")
    )
    campaign = ModelChoiceFilter(
        label=_("Campaign"), queryset=Campaign.objects.all(), empty_label=_("All")
    )
    channel = ModelChoiceFilter(
        label=_("Channel"), queryset=Channel.objects.all(), empty_label=_("All")
    )


class LinkTable(Table):
    """Of links from ``with_traffic``."""

    placement = TemplateColumn(
        template_name="campaigns/links/_link_placement.html",
        context_object_name="link",
        verbose_name=_("Placement"),
        orderable=True,
    )
    channel = TemplateColumn(
        template_name="campaigns/links/_link_channel.html",
        context_object_name="link",
        verbose_name=_("Channel"),
        attrs=NOWRAP,
    )
    address = TemplateColumn(
        template_name="campaigns/links/_link_address.html",
        context_object_name="link",
        extra_context=lambda: {"base_url": settings.BASE_URL},
        verbose_name=pgettext_lazy("web", "Address"),
    )
    machines = CountColumn(_("Machine"), orderable=True, initial_sort_descending=True)
    readers = CountColumn(_("Readers"), orderable=True, initial_sort_descending=True)
    visits = FigureColumn(
        pgettext_lazy("of a link", "Visits"), orderable=True, initial_sort_descending=True
    )


class LinkList(List):
    filters = LinkFilter
    table_class = LinkTable
    order = ("-created_at", "-pk")
