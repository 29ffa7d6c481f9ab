"""What a survey adds up to, for programs: the figures of its page, with the same cells hidden."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import Needs
from core.disclosure import SMALLEST_CELL, hide_row, suppress
from core.localised import localised
from feedback.surveys.charts import MEAN_TELLS_LITTLE, figure_of, label
from feedback.surveys.definitions import Kind, Question
from feedback.surveys.models import Survey
from feedback.surveys.results import (
    answered_count,
    distributions,
    summary,
    whole_definition,
)


class AnswerSerializer(serializers.Serializer):
    code = serializers.IntegerField()
    text = serializers.CharField()
    n = serializers.IntegerField(allow_null=True, help_text=_("Null where the cell is hidden."))


class MeanSerializer(serializers.Serializer):
    value = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    level = serializers.FloatField(
        allow_null=True, help_text=_("Level of the interval, 0.95; null where there is none.")
    )


class QuestionSerializer(serializers.Serializer):
    ordinal = serializers.IntegerField()
    item_kind = serializers.ChoiceField([str(kind) for kind in Kind])
    key = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    n = serializers.IntegerField(allow_null=True)
    answers = AnswerSerializer(many=True)
    mean = MeanSerializer(
        allow_null=True, help_text=_("Mean of a scale, net promoter score of an nps item.")
    )


class SurveyResultSerializer(serializers.Serializer):
    survey = serializers.IntegerField()
    title = serializers.CharField()
    campaign = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    n = serializers.IntegerField(allow_null=True, help_text=_("Answers counted; null when 1 to 4."))
    as_of = serializers.DateTimeField()
    questions = QuestionSerializer(many=True)


class SurveyResultView(APIView):
    permission_classes = [Needs]
    needs = "surveys.view"

    @extend_schema(
        operation_id="survey_results",
        summary=_("Results of a survey, per question"),
        responses=SurveyResultSerializer,
    )
    def get(self, request, pk):
        """Counts per question.

        Cells of 1 to 4 answers, and those they could be computed from, are null.
        """
        survey = get_object_or_404(Survey.objects.visible_to(request.user), pk=pk)
        return Response(SurveyResultSerializer(as_shown(survey)).data)


def as_shown(survey: Survey) -> dict:
    """Results of ``survey`` as anybody with the right may see them."""
    found = summary(survey)
    definition = whole_definition(survey)
    counts = distributions(survey, definition)
    return {
        "survey": survey.pk,
        "title": localised(survey.title),
        "campaign": survey.campaign_id,
        "version": found.version,
        "n": suppress(found.n),
        "as_of": found.as_of,
        "questions": [
            _question(question, counts.get(question.ordinal, {})) for question in definition.items
        ],
    }


def _question(question: Question, counts: dict[int, int]) -> dict:
    n = answered_count(question, counts)
    shown = {
        "ordinal": question.ordinal,
        "item_kind": question.kind,
        "key": question.key,
        "text": localised(question.text),
        "n": suppress(n),
        "answers": [],
        "mean": None,
    }
    if question.kind == Kind.TEXT or n < SMALLEST_CELL:
        return shown

    # With a mean beside them, two hidden cells of a small survey could be solved for.
    own = [counts.get(choice.code, 0) for choice in question.choices]
    cells = hide_row(own, least_hidden=2 if n >= MEAN_TELLS_LITTLE else 3)
    answers = []
    for choice, cell in zip(question.choices, cells, strict=True):
        answers.append({"code": choice.code, "text": label(question, choice.code), "n": cell})
    return shown | {"answers": answers, "mean": _mean(question, counts, coarse=None in cells)}


def _mean(question: Question, counts: dict[int, int], *, coarse: bool) -> dict | None:
    """Beside hidden cells (``coarse``) rounded and without its interval, as on the page."""
    figure = figure_of(question, counts)
    if figure is None:
        return None
    found = figure.found
    if coarse:
        rounded = round(found.value, min(figure.digits, 1))
        return {"value": rounded, "low": None, "high": None, "level": None}
    level = None if found.low is None else found.level
    return {"value": found.value, "low": found.low, "high": found.high, "level": level}
