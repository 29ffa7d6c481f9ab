"""The lists of surveys and of the open answers to one."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, FilterSet

from core.listing import (
    NUMBER,
    Column,
    DateColumn,
    List,
    StateColumn,
    Table,
    TemplateColumn,
    WordsFilter,
)
from feedback.surveys.forms import LONGEST_CHOICE
from feedback.surveys.models import Item, Survey


# --- surveys --------------------------------------------------------------------------------------
class SurveyFilter(FilterSet):
    q = WordsFilter(label=_("Search"), lookups=("title__icontains", "slug__icontains"))
    state = ChoiceFilter(label=_("State"), choices=Survey.State.choices, empty_label=_("All"))


class SurveyTable(Table):
    """Of surveys with ``answers`` and ``version`` counted."""

    title = TemplateColumn(
        template_name="feedback/surveys/_survey_title.html",
        context_object_name="survey",
        verbose_name=_("Survey"),
    )
    state = StateColumn()
    answers = TemplateColumn(
        template_name="feedback/surveys/_survey_answers.html",
        context_object_name="survey",
        verbose_name=_("Answers"),
        attrs=NUMBER,
    )
    version = Column(_("Version"), attrs=NUMBER)
    closes_at = DateColumn(_("Closes"), format="DATE_FORMAT")


class SurveyList(List):
    filters = SurveyFilter
    table_class = SurveyTable
    order = ("-created_at", "-pk")
    size = 25


class OpenSurveyList(List):
    """For readers, as cards: what closes first stands first."""

    order = ("closes_at", "-pk")
    size = 20


# --- open answers ---------------------------------------------------------------------------------
class TextFilter(FilterSet):
    q = WordsFilter(label=_("Search"), max_length=100, lookups=("text__icontains",))
    item = ChoiceFilter(label=pgettext_lazy("survey", "Question"), choices=[], empty_label=_("All"))

    def __init__(self, *args, survey, **kwargs):
        """``survey``: its open questions are what may be chosen."""
        super().__init__(*args, **kwargs)
        # Retired questions as well: their answers are still read.
        choices = []
        for item in survey.items.filter(kind=Item.Kind.TEXT):
            choices.append((item.pk, str(item)[:LONGEST_CHOICE]))
        self.filters["item"].extra["choices"] = choices


class TextList(List):
    """Ordered by the random key of the response: the order of arrival would point at people."""

    filters = TextFilter
    order = ("response_id", "item__ordinal")
