"""Which outcomes a plan may name: those that can be measured here, and how they are in the plan."""

from datetime import date, timedelta

from django.utils import timezone

from campaigns.experiments.models import NamedOutcome
from campaigns.plan.models import Campaign
from crm.collections.recorded import compared
from crm.sources.coverage import Records

#: Nobody is new to a library of which it is not known who came in the last twelve months.
YEAR = timedelta(days=365)
#: Of a source that has told nothing for so long nobody knows whether it will tell of the campaign.
LATELY = timedelta(days=90)
#: Seen by the activities of readers. An event of this campaign stays out until events are rows of
#: the library: nothing tells today which event somebody attended.
BY_ACTIVITIES = (
    NamedOutcome.VISIT,
    NamedOutcome.EVENT,
    NamedOutcome.LOAN,
    NamedOutcome.E_RESOURCE,
    NamedOutcome.CONTRIBUTION,
)


def offered(campaign: Campaign) -> list[NamedOutcome]:
    """The outcomes that this campaign can be judged by, in the order in which a form shows them."""
    last = timezone.localdate() - timedelta(days=1)
    found = []
    if _year_of_visits(last):
        found.append(NamedOutcome.FIRST_VISIT)
    lately = Records(last - LATELY, last, by_day=True)
    # Something of the last three months is enough here: whether every day is told of is asked when
    # the window is over.
    found += [one for one in BY_ACTIVITIES if not lately.of(one.kind).is_none]
    if _compared_lately(campaign, last):
        found.append(NamedOutcome.LISTED_LOAN)
    return found


def _year_of_visits(last: date) -> bool:
    """Whether every visit of twelve months is recorded, so that a first one is known as such."""
    return Records(last - YEAR, last, by_day=True).of(NamedOutcome.VISIT.kind).is_whole


def _compared_lately(campaign: Campaign, last: date) -> bool:
    """Whether loans are compared with the campaign's own list; False where it has none."""
    if campaign.collection is None:
        return False
    return not compared(campaign.collection, last - LATELY, last).is_none
