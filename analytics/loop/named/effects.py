"""What a campaign changed, by name: against those held out, and against going on as before."""

from django.utils.translation import gettext_lazy as _

from analytics.loop import printing
from core.levels import ESTIMATE_LEVEL, JUDGED_FROM, PREDICTION_LEVEL, SHOWN_FROM
from core.measures import CountedIn, CountedOver, NamedMeasure

PLACES = "campaigns.Assignment, campaigns.Delivery, crm.Activity, crm.ListedLoan"

OUTCOME_DIFFERENCE = NamedMeasure(
    key="effect.outcome",
    label=_("Difference in outcome"),
    counted=_(
        "readers drawn to be addressed who did what was named, minus the same of those held out"
    ),
    unit=CountedIn.POINTS,
    window=CountedOver.WINDOW,
    source=PLACES,
    rows=_("the mails of both arms"),
    printed=printing.gap,
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
)
OUTCOME_AMOUNT = NamedMeasure(
    key="effect.amount",
    label=_("Difference in how often"),
    counted=_(
        "how often each reader drawn to be addressed did what was named, minus the same of those"
        " held out"
    ),
    unit=CountedIn.PER_READER,
    window=CountedOver.WINDOW,
    source=PLACES,
    rows=_("the mails of both arms"),
    printed=printing.times_more,
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
)
SECONDARY_DIFFERENCE = NamedMeasure(
    key="effect.secondary",
    label=_("Difference in a secondary outcome"),
    counted=_(
        "readers drawn to be addressed who did what was named beside the outcome, minus the same of"
        " those held out"
    ),
    unit=CountedIn.POINTS,
    window=CountedOver.WINDOW,
    source=PLACES,
    rows=_("the mails of both arms"),
    printed=printing.lift,
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
)
AUDIENCE_DIFFERENCE = NamedMeasure(
    key="effect.response",
    label=_("Response of the audience, against going on as before"),
    counted=_("share of those mailed who responded, minus the same of those mailed as before"),
    unit=CountedIn.POINTS,
    window=CountedOver.NEXT,
    source="campaigns.Assignment, campaigns.Delivery, campaigns.Click, feedback.Response",
    rows=_("the mails of both arms"),
    printed=printing.gap,
    level=PREDICTION_LEVEL,
)
CHANNEL_DIFFERENCE = NamedMeasure(
    key="effect.channel",
    label=_("Responses per 1,000 readers, against going on as before"),
    counted=_("responses of the channel by the new plan, minus those by the plan before"),
    unit=CountedIn.RESPONSES,
    window=CountedOver.NEXT,
    source="campaigns.Delivery, campaigns.TrackedLink",
    rows=_("the mails of the channel, or its links"),
    level=PREDICTION_LEVEL,
)
COST_PER_OUTCOME = NamedMeasure(
    key="effect.cost",
    label=_("Cost of one outcome more"),
    counted=_("what was booked for readers drawn to be addressed ÷ outcomes the campaign brought"),
    unit=CountedIn.CNY,
    window=CountedOver.WINDOW,
    source=f"campaigns.Cost, {PLACES}",
    rows=_("the costs of the campaign"),
    printed=printing.yuan_each,
    level=ESTIMATE_LEVEL,
)
MEASURES = [
    OUTCOME_DIFFERENCE,
    OUTCOME_AMOUNT,
    SECONDARY_DIFFERENCE,
    AUDIENCE_DIFFERENCE,
    CHANNEL_DIFFERENCE,
    COST_PER_OUTCOME,
]
