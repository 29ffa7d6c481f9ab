"""What is recorded, for programs: whoever reads figures asks here what they rest on."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import Needs, StrictSerializer
from crm.readers.models import Activity
from crm.sources.board import BoardLine, board_on
from crm.sources.coverage import shut_between, told_by_all
from crm.sources.days import Coverage, Recorded, Shut, Told, days_of, of_place, told_of
from crm.sources.models import DataSource

#: Nobody needs more at once, and each day is weighed.
MOST_DAYS = 1096


class CoverageFilterSerializer(StrictSerializer):
    """The days asked for; without them the last twelve months."""

    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)

    def validate(self, attrs):
        """{"first", "last"}, with what was left out filled in: up to yesterday, and the 365 days up
        to the last. ValidationError the wrong way round, and for more than MOST_DAYS.
        """
        yesterday = timezone.localdate() - timedelta(days=1)
        last = attrs.get("last", yesterday)
        first = attrs.get("first", last - timedelta(days=364))
        if not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
            raise serializers.ValidationError(_("Ask for one day to three years."))
        return {"first": first, "last": last}


class RunSerializer(serializers.Serializer):
    first = serializers.DateField()
    last = serializers.DateField()


class CoverageSerializer(serializers.Serializer):
    source = serializers.CharField(help_text=_("Code of the source."))
    name = serializers.CharField()
    kinds = serializers.ListField(child=serializers.ChoiceField(Activity.Kind.choices))
    campus = serializers.CharField(
        allow_null=True, help_text=_("Code of the campus; null for the whole library.")
    )
    coverage = serializers.ChoiceField(
        [state.value for state in Recorded], help_text=_("Of all days together.")
    )
    days = serializers.IntegerField(help_text=_("Days asked for."))
    days_missing = serializers.IntegerField(
        help_text=_("Days that are not wholly recorded; a closed day is none of them.")
    )
    missing = RunSerializer(many=True)
    next_due = serializers.DateField(
        allow_null=True, help_text=_("From the next day on the next file is missed.")
    )
    is_late = serializers.BooleanField()
    rhythm = serializers.ChoiceField(
        DataSource.Rhythm.choices,
        help_text=_("When its files come; at no set times nothing of it is expected."),
    )


class CoverageView(APIView):
    permission_classes = [Needs]
    needs = "insight.view"

    @extend_schema(
        operation_id="coverage",
        summary=_("Which days of which source are recorded"),
        parameters=[CoverageFilterSerializer],
        responses=CoverageSerializer(many=True),
    )
    def get(self, request):
        """One row for each source at each place it ever told of, in the order of the board.

        A figure of days that are missing here is no zero: it is not known. 400 for days that are
        none.
        """
        asked = CoverageFilterSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(CoverageSerializer(rows_of(**asked.validated_data), many=True).data)


def rows_of(first: date, last: date) -> list[dict]:
    """The lines of the board as ``CoverageSerializer`` shows them, each weighed for the days that
    are asked for. The number of statements does not grow with lines or days.
    """
    today = timezone.localdate()
    shut = shut_between(first, last)
    told = told_up_to(last)
    rows = []
    for line in board_on(today).lines:
        weighed = weighed_line(line, told, shut, first, last)
        rows.append(
            {
                "source": line.source.code,
                "name": line.source.name,
                "kinds": line.source.kinds,
                "campus": line.place and line.place.code,
                "coverage": weighed.state,
                "days": len(weighed.days),
                "days_missing": weighed.missing_days,
                "missing": [{"first": one, "last": other} for one, other in weighed.missing],
                "next_due": line.expected and line.expected.due,
                "is_late": line.is_late(today),
                "rhythm": line.source.rhythm,
            }
        )
    return rows


def told_up_to(last: date) -> list[Told]:
    """What all sources told of times that begin on ``last`` or earlier, without days that were
    noted as lost. The statements are those of ``told_by_all``.
    """
    return [one.told for one in told_by_all() if one.counts(last, everybody=True)]


def weighed_line(
    line: BoardLine, told: list[Told], shut: list[Shut], first: date, last: date
) -> Coverage:
    """What one source told of one place, or of the whole library, on each day; of days before it
    began nothing is recorded. ``told``: of all sources, without days that were noted as lost.
    """
    place = line.key_of_place
    here = told_of((one for one in told if one.source == line.source.pk), place)
    days = dict.fromkeys(days_of(first, last), Recorded.NONE)
    if here:
        days |= of_place(first, last, here, shut, place)
    return Coverage(days)
