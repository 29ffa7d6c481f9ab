"""What a report was to find out: the outcome that was named before the launch, in words. Pure."""

from django.utils.translation import ngettext

from analytics.loop.inputs.experiment import Promised
from campaigns.experiments.models import NamedOutcome


def outcome_name(code: str) -> str:
    """A named outcome as the plan calls it; what later rooms name is called as they store it."""
    if code in NamedOutcome.values:
        return str(NamedOutcome(code).label)
    return code


def looked_at(promised: Promised) -> str:
    """What is looked at and for how long; empty where nothing was named."""
    if not promised.outcome:
        return ""
    said = ngettext(
        "Looked at, as set before launch: “%(outcome)s”, within %(days)s day of the letter.",
        "Looked at, as set before launch: “%(outcome)s”, within %(days)s days of the letter.",
        promised.window_days,
    )
    if promised.is_amount:
        said = ngettext(
            "Looked at, as set before launch: “%(outcome)s”, how often within %(days)s day of the"
            " letter.",
            "Looked at, as set before launch: “%(outcome)s”, how often within %(days)s days of the"
            " letter.",
            promised.window_days,
        )
    return said % _told(promised)


def difference_counted(promised: Promised) -> str:
    """How the difference of shares to those held out is counted; empty where no outcome was named,
    and where it was asked how often.
    """
    if not promised.outcome or promised.is_amount:
        return ""
    said = ngettext(
        "“%(outcome)s” within %(days)s day: drawn to be addressed − held out",
        "“%(outcome)s” within %(days)s days: drawn to be addressed − held out",
        promised.window_days,
    )
    return said % _told(promised)


def _told(promised: Promised) -> dict:
    """The outcome's name and the days of its window."""
    return {"outcome": outcome_name(promised.outcome), "days": promised.window_days}
