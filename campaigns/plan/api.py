"""Campaigns for programs: the plan and where it stands, read only."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets

from campaigns.plan.models import Campaign, ChannelPlan, Standard
from core.api import Needs, Pages


class CampaignSerializer(serializers.ModelSerializer):
    class Meta:
        model = Campaign
        fields = [
            "id",
            "title",
            "phase",
            "starts_on",
            "ends_on",
            "provenance",
            "locked_at",
            "closed_at",
            "previous",
        ]
        read_only_fields = fields


class StandardSerializer(serializers.ModelSerializer):
    class Meta:
        model = Standard
        fields = ["metric", "direction", "target", "weight", "source"]
        read_only_fields = fields


class ChannelPlanSerializer(serializers.ModelSerializer):
    channel = serializers.SlugRelatedField("code", read_only=True)

    class Meta:
        model = ChannelPlan
        fields = ["channel", "share", "planned_cost", "expected_reach"]
        read_only_fields = fields


class CampaignDetailSerializer(CampaignSerializer):
    goals = serializers.SlugRelatedField("text", many=True, read_only=True)
    segments = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    channels = ChannelPlanSerializer(source="channel_plans", many=True, read_only=True)
    standards = StandardSerializer(many=True, read_only=True)
    owner = serializers.CharField(read_only=True)

    class Meta(CampaignSerializer.Meta):
        fields = [
            *CampaignSerializer.Meta.fields,
            "purpose",
            "theme",
            "tone",
            "goals",
            "segments",
            "channels",
            "standards",
            "collection",
            "holdout_percent",
            "send_hour",
            "budget",
            "owner",
            "next_time",
        ]
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(summary=_("Campaigns, newest first")),
    retrieve=extend_schema(summary=_("One campaign with its plan and standards")),
)
class CampaignViewSet(viewsets.ReadOnlyModelViewSet):
    """Campaigns of the library, newest first."""

    permission_classes = [Needs]
    pagination_class = Pages
    lookup_value_converter = "int"
    needs = "campaigns.view"
    # For the description only; what may be seen depends on who asks.
    queryset = Campaign.objects.none()

    def get_queryset(self):
        """The campaigns that the program may see."""
        campaigns = Campaign.objects.visible_to(self.request.user)
        # The key settles a tie, so that no campaign falls between two pages.
        campaigns = campaigns.order_by("-created_at", "-pk")
        if self.action == "list":
            return campaigns
        return campaigns.select_related("owner").prefetch_related(
            "goals", "segments", "standards", "channel_plans__channel"
        )

    def get_serializer_class(self):
        """The list leaves out what takes a further look."""
        if self.action == "list":
            return CampaignSerializer
        return CampaignDetailSerializer
