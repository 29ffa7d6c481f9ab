"""Readers for programs: who they are and what they allow.

Consent is the only thing the API changes, by the verb the desk uses.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.response import Response

from core.addresses import normal_number
from core.api import Needs, Pages, StrictSerializer
from crm.readers.actions import set_consent
from crm.readers.models import ContactChannel, Reader
from crm.staff import audit
from crm.staff.words import AuditAction


class ReaderSerializer(serializers.ModelSerializer):
    campus = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    college = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    consents = serializers.ListField(
        child=serializers.ChoiceField(ContactChannel.choices), read_only=True
    )
    traits = serializers.DictField(read_only=True)

    class Meta:
        model = Reader
        fields = [
            "id",
            "source",
            "number",
            "name",
            "kind",
            "campus",
            "college",
            "cohort",
            "email",
            "email_made",
            "phone",
            "language",
            "consents",
            "traits",
            "registered_on",
            "last_seen_on",
            "state",
        ]
        read_only_fields = fields


class ReaderFilterSerializer(serializers.Serializer):
    """Filters of the list, all of which must hold."""

    kind = serializers.ChoiceField(Reader.Kind.choices, required=False)
    campus = serializers.CharField(
        required=False, max_length=40, help_text=_("Code of the campus.")
    )
    state = serializers.ChoiceField(Reader.State.choices, required=False)
    number = serializers.CharField(required=False, max_length=64)
    reachable = serializers.ChoiceField(ContactChannel.choices, required=False)

    def validate_number(self, number: str) -> str:
        return normal_number(number)

    def apply(self, readers):
        """``readers`` (a ReaderQuerySet) that match."""
        asked = dict(self.validated_data)
        channel = asked.pop("reachable", None)
        if channel:
            readers = readers.reachable(channel)
        # Every other filter is named after its column.
        if "campus" in asked:
            asked["campus__code"] = asked.pop("campus")
        return readers.filter(**asked)


class ConsentsSerializer(StrictSerializer):
    email = serializers.BooleanField(required=False)
    sms = serializers.BooleanField(required=False)
    wechat = serializers.BooleanField(required=False)


class ReaderPatchSerializer(StrictSerializer):
    """Only what is named is changed."""

    consents = ConsentsSerializer()
    wording = serializers.CharField(
        max_length=200, required=False, default="", help_text=_("What the reader agreed to.")
    )


@extend_schema_view(
    list=extend_schema(summary=_("Readers you may see"), parameters=[ReaderFilterSerializer]),
    retrieve=extend_schema(summary=_("One reader; written into the audit log")),
)
class ReaderViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Readers within your campus, if your account is limited to one.

    Opening one is written into the audit log.
    """

    serializer_class = ReaderSerializer
    permission_classes = [Needs]
    pagination_class = Pages
    lookup_value_converter = "int"
    needs = {"": "readers.view", "partial_update": "readers.edit"}
    queryset = Reader.objects.none()

    def get_queryset(self):
        return (
            Reader.objects.visible_to(self.request.user)
            .select_related("campus", "college")
            .order_by("pk")
        )

    def filter_queryset(self, queryset):
        if self.action != "list":
            return queryset
        filters = ReaderFilterSerializer(data=self.request.query_params.dict())
        filters.is_valid(raise_exception=True)
        return filters.apply(queryset)

    def retrieve(self, request, *args, **kwargs):
        reader = self.get_object()
        audit.record(action=AuditAction.READER_VIEW, by=request.user, on=reader, by_api=True)
        return Response(self.get_serializer(reader).data)

    @extend_schema(
        summary=_("Give or withdraw consent by channel"),
        request=ReaderPatchSerializer,
        responses=ReaderSerializer,
    )
    @transaction.atomic
    def partial_update(self, request, *args, **kwargs):
        """Give or withdraw consent by channel."""
        reader = self.get_object()
        body = ReaderPatchSerializer(data=request.data)
        body.is_valid(raise_exception=True)

        wording = body.validated_data["wording"]
        for channel, granted in body.validated_data["consents"].items():
            set_consent(
                reader=reader,
                channel=channel,
                granted=granted,
                source="api",
                by=request.user,
                wording=wording,
            )
        return Response(self.get_serializer(self.get_object()).data)
