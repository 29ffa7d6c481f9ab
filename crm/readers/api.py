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
from core.refusals import Refused
from crm.readers.actions import set_consent
from crm.readers.bearers import has_number
from crm.readers.looks import look_at_many, look_at_one
from crm.readers.models import ContactChannel, LookPlace, Purpose, Reader, permissions
from crm.staff import audit
from crm.staff.words import AuditAction

#: Every channel and purpose as one text.
PERMISSIONS = sum((permissions(channel) for channel in ContactChannel.values), [])


class ReaderSerializer(serializers.ModelSerializer):
    campus = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    college = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    consents = serializers.ListField(
        child=serializers.ChoiceField(PERMISSIONS),
        read_only=True,
        help_text=_("What is allowed, by channel and purpose."),
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
    number = serializers.CharField(
        required=False, max_length=64, help_text=_("Any number of the reader's, in any writing.")
    )
    reachable = serializers.ChoiceField(ContactChannel.choices, required=False)
    purpose = serializers.ChoiceField(
        Purpose.choices, required=False, help_text=_("For what, beside reachable.")
    )

    def validate_number(self, number: str) -> str:
        """In the one normal form of numbers."""
        return normal_number(number)

    def apply(self, readers):
        """``readers`` (a ReaderQuerySet) that match.

        A purpose alone asks for readers whom any channel leads to for it; with a channel, for those
        whom this one does.
        """
        asked = dict(self.validated_data)
        channel = asked.pop("reachable", None)
        purpose = asked.pop("purpose", "")
        if channel:
            readers = readers.reachable(channel, purpose)
        elif purpose:
            readers = readers.reachable_for(purpose)
        if "number" in asked:
            readers = readers.filter(has_number(asked.pop("number")))
        # Every other filter is named after its column.
        if "campus" in asked:
            asked["campus__code"] = asked.pop("campus")
        return readers.filter(**asked)


class PurposesSerializer(StrictSerializer):
    notices = serializers.BooleanField(required=False)
    events = serializers.BooleanField(required=False)
    surveys = serializers.BooleanField(required=False)
    research = serializers.BooleanField(required=False)


class ConsentsSerializer(StrictSerializer):
    """By channel, then by purpose: an agreement without a purpose is none."""

    email = PurposesSerializer(required=False)
    sms = PurposesSerializer(required=False)
    wechat = PurposesSerializer(required=False)


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
        """Readers that this account may open, in the order in which they came."""
        return (
            Reader.objects.visible_to(self.request.user)
            .select_related("campus", "college")
            .order_by("pk")
        )

    def filter_queryset(self, queryset):
        """Only the list is filtered; an unknown filter, or a value it does not take, is a 400."""
        if self.action != "list":
            return queryset
        filters = ReaderFilterSerializer(data=self.request.query_params.dict())
        filters.is_valid(raise_exception=True)
        return filters.apply(queryset)

    def list(self, request, *args, **kwargs):
        """One page of readers whom this account may open. Who was shown is written down before the
        answer goes out; 403 once it is as many as one account is shown a day.
        """
        response = super().list(request, *args, **kwargs)
        shown = [row["id"] for row in response.data["results"]]
        look_at_many(shown, by=request.user, place=LookPlace.API)
        return response

    def retrieve(self, request, *args, **kwargs):
        """One reader; that somebody looked is written down first."""
        reader = self.get_object()
        look_at_one(reader, by=request.user, place=LookPlace.API)
        audit.record(action=AuditAction.READER_VIEW, by=request.user, on=reader, by_api=True)
        return Response(self.get_serializer(reader).data)

    @extend_schema(
        summary=_("Give or withdraw consent by channel and purpose"),
        request=ReaderPatchSerializer,
        responses=ReaderSerializer,
    )
    @transaction.atomic
    def partial_update(self, request, *args, **kwargs):
        """Give or withdraw consent by channel and purpose; returns the reader as they stand then.

        400 where the body cannot be read or a consent is refused: then none of them is written.
        """
        reader = self.get_object()
        body = ReaderPatchSerializer(data=request.data)
        body.is_valid(raise_exception=True)

        try:
            write_consents(reader, body.validated_data, by=request.user)
        except Refused as refusal:
            raise serializers.ValidationError({"consents": str(refusal)}) from refusal
        return Response(self.get_serializer(self.get_object()).data)


def write_consents(reader: Reader, said: dict, *, by) -> None:
    """What a program was told, as ``ReaderPatchSerializer`` gives it. Raises Refused as
    ``set_consent`` does.
    """
    for channel, purposes in said["consents"].items():
        for purpose, granted in purposes.items():
            set_consent(
                reader=reader,
                channel=channel,
                purpose=purpose,
                granted=granted,
                source="api",
                by=by,
                wording=said["wording"],
            )
