"""Works: on show for everybody, and those of one call for its review."""

from django import forms
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, Filter, FilterSet

from core.disclosure import Count
from core.listing import NUMBER, Column, DateColumn, List, Table, TemplateColumn
from feedback.calls.models import Submission

State = Submission.State


# --- on show --------------------------------------------------------------------------------------
class SlugFilter(Filter):
    field_class = forms.SlugField


class WorkFilter(FilterSet):
    call = SlugFilter(field_name="call__slug")


class WorkList(List):
    filters = WorkFilter
    order = ("-published_at", "-pk")
    size = 12


# --- in review ------------------------------------------------------------------------------------
class ReviewFilter(FilterSet):
    state = ChoiceFilter(choices=State.choices)


class ReviewTable(Table):
    """Of works with ``mean`` and number of ``scores``; it names no author."""

    title = TemplateColumn(
        template_name="feedback/calls/_review_title.html",
        context_object_name="work",
        verbose_name=_("Work"),
    )
    mean = Column(_("Mean score"), attrs=NUMBER, default=_("none yet"))
    scores = Column(_("Scores"), attrs=NUMBER)
    state = TemplateColumn(
        template_name="feedback/calls/_work_state.html",
        context_object_name="work",
        verbose_name=_("State"),
    )
    submitted_at = DateColumn(_("Sent in"), format="Y-m-d")

    def render_mean(self, value):
        return floatformat(value, 1)

    def render_scores(self, value):
        """Scores are given by colleagues, and whoever sees the list may open each of them."""
        return Count.exact(value)


class ReviewList(List):
    filters = ReviewFilter
    table_class = ReviewTable
    order = ("state", "-mean", "pk")
    size = 25

    @property
    def tabs(self) -> list[tuple[str, str]]:
        """(state, label) of the states a reviewer sees."""
        return [(state.value, state.label) for state in Submission.RECEIVED]
