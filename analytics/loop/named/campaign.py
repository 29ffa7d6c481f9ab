"""The figures of a whole campaign in its report. What standards are set for bears their names."""

from dataclasses import replace

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from analytics.loop import printing
from campaigns.experiments.models import NamedOutcome
from campaigns.experiments.words import WHETHER
from campaigns.plan.models import Standard
from core.levels import ESTIMATE_LEVEL, JUDGED_FROM, SHOWN_FROM
from core.measures import CountedIn, CountedOver, NamedMeasure
from core.numbers import money, number, per_hundred

Metric = Standard.Metric


def hours(value: float) -> str:
    """Hours of staff, to the tenth."""
    return gettext("%(n)s h") % {"n": number(value, 1)}


REACH = NamedMeasure(
    key="evaluation.reach",
    label=Metric.REACH.label,
    counted=_("different readers with a delivery that was sent"),
    unit=CountedIn.PERSONS,
    window=CountedOver.PERIOD,
    source="campaigns.Delivery",
    rows=_("the readers' mails that were sent"),
    level=ESTIMATE_LEVEL,
)
RESPONSE_RATE = NamedMeasure(
    key="evaluation.response_rate",
    label=Metric.RESPONSE_RATE.label,
    counted=_("reached readers who followed a link, answered or sent a work ÷ reached readers"),
    unit=CountedIn.PERCENT,
    window=CountedOver.PERIOD,
    source="campaigns.Delivery, campaigns.Click, feedback.Response, feedback.Submission",
    rows=_("the readers' mails that were sent"),
    printed=per_hundred,
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
    term="response_rate",
)
LIFT = NamedMeasure(
    key="evaluation.lift",
    label=Metric.LIFT.label,
    counted=_(
        "share with the named outcome after the launch, else with any visit, loan, event or"
        " contribution: drawn − held out"
    ),
    unit=CountedIn.POINTS,
    window=CountedOver.WINDOW,
    source="campaigns.Delivery, crm.Activity, crm.ListedLoan",
    rows=_("the mails of both arms"),
    printed=printing.lift,
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
    term="lift",
)
ANSWERS = NamedMeasure(
    key="evaluation.answers",
    label=Metric.ANSWERS.label,
    counted=_("answers to the campaign's surveys, without flagged ones"),
    unit=CountedIn.ANSWERS,
    window=CountedOver.PERIOD,
    source="feedback.Response",
    rows=_("the surveys of the campaign"),
    level=ESTIMATE_LEVEL,
)
SATISFACTION = NamedMeasure(
    key="evaluation.satisfaction",
    label=Metric.SATISFACTION.label,
    counted=_("mean of the satisfaction questions, 1 to 5"),
    unit=CountedIn.SCORE,
    window=CountedOver.PERIOD,
    source="feedback.Response",
    rows=_("the survey's results"),
    printed=printing.mean_of_ratings,
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
)
NPS = NamedMeasure(
    key="evaluation.nps",
    label=Metric.NPS.label,
    counted=_("promoters (9–10) − detractors (0–6), in points"),
    unit=CountedIn.SCORE,
    window=CountedOver.PERIOD,
    source="feedback.Response",
    rows=_("the survey's results"),
    printed=printing.score,
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
    term="nps",
)
CONTRIBUTORS = NamedMeasure(
    key="evaluation.contributors",
    label=Metric.CONTRIBUTORS.label,
    counted=_("different readers who sent a work to the campaign's calls"),
    unit=CountedIn.PERSONS,
    window=CountedOver.PERIOD,
    source="feedback.Submission",
    rows=_("the works that were sent in"),
    level=ESTIMATE_LEVEL,
)
COST_PER_RESPONSE = NamedMeasure(
    key="evaluation.cost_per_response",
    label=Metric.COST_PER_RESPONSE.label,
    counted=_("(cash + hours × rate + in kind) ÷ responses"),
    unit=CountedIn.CNY,
    window=CountedOver.PERIOD,
    source="campaigns.Cost, campaigns.Delivery, campaigns.Click",
    rows=_("the costs of the campaign"),
    printed=printing.yuan_each,
    level=ESTIMATE_LEVEL,
)
ADDRESSED = NamedMeasure(
    key="evaluation.addressed",
    label=_("Readers addressed"),
    counted=_("different readers drawn for the campaign, those held out among them"),
    unit=CountedIn.PERSONS,
    window=CountedOver.PERIOD,
    source="campaigns.Delivery",
    rows=_("the mails of both arms"),
)
STANDARDS_MET = NamedMeasure(
    key="evaluation.standards_met",
    label=_("Standards met"),
    counted=_("locked standards that were met, of those that could be judged"),
    unit=CountedIn.ROWS,
    window=CountedOver.PERIOD,
    source="campaigns.Standard",
    rows=_("the standards in the report"),
)
CASH = NamedMeasure(
    key="evaluation.cash",
    label=_("Cash booked, at the evaluation"),
    counted=_("cash booked on the campaign"),
    unit=CountedIn.CNY,
    window=CountedOver.PERIOD,
    source="campaigns.Cost",
    rows=_("the costs of the campaign"),
    printed=money,
)
HOURS = NamedMeasure(
    key="evaluation.hours",
    label=_("Staff hours"),
    counted=_("hours of staff booked on the campaign"),
    unit=CountedIn.HOURS,
    window=CountedOver.PERIOD,
    source="campaigns.Cost",
    rows=_("the costs of the campaign"),
    printed=hours,
)
IN_KIND = NamedMeasure(
    key="evaluation.in_kind",
    label=_("In kind"),
    counted=_("what was given in place of money, at its worth"),
    unit=CountedIn.CNY,
    window=CountedOver.PERIOD,
    source="campaigns.Cost",
    rows=_("the costs of the campaign"),
    printed=money,
)
TOTAL_COST = NamedMeasure(
    key="evaluation.total_cost",
    label=_("Cost in all"),
    counted=_("cash + hours × the library's rate + in kind"),
    unit=CountedIn.CNY,
    window=CountedOver.PERIOD,
    source="campaigns.Cost",
    rows=_("the costs of the campaign"),
    printed=money,
)
SURVEY_ANSWERS = NamedMeasure(
    key="evaluation.survey_answers",
    label=_("Answers at the evaluation"),
    counted=_("answers to one survey of the campaign, without flagged ones"),
    unit=CountedIn.ANSWERS,
    window=CountedOver.PERIOD,
    source="feedback.Response",
    rows=_("the survey's results"),
)
#: What a standard can be set for, by the metric it is set for.
OF_METRIC = {
    Metric.REACH: REACH,
    Metric.RESPONSE_RATE: RESPONSE_RATE,
    Metric.LIFT: LIFT,
    Metric.ANSWERS: ANSWERS,
    Metric.SATISFACTION: SATISFACTION,
    Metric.NPS: NPS,
    Metric.CONTRIBUTORS: CONTRIBUTORS,
    Metric.COST_PER_RESPONSE: COST_PER_RESPONSE,
}
MEASURES = [
    *OF_METRIC.values(),
    ADDRESSED,
    STANDARDS_MET,
    CASH,
    HOURS,
    IN_KIND,
    TOTAL_COST,
    SURVEY_ANSWERS,
]


def lift_of(outcome: str, days: int | None) -> NamedMeasure:
    """The lift as a plan named it: ``outcome`` by its code, ``days`` that each reader had for it.

    Where nothing was named it is the lift of all campaigns. Key and label are always the same.
    """
    if not outcome:
        return LIFT
    message = ngettext(
        "“%(question)s”, within %(days)s day of being drawn: share of those drawn to be addressed −"
        " share of those held out",
        "“%(question)s”, within %(days)s days of being drawn: share of those drawn to be addressed"
        " − share of those held out",
        days,
    )
    question = WHETHER[NamedOutcome(outcome)]
    return replace(LIFT, counted=message % {"question": question, "days": number(days)})
