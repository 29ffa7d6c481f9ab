"""What a program is answered: what became of its rows, or would.

A key that delivers activities alone reads nothing, and so is not told who is a reader, nor whether
somebody was there already: ``TakenRows.as_little``.
"""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.activities.posting import TakenRows
from crm.sources.models import CoveredSpan
from crm.staff.models import Campus


class OutcomeSerializer(serializers.Serializer):
    row = serializers.IntegerField(help_text=_("Its place among the rows, the first being 0."))
    outcome = serializers.ChoiceField(["new", "known", "refused"])
    activities = serializers.IntegerField(help_text=_("New ones that it brought."))
    field = serializers.CharField()
    reason = serializers.CharField(help_text=_("Why it was refused: unknown-reader, bad-date …"))
    message = serializers.CharField(help_text=_("The same in words."))


class TotalsSerializer(serializers.Serializer):
    told = serializers.IntegerField(source="batch.rows", help_text=_("What the rows add up to."))
    new = serializers.IntegerField(
        allow_null=True, help_text=_("Not told to a key that delivers alone.")
    )
    known = serializers.IntegerField(
        allow_null=True,
        help_text=_(
            "There already, or of who wants nothing kept. Not told to a key that delivers alone."
        ),
    )
    refused = serializers.IntegerField(source="counts.refused")


class RecordedSerializer(serializers.Serializer):
    campus = serializers.CharField(
        allow_null=True, help_text=_("Its code; null is the whole library.")
    )
    first = serializers.DateField()
    last = serializers.DateField()
    recorded = serializers.ChoiceField(
        CoveredSpan.State.choices, help_text=_("In part where no days were given.")
    )
    kinds = serializers.ListField(child=serializers.CharField(), help_text=_("Of what."))


class TakenSerializer(serializers.Serializer):
    batch = serializers.IntegerField(
        source="batch.pk", allow_null=True, help_text=_("Null after a dry run.")
    )
    page = serializers.SerializerMethodField(
        help_text=_("Where staff read the report and can take the batch back.")
    )
    activities = TotalsSerializer(source="*")
    rows = OutcomeSerializer(
        many=True,
        help_text=_(
            "Each row. A key that delivers alone is told those that are wrong in themselves, and"
            " not whose number is a reader's."
        ),
    )
    coverage = serializers.SerializerMethodField(
        help_text=_("Days that are recorded by it. Not told to a key that delivers alone.")
    )
    campuses_added = serializers.ListField(child=serializers.CharField(), source="places")

    def get_page(self, taken) -> str:
        """Address of the page of the import, without the name of the host; empty after a dry run,
        which has none.
        """
        return taken.batch.get_absolute_url() if taken.batch.pk else ""

    @extend_schema_field(RecordedSerializer(many=True))
    def get_coverage(self, taken):
        """Each run of days at each place that is recorded by it, or would be; empty for a key that
        delivers alone. One statement.
        """
        return RecordedSerializer(recorded_by(taken), many=True).data


def recorded_by(taken: TakenRows) -> list[dict]:
    """Place × days of a batch, as ``RecordedSerializer`` shows them; a campus by its code, None for
    the whole library. One statement.
    """
    told = taken.told
    codes = dict(Campus.objects.filter(pk__in=filter(None, told.places)).values_list("pk", "code"))
    found = []
    for one in told.spans:
        found.append(
            {
                "campus": codes.get(one.place),
                "first": one.first,
                "last": one.last,
                "recorded": CoveredSpan.State.told(whole=one.whole),
                "kinds": sorted(one.tells),
            }
        )
    return found
