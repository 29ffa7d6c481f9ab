"""The figures of a month by their names (core/measures.py)."""

from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.measures import CountedIn, CountedOver, NamedMeasure
from core.numbers import number
from crm.rfc.queries import Part
from crm.rfc.words import part_in_words

#: Of months everything is read from the facts of each night.
FACTS = "analytics.Fact"


def used_in_the_month() -> str:
    """Whom the active readers of a month are, with every kind of use by its name."""
    return gettext("Different readers who used something in this month: %(kinds)s.") % {
        "kinds": part_in_words(Part.USE)
    }


def two_decimals(rate: float) -> str:
    """A rate of few cases in many visits."""
    return number(rate, 2)


CONTRIBUTORS = NamedMeasure(
    key="month.contributors",
    label=_("Contributors of the month"),
    counted=_("Different readers who sent in a work or made something with the library."),
    unit=CountedIn.PERSONS,
    window=CountedOver.MONTH,
    source=FACTS,
    rows=_("the months of the chart, as a table"),
)
NEW_CONTRIBUTORS = NamedMeasure(
    key="month.new_contributors",
    label=_("First-time contributors"),
    counted=_("Contributors of the month who had never contributed before."),
    unit=CountedIn.PERSONS,
    window=CountedOver.MONTH,
    source=FACTS,
    rows=_("the months of the chart, as a table"),
)
ACTIVE_READERS = NamedMeasure(
    key="month.active_readers",
    label=_("Active readers"),
    counted=lazy(used_in_the_month, str)(),
    unit=CountedIn.PERSONS,
    window=CountedOver.MONTH,
    source=FACTS,
    rows=_("the months of the chart, as a table"),
)
PARTICIPANTS = NamedMeasure(
    key="month.participants",
    label=_("Readers at events"),
    counted=_("Different readers who attended an event."),
    unit=CountedIn.PERSONS,
    window=CountedOver.MONTH,
    source=FACTS,
    rows=_("the months of the chart, as a table"),
)
RESPONDENTS = NamedMeasure(
    key="month.respondents",
    label=_("Readers who answered"),
    counted=_("Different readers who answered a survey under their name."),
    unit=CountedIn.PERSONS,
    window=CountedOver.MONTH,
    source=FACTS,
    rows=_("the months of the chart, as a table"),
)
COMPLAINTS_PER_VISITS = NamedMeasure(
    key="month.complaints_per_visits",
    label=_("Complaints per 1,000 visits"),
    counted=_("Complaints received ÷ visits of the whole month × 1,000."),
    unit=CountedIn.PER_THOUSAND,
    window=CountedOver.MONTH,
    source=FACTS,
    rows=_("the voices of the month"),
    printed=two_decimals,
)
OF_METRIC = {
    "contributors": CONTRIBUTORS,
    "new_contributors": NEW_CONTRIBUTORS,
    "active_readers": ACTIVE_READERS,
    "participants": PARTICIPANTS,
    "respondents": RESPONDENTS,
}
MEASURES = [*OF_METRIC.values(), COMPLAINTS_PER_VISITS]
