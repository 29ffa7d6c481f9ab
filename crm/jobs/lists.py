"""The list of long works."""

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from core.listing import Column, DateColumn, FigureColumn, List, StateColumn, Table
from crm.jobs.models import Job


class JobFilter(FilterSet):
    state = ChoiceFilter(label=_("State"), choices=Job.State.choices, empty_label=_("Any"))


class JobTable(Table):
    title = Column(_("Job"), accessor="said", order_by="title", linkify=True)
    state = StateColumn()
    done = FigureColumn(_("Rows"))
    created_by = Column(_("Started by"))
    created_at = DateColumn(_("When"))


class JobList(List):
    filters = JobFilter
    table_class = JobTable
    order = ("-created_at", "-pk")
