"""Results of campaigns for programs.

The figures of the last evaluation, as they stand on its page.
"""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.loop import storage
from analytics.loop.models import Adjustment, Evaluation, Finding
from analytics.loop.stored_readings import readings_of
from campaigns.plan.models import Campaign
from core.api import CountField, Needs
from core.measures import CountedIn, CountedOver


@extend_schema_field({"type": "object", "additionalProperties": True})
class FiguresField(serializers.JSONField):
    """The figures as the evaluation froze them, without counts of few persons."""

    def to_representation(self, value):
        """The stored figures without numbers of few persons, whichever version wrote them."""
        return super().to_representation(storage.results_for_everybody(value))


class MeasureSerializer(serializers.Serializer):
    """A figure by its name, as every page prints it (docs/measures.md)."""

    measure = serializers.CharField()
    about = serializers.CharField(allow_blank=True)
    label = serializers.CharField()
    unit = serializers.ChoiceField(CountedIn.choices)
    window = serializers.ChoiceField(CountedOver.choices)
    value = serializers.FloatField(allow_null=True)
    state = serializers.CharField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    level = serializers.FloatField(allow_null=True)
    n = CountField()
    text = serializers.CharField()
    provisional = serializers.BooleanField()


class FindingSerializer(serializers.ModelSerializer):
    finding_kind = serializers.ChoiceField(Finding.Kind.choices, source="kind")
    n = CountField(source="persons")

    def to_representation(self, instance):
        """Value and interval as the report tells them, in place of those that are stored: an older
        version kept more digits.
        """
        figure = storage.figure_of(instance)
        return super().to_representation(instance) | {
            "value": figure.value,
            "low": figure.low,
            "high": figure.high,
            "level": figure.level,
        }

    class Meta:
        model = Finding
        fields = ["finding_kind", "subject", "value", "low", "high", "level", "unit", "n"]
        read_only_fields = fields


class AdjustmentSerializer(serializers.ModelSerializer):
    adjustment_kind = serializers.ChoiceField(Adjustment.Kind.choices, source="kind")
    n = CountField(source="persons")
    decision_state = serializers.ChoiceField(Adjustment.State.choices, source="state")
    seconded = serializers.SerializerMethodField()

    def to_representation(self, instance):
        """What it promises as its page tells it."""
        promise = storage.promise_of(instance)
        return super().to_representation(instance) | {
            "expected": promise.value,
            "expected_low": promise.low,
            "expected_high": promise.high,
            "expected_level": promise.level,
        }

    @extend_schema_field(serializers.BooleanField)
    def get_seconded(self, adjustment):
        """Whether it was decided against the recommendation, with a second person's yes."""
        decision = getattr(adjustment, "decision", None)
        return decision is not None and decision.second_id is not None

    class Meta:
        model = Adjustment
        fields = [
            "adjustment_kind",
            "target",
            "before",
            "after",
            "measure",
            "expected",
            "expected_low",
            "expected_high",
            "expected_level",
            "n",
            "decision_state",
            "seconded",
        ]
        read_only_fields = fields


class ResultSerializer(serializers.ModelSerializer):
    provisional = serializers.SerializerMethodField()
    measures = serializers.SerializerMethodField()
    figures = FiguresField(source="results", read_only=True)
    findings = serializers.SerializerMethodField()
    adjustments = AdjustmentSerializer(many=True, read_only=True)

    class Meta:
        model = Evaluation
        fields = [
            "campaign",
            "number",
            "as_of",
            "inputs_sha256",
            "provisional",
            "measures",
            "figures",
            "findings",
            "adjustments",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.BooleanField)
    def get_provisional(self, evaluation):
        """Whether the campaign's period, or its readers' window, had not ended at the
        evaluation.
        """
        return storage.is_provisional(evaluation)

    @extend_schema_field(MeasureSerializer(many=True))
    def get_measures(self, evaluation):
        """The figures of the report by their names."""
        return [told.as_json() for told in readings_of(evaluation).all()]

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, evaluation):
        """Findings that rest on too few persons to be shown are left out."""
        kept = []
        for finding in evaluation.findings.all():
            if _rests_on_shown_persons(finding):
                kept.append(finding)
        return FindingSerializer(kept, many=True).data


def _rests_on_shown_persons(finding: Finding) -> bool:
    """Whether five or more are behind it: not where one to four are, nor where nobody is."""
    return finding.persons.is_shown and not finding.persons.is_zero


class CampaignResultView(APIView):
    permission_classes = [Needs]
    needs = "insight.view"

    @extend_schema(
        operation_id="campaign_results",
        summary=_("The last evaluation of a campaign"),
        responses=ResultSerializer,
    )
    def get(self, request, pk):
        """The last evaluation with its findings and the adjustments it proposes.

        404 before the first evaluation, and for staff of one campus: it counts all readers.
        """
        campaign = Campaign.objects.visible_to(request.user).get_or_404(pk)
        seen = Evaluation.objects.visible_to(request.user).filter(campaign=campaign)
        seen = seen.select_related("campaign").prefetch_related("findings", "adjustments__decision")
        last = seen.order_by("-number").first()
        if last is None:
            raise NotFound
        return Response(ResultSerializer(last).data)
