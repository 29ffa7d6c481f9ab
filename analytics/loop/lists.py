"""The lists of evaluations, of decisions, and of the rows behind a finding."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from analytics.loop import verify
from analytics.loop.models import Adjustment
from analytics.loop.words import value_text
from core.disclosure import Count
from core.listing import Column, DateColumn, FigureColumn, List, Table, TemplateColumn
from core.numbers import missing


# --- evaluations ----------------------------------------------------------------------------------
class EvaluationTable(Table):
    """The figures stand in ``Evaluation.results``; analytics.loop.figures says what is in there."""

    row_head = "campaign"

    campaign = TemplateColumn(
        template_name="analytics/loop/_evaluation_campaign.html",
        context_object_name="evaluation",
        verbose_name=_("Campaign"),
    )
    reach = FigureColumn(
        pgettext_lazy("campaign", "Reached"),
        accessor="results__reach",
        show=lambda n: str(Count.kept(n)),
    )
    response = FigureColumn(
        pgettext_lazy("of a campaign", "Response"),
        accessor="results__response__value",
        show=lambda value: value_text(value, "share"),
    )
    lift = FigureColumn(
        _("Lift, points"),
        accessor="results__lift__value",
        show=lambda value: value_text(value, "points"),
    )
    cost = FigureColumn(_("Cost per response"), accessor="results__costs")
    met = Column(_("Standards met"), accessor="results__attainment")
    proposals = Column(_("Proposals"), accessor="pk")
    as_of = DateColumn(_("As of"), format="DATE_FORMAT")

    def render_cost(self, value):
        """CNY for each response; in words where no cost was booked, or nothing can be said."""
        # Without a booked cost nothing was measured, which is not "cannot say".
        if value["total"] is None:
            return missing(None)
        return value_text(value["per_response"]["value"], "cost_per_response")

    def render_met(self, value):
        """Standards met, of those that could be judged: "2/3"."""
        return f"{value['met']}/{value['judged']}"

    def render_proposals(self, record):
        """How many were made, and how many wait for a decision."""
        counted = verify.tally(record.adjustments.all())
        return gettext("%(all)s, %(waiting)s waiting") % {
            "all": counted.proposed,
            "waiting": counted.waiting,
        }


class EvaluationList(List):
    table_class = EvaluationTable
    order = ("-computed_at", "-number", "-pk")
    size = 20
    label = _("Evaluation reports")


# --- the rows behind a finding --------------------------------------------------------------------
class FindingRowsTable(Table):
    row_head = "reader"

    reader = Column(_("Reader"), linkify=True)
    channel = Column(_("Channel"), accessor="content__channel")
    state = Column(_("State"))
    sent_at = DateColumn(_("Sent"), format="DATETIME_FORMAT")
    clicked_at = DateColumn(_("Link followed"), format="DATETIME_FORMAT")


class FindingRowsList(List):
    table_class = FindingRowsTable
    order = ("-sent_at", "pk")
    label = _("Deliveries")


# --- decisions ------------------------------------------------------------------------------------
class DecisionFilter(FilterSet):
    """By state, by kind; without a state, replaced proposals stay out."""

    state = ChoiceFilter(
        label=_("State"), choices=Adjustment.State.choices, empty_label=_("all states")
    )
    kind = ChoiceFilter(
        label=_("Kind"), choices=Adjustment.Kind.choices, empty_label=_("all kinds")
    )

    def filter_queryset(self, adjustments):
        """Replaced proposals only where somebody asks for them by their state."""
        found = super().filter_queryset(adjustments)
        if self.form.cleaned_data.get("state"):
            return found
        return found.exclude(state=Adjustment.State.SUPERSEDED)


class DecisionList(List):
    filters = DecisionFilter
    order = ("-evaluation__computed_at", "pk")
    size = 20
