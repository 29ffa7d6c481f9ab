"""What a report was to find out: the outcome that was named before the launch, in words. Pure."""

from django.utils.translation import ngettext

from analytics.loop.inputs.experiment import Promised
from campaigns.experiments.models import NamedOutcome
from campaigns.experiments.words import HOW_OFTEN, WHETHER


def question_of(promised: Promised) -> str:
    """The question as the plan asks it; what later rooms name is called as they store it."""
    if promised.outcome not in NamedOutcome.values:
        return promised.outcome
    asked = HOW_OFTEN if promised.is_amount else WHETHER
    return str(asked[NamedOutcome(promised.outcome)])


def looked_at(promised: Promised) -> str:
    """What is looked at and for how long; empty where nothing was named."""
    if not promised.outcome:
        return ""
    said = ngettext(
        "Looked at, as set before launch: “%(question)s”, within %(days)s day of the letter.",
        "Looked at, as set before launch: “%(question)s”, within %(days)s days of the letter.",
        promised.window_days,
    )
    return said % {"question": question_of(promised), "days": promised.window_days}
