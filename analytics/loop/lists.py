"""The lists of evaluations, of decisions, and of the rows behind a finding."""

from functools import cached_property

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from analytics.loop import verify
from analytics.loop.models import Adjustment, Evaluation
from analytics.loop.named import campaign as campaign_measures
from analytics.loop.named.proposals import PROPOSED, WAITING
from analytics.loop.stored_readings import readings_of
from campaigns.plan.models import Campaign
from core.listing import Column, DateColumn, List, MeasureColumn, Table, TemplateColumn
from core.measures import NamedMeasure, marked


# --- evaluations ----------------------------------------------------------------------------------
class EvaluationTable(Table):
    """Each figure as the report tells it, of evaluations with their readings."""

    row_head = "campaign"

    campaign = TemplateColumn(
        template_name="analytics/loop/_evaluation_campaign.html",
        context_object_name="evaluation",
        verbose_name=_("Campaign"),
    )
    reach = MeasureColumn(campaign_measures.REACH, accessor="readings__reach")
    response = MeasureColumn(campaign_measures.RESPONSE_RATE, accessor="readings__response")
    lift = MeasureColumn(campaign_measures.LIFT, accessor="readings__effect")
    cost = MeasureColumn(
        campaign_measures.COST_PER_RESPONSE, accessor="readings__cost_per_response"
    )
    met = MeasureColumn(campaign_measures.STANDARDS_MET, accessor="readings__standards_met")
    proposals = MeasureColumn(PROPOSED, accessor="pk")
    waiting = MeasureColumn(WAITING, accessor="pk")
    as_of = DateColumn(_("As of"), format="DATE_FORMAT")

    def render_proposals(self, record):
        """How many were made that no newer evaluation has replaced."""
        n = verify.tally(record.adjustments.all()).proposed
        return _of_campaign(PROPOSED, n, record, record.readings.leads.proposals)

    def render_waiting(self, record):
        """How many of them wait for a decision."""
        n = verify.tally(record.adjustments.all()).waiting
        return _of_campaign(WAITING, n, record, record.readings.leads.waiting)


def _of_campaign(named: NamedMeasure, n: int, evaluation: Evaluation, href: str) -> str:
    """A number of proposals of one campaign, which leads to them."""
    about = f"campaign:{evaluation.campaign_id}"
    return marked(named.read(n, about=about, href=href))


class EvaluationList(List):
    table_class = EvaluationTable
    order = ("-computed_at", "-number", "-pk")
    size = 20
    label = _("Evaluation reports")

    @cached_property
    def rows(self):
        """The rows of this page, each evaluation with its readings."""
        for evaluation in self.page:
            evaluation.readings = readings_of(evaluation, self.request.user)
        return super().rows


# --- the rows behind a finding --------------------------------------------------------------------
class CountedMailsTable(Table):
    row_head = "reader"

    reader = Column(_("Reader"), linkify=True)
    channel = Column(_("Channel"), accessor="content__channel")
    state = Column(_("State"))
    sent_at = DateColumn(_("Sent"), format="DATETIME_FORMAT")
    clicked_at = DateColumn(_("Link followed"), format="DATETIME_FORMAT")


class CountedMailsList(List):
    table_class = CountedMailsTable
    order = ("-sent_at", "pk")
    label = _("Deliveries")


# --- decisions ------------------------------------------------------------------------------------


class DecisionFilter(FilterSet):
    """By state, kind and campaign; without a state, replaced proposals stay out. What waits for a
    second person waits for a decision, too.
    """

    state = ChoiceFilter(
        label=_("State"),
        choices=Adjustment.State.choices,
        empty_label=_("all states"),
        method="in_state",
    )
    kind = ChoiceFilter(
        label=_("Kind"), choices=Adjustment.Kind.choices, empty_label=_("all kinds")
    )
    campaign = ModelChoiceFilter(
        field_name="evaluation__campaign",
        label=_("Campaign"),
        queryset=Campaign.objects.filter(evaluations__isnull=False).distinct(),
        empty_label=_("all campaigns"),
    )

    def in_state(self, adjustments, _name, state):
        """Those in the state that was chosen."""
        if state == Adjustment.State.PROPOSED:
            return adjustments.waiting()
        return adjustments.filter(state=state)

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
