"""Segments for programs: rule, size and members, counting a rule, refreshing.

Editing is done on the desk.
"""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import (
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api import CountField, Needs, NotNow, Pages, StrictSerializer
from core.disclosure import Count, Missing
from crm.readers.looks import look_at_many
from crm.readers.models import LookPlace, Reader
from crm.segments import actions as verbs
from crm.segments.models import Segment, SegmentMember
from crm.segments.recorded import unrecorded
from crm.segments.refresh import TooSlow, count_for
from crm.segments.rule import RuleError, check_rule
from crm.segments.words import explain_rule

#: The other readers, whom staff of one campus may not open.
ELSEWHERE = _("About how many others, in tens; null where you may open all, and below twenty.")

#: Beside a number of readers.
NOT_RECORDED = _("What the rule asks for and was not recorded: who seems absent may have come.")


def _or_not_asked(elsewhere: Count | None) -> Count:
    """Nobody counts others where the asker may open all readers."""
    if elsewhere is None:
        return Count.without(Missing.NOT_MEASURED)
    return elsewhere


class SegmentSerializer(serializers.ModelSerializer):
    size = CountField(source="persons", help_text=_("Members whom you may open."))
    size_hidden = serializers.BooleanField(
        source="persons.is_withheld",
        read_only=True,
        help_text=_("True when 1 to 4 persons are in it."),
    )
    elsewhere = serializers.SerializerMethodField(help_text=ELSEWHERE)
    stale = serializers.BooleanField(
        source="is_stale", help_text=_("The rule may mean others by now.")
    )

    class Meta:
        model = Segment
        fields = [
            "id",
            "name",
            "description",
            "version",
            "size",
            "size_hidden",
            "elsewhere",
            "refreshed_at",
            "stale",
            "error",
        ]
        read_only_fields = fields

    def get_elsewhere(self, segment) -> int | None:
        """Members elsewhere as everybody may know them; None where nobody asked."""
        return _or_not_asked(segment.elsewhere).public_number


@extend_schema_field({"type": "object", "additionalProperties": True})
class RuleField(serializers.JSONField):
    """A rule tree; see ADR 0007. Refused with the place of every fault."""

    def to_internal_value(self, data):
        """The rule as it is stored; ValidationError names each condition that is wrong."""
        try:
            return check_rule(super().to_internal_value(data))
        except RuleError as error:
            raise serializers.ValidationError(faults(error)) from error


def faults(error: RuleError) -> list[str]:
    """Each fault with its place in the rule, in words; one text for each, never empty."""
    return list(map(str, error.faults))


class SegmentDetailSerializer(SegmentSerializer):
    rule = RuleField(read_only=True)
    words = serializers.SerializerMethodField(help_text=_("The rule in the language asked for."))
    unrecorded = serializers.SerializerMethodField(help_text=NOT_RECORDED)

    class Meta(SegmentSerializer.Meta):
        fields = [*SegmentSerializer.Meta.fields, "rule", "words", "unrecorded", "refresh_ms"]
        read_only_fields = fields

    def get_unrecorded(self, segment) -> list[str]:
        """Sentences on what the rule asks for and was not recorded by the last refresh, or by now
        where there was none; empty where all was.
        """
        return unrecorded(segment.rule, segment.refreshed_at or timezone.now())

    def get_words(self, segment) -> str:
        """The rule as people read it, in the language of the request."""
        return explain_rule(segment.rule)


class CountRequestSerializer(StrictSerializer):
    rule = RuleField()


class CountSerializer(serializers.Serializer):
    n = CountField(help_text=_("Readers whom you may open; null for 1 to 4."))
    n_hidden = serializers.BooleanField(source="n.is_withheld")
    elsewhere = CountField(help_text=ELSEWHERE)
    words = serializers.CharField()
    unrecorded = serializers.ListField(child=serializers.CharField(), help_text=NOT_RECORDED)
    as_of = serializers.DateTimeField()


class RefreshSerializer(serializers.Serializer):
    size = CountField()
    size_hidden = serializers.BooleanField(source="size.is_withheld")
    entered = CountField()
    left = CountField()
    ms = serializers.IntegerField()
    error = serializers.CharField(allow_blank=True)


class MemberSerializer(serializers.ModelSerializer):
    reader = serializers.IntegerField(source="reader_id")
    number = serializers.CharField(source="reader.number")

    class Meta:
        model = SegmentMember
        fields = ["reader", "number", "since"]
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(summary=_("Segments with size and state")),
    retrieve=extend_schema(summary=_("One segment with its rule")),
)
class SegmentViewSet(viewsets.ReadOnlyModelViewSet):
    """Groups of readers defined by a rule. Sizes of 1 to 4 persons are null."""

    permission_classes = [Needs]
    pagination_class = Pages
    lookup_value_converter = "int"
    needs = {"": "segments.view", "refresh": "segments.edit", "members": "readers.view"}
    queryset = Segment.objects.none()

    def get_queryset(self):
        """Segments that this account may open, by name."""
        return Segment.objects.visible_to(self.request.user).order_by("name", "pk")

    def get_serializer_class(self):
        """The list leaves out what takes a further look."""
        if self.action == "list":
            return SegmentSerializer
        return SegmentDetailSerializer

    @extend_schema(
        summary=_("How many readers a rule means now"),
        request=CountRequestSerializer,
        responses={
            200: CountSerializer,
            503: OpenApiResponse(description=_("Took too long and was stopped.")),
        },
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def count(self, request):
        """How many readers a rule means now; nothing is stored."""
        body = CountRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)

        rule = body.validated_data["rule"]
        try:
            sizes = count_for(request.user, rule).told()
        except RuleError as error:
            raise serializers.ValidationError({"rule": faults(error)}) from error
        except TooSlow as error:
            raise NotNow(str(error)) from error

        answer = {
            "n": sizes.own,
            "elsewhere": _or_not_asked(sizes.elsewhere),
            "words": explain_rule(rule),
            "unrecorded": unrecorded(rule, timezone.now()),
            "as_of": timezone.now(),
        }
        return Response(CountSerializer(answer).data)

    @extend_schema(
        summary=_("Bring the members up to date"), request=None, responses=RefreshSerializer
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def refresh(self, request, pk=None):
        """Bring the members up to date; ``error`` says why they are still those from before."""
        segment = self.get_object()
        diff = verbs.refresh_now(segment=segment, by=request.user)
        entered, left = diff.told_to(request.user)
        answer = {
            "size": segment.persons,
            "entered": entered,
            "left": left,
            "ms": diff.ms,
            "error": diff.error,
        }
        return Response(RefreshSerializer(answer).data)

    @extend_schema(
        summary=_("Members as of the last refresh"), responses=MemberSerializer(many=True)
    )
    @action(detail=True)
    def members(self, request, pk=None):
        """Members as of the last refresh, within the readers you may see.

        Who was shown is written down; 403 once it is as many as one account is shown a day.
        """
        segment = self.get_object()
        seen = Reader.objects.visible_to(request.user)
        found = SegmentMember.objects.filter(segment=segment, reader__in=seen)
        page = self.paginate_queryset(found.select_related("reader").order_by("reader_id"))
        shown = [member.reader_id for member in page]
        look_at_many(shown, by=request.user, place=LookPlace.API)
        return self.get_paginated_response(MemberSerializer(page, many=True).data)
