"""Django's admin, for superusers.

A look at the rows. What has a verb is changed on the desk, with gate and audit.
"""

from django.contrib import admin

from campaigns.plan.models import Campaign, Channel, Standard
from core.admin import ReadOnlyAdmin


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    list_display = ["title", "phase", "owner", "starts_on", "ends_on", "locked_at", "provenance"]
    list_filter = ["phase", "provenance"]
    search_fields = ["title"]
    list_select_related = ["owner"]


@admin.register(Standard)
class StandardAdmin(ReadOnlyAdmin):
    list_display = ["campaign", "metric", "direction", "target", "weight", "source"]
    list_select_related = ["campaign"]


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin):
    """The register of channels may grow; what is used cannot go (the foreign keys protect it)."""

    list_display = ["code", "name_zh", "name_en", "kind", "contact"]
