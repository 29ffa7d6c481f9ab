"""What a survey adds up to, for programs: the figures of its page, with the same cells hidden."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import CountField, CountStateField, Needs
from core.localised import localised
from feedback.surveys.charts import label
from feedback.surveys.definitions import Kind
from feedback.surveys.figures import QuestionFigure, ShownQuestion, count_of
from feedback.surveys.models import Survey
from feedback.surveys.release import is_told_to, kept_from_a_campus
from feedback.surveys.results import summary, whole_definition
from feedback.surveys.whole import questions_of


class AnswerSerializer(serializers.Serializer):
    code = serializers.IntegerField()
    text = serializers.CharField()
    n = CountField(help_text=_("Null where the cell is hidden."))
    n_state = CountStateField(source="n")


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
    n = CountField()
    n_state = CountStateField(source="n")
    answers = AnswerSerializer(many=True)
    mean = MeanSerializer(
        allow_null=True, help_text=_("Mean of a scale, net promoter score of an nps item.")
    )


class SurveyResultSerializer(serializers.Serializer):
    survey = serializers.IntegerField()
    title = serializers.CharField()
    campaign = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    n = CountField(help_text=_("Answers counted; null when they are too few to be told."))
    n_state = CountStateField(source="n")
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
        survey = Survey.objects.visible_to(request.user).get_or_404(pk)
        if not is_told_to(survey, request.user):
            raise PermissionDenied(kept_from_a_campus().text)
        return Response(SurveyResultSerializer(as_shown(survey)).data)


def as_shown(survey: Survey) -> dict:
    """Results of ``survey`` as anybody with the right may see them: suppressed as on its page."""
    found = summary(survey)
    definition = whole_definition(survey)
    shown = questions_of(survey, definition, found.n)
    return {
        "survey": survey.pk,
        "title": localised(survey.title),
        "campaign": survey.campaign_id,
        "version": found.version,
        "n": count_of(found.n, found.least),
        "as_of": found.as_of,
        "questions": list(map(_question, shown)),
    }


def _question(shown: ShownQuestion) -> dict:
    """One question as ``QuestionSerializer`` takes it; hidden numbers are withheld already."""
    question = shown.question
    return {
        "ordinal": question.ordinal,
        "item_kind": question.kind,
        "key": question.key,
        "text": localised(question.text),
        "n": shown.n,
        "answers": _answers(shown),
        "mean": _mean(shown.answers.figure),
    }


def _answers(shown: ShownQuestion) -> list[dict]:
    """Code, words and number of each answer, the number as the page tells it.

    Empty for open text and for fewer than five answers, which have no cells.
    """
    if not shown.answers.cells:
        return []
    found = []
    question = shown.question
    for choice, cell in zip(question.choices, shown.answers.cells, strict=True):
        found.append({"code": choice.code, "text": label(question, choice.code), "n": cell})
    return found


def _mean(figure: QuestionFigure | None) -> dict | None:
    """Value, interval and its level; None for a question whose answers have no mean.

    Beside hidden cells with no more digits than the page prints, and perhaps without an interval.
    """
    if figure is None:
        return None
    found = figure.found
    level = None
    if found.low is not None:
        level = found.level
    return {"value": found.value, "low": found.low, "high": found.high, "level": level}
