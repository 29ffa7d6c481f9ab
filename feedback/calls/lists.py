"""Calls, for readers and for the desk; works, on show, one's own and those of a call in review."""

from operator import methodcaller

from django import forms
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, Filter, FilterSet

from core.listing import (
    NOWRAP,
    NUMBER,
    CheckFilter,
    Column,
    DateColumn,
    List,
    StateColumn,
    Table,
    TemplateColumn,
    WordsFilter,
    only_if_checked,
)
from feedback.calls.models import Submission

State = Submission.State


# --- calls ----------------------------------------------------------------------------------------
class CallList(List):
    """For readers, as cards."""

    order = ("-opens_at", "-pk")
    size = 20


class CallFilter(FilterSet):
    q = WordsFilter(label=_("Search"), lookups=("title__icontains", "slug__icontains"))
    open = CheckFilter(label=_("Open only"), method="only_open")

    def only_open(self, calls, _name, checked):
        """Calls that take works now."""
        return only_if_checked(calls, checked, methodcaller("open"))


class CallTable(Table):
    """Of calls from ``queries.with_works_by_state``."""

    title = TemplateColumn(
        template_name="feedback/calls/_call_title.html",
        context_object_name="call",
        verbose_name=_("Call"),
    )
    opens_at = TemplateColumn(
        template_name="feedback/calls/_call_period.html",
        context_object_name="call",
        verbose_name=_("Period"),
        attrs=NOWRAP,
        orderable=True,
    )
    # Whoever sees the desk may open each work, so the order of small numbers tells nothing new.
    waiting = Column(pgettext_lazy("works", "Waiting"), attrs=NUMBER, orderable=True)
    accepted = Column(_("Accepted"), attrs=NUMBER, orderable=True)
    on_show = Column(_("On show"), attrs=NUMBER, orderable=True)
    state = StateColumn()


class CallDeskList(List):
    filters = CallFilter
    table_class = CallTable
    order = ("-opens_at", "-pk")
    size = 25


# --- works on show, and one's own -----------------------------------------------------------------
class SlugFilter(Filter):
    field_class = forms.SlugField


class WorkFilter(FilterSet):
    call = SlugFilter(field_name="call__slug")


class WorkList(List):
    filters = WorkFilter
    order = ("-published_at", "-pk")
    size = 12


class OwnWorkList(List):
    """What the author wrote last stands first."""

    order = ("-updated_at", "-pk")
    size = 20


# --- works in review ------------------------------------------------------------------------------
class ReviewFilter(FilterSet):
    state = ChoiceFilter(choices=State.choices)


class ReviewTable(Table):
    """Of works from ``queries.with_scores``; it names no author."""

    title = TemplateColumn(
        template_name="feedback/calls/_review_title.html",
        context_object_name="work",
        verbose_name=_("Work"),
    )
    mean = Column(_("Mean score"), attrs=NUMBER, default=_("none yet"))
    scores = Column(_("Scores"), attrs=NUMBER)
    state = StateColumn()
    submitted_at = DateColumn(_("Sent in"), format="DATE_FORMAT")

    def render_mean(self, value):
        """The mean of the scores with one decimal."""
        return floatformat(value, 1)


class ReviewList(List):
    filters = ReviewFilter
    table_class = ReviewTable
    order = ("state", "-mean", "pk")
    size = 25

    @property
    def tabs(self) -> list[tuple[str, str]]:
        """(state, label) of the states a reviewer sees."""
        return [(state.value, state.label) for state in Submission.RECEIVED]
