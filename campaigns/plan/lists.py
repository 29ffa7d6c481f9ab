"""Campaigns as a list with everything, and as a board of those that are under way."""

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from campaigns.plan.models import Campaign
from campaigns.plan.shown import period_in_words
from core.listing import (
    NOWRAP,
    NUMBER,
    CheckFilter,
    List,
    Table,
    TemplateColumn,
    WordsFilter,
    only_if_checked,
)


class CampaignFilter(FilterSet):
    q = WordsFilter(
        label=_("Search"), lookups=("title__icontains", "purpose__icontains", "theme__icontains")
    )
    phase = ChoiceFilter(label=_("Phase"), choices=Campaign.Phase.choices, empty_label=_("All"))
    mine = CheckFilter(label=_("Mine only"), method="only_mine")

    def only_mine(self, campaigns, _name, checked):
        """Plans whose owner is the visitor."""

        def mine(found):
            return found.filter(owner=self.request.user)

        return only_if_checked(campaigns, checked, mine)


class BoardFilter(CampaignFilter):
    """The board's columns are the phases already."""

    phase = None


class CampaignTable(Table):
    title = TemplateColumn(
        template_name="campaigns/plan/_campaign_title.html",
        context_object_name="campaign",
        verbose_name=_("Campaign"),
        orderable=True,
    )
    phase = TemplateColumn(
        template_name="campaigns/plan/_phase_chip.html",
        context_object_name="campaign",
        verbose_name=_("Phase"),
        attrs=NOWRAP,
    )
    starts_on = TemplateColumn(
        template_name="campaigns/plan/_campaign_period.html",
        context_object_name="campaign",
        extra_context=lambda record: {"period": period_in_words(record)},
        verbose_name=_("Period"),
        attrs=NOWRAP,
        orderable=True,
    )
    segments = TemplateColumn(
        template_name="campaigns/plan/_campaign_segments.html",
        context_object_name="campaign",
        verbose_name=_("Segments"),
    )
    budget = TemplateColumn(
        template_name="campaigns/plan/_campaign_budget.html",
        context_object_name="campaign",
        verbose_name=_("Budget"),
        attrs=NUMBER,
        orderable=True,
    )


class CampaignList(List):
    filters = CampaignFilter
    table_class = CampaignTable
    order = ("-created_at", "-pk")
    # The board stands under the same address, so the next page must say again that it is the list.
    kept = ("view",)


class CampaignBoard(List):
    filters = BoardFilter
    order = ("-created_at", "-pk")
