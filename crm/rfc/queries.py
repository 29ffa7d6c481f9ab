"""What is stored of recency, frequency and contribution, and what counts as which."""

from enum import StrEnum

from crm.readers.models import Activity
from crm.rfc.models import (
    USUAL_CONTRIBUTION,
    USUAL_DAYS,
    USUAL_FREQUENCY,
    USUAL_RECENCY,
    ScoreBrackets,
    ScoreRun,
)


class Part(StrEnum):
    """What an activity counts for."""

    #: Counts as frequency, and as recency.
    USE = "use"
    #: Counts as contribution, and as recency.
    GIFT = "gift"
    #: Counts as nothing.
    NOTHING = "nothing"


#: Every kind of activity has its part. A link that was followed follows from our own letters, and
#: programs follow links as well: it says nothing of how somebody uses the library.
PARTS = {
    Activity.Kind.LOAN: Part.USE,
    Activity.Kind.RENEWAL: Part.USE,
    Activity.Kind.VISIT: Part.USE,
    Activity.Kind.SEAT: Part.USE,
    # It happened to a booking, and is no use of the library.
    Activity.Kind.VIOLATION: Part.NOTHING,
    Activity.Kind.ERESOURCE: Part.USE,
    Activity.Kind.EVENT: Part.USE,
    Activity.Kind.CLICK: Part.NOTHING,
    Activity.Kind.ANSWER: Part.GIFT,
    Activity.Kind.VOICE: Part.GIFT,
    Activity.Kind.CONTRIBUTION: Part.GIFT,
}


def kinds_of(part: Part) -> list[str]:
    """The codes of the kinds of activity that count for ``part``, in the order in which they are
    declared. Every kind is in exactly one part.
    """
    return [str(kind) for kind, its_part in PARTS.items() if its_part is part]


def usual_brackets() -> ScoreBrackets:
    """Those of a library that has chosen none, as a row that is not stored: the USUAL numbers of
    ``models``.
    """
    return ScoreBrackets(
        pk=1,
        recency=list(USUAL_RECENCY),
        frequency=list(USUAL_FREQUENCY),
        contribution=list(USUAL_CONTRIBUTION),
        days=USUAL_DAYS,
    )


def brackets_in_force() -> ScoreBrackets:
    """What the library has chosen, else the usual ones, not stored; never None. Takes one
    statement. Readers may still be placed by others: see ``last_run``.
    """
    return ScoreBrackets.objects.filter(pk=1).first() or usual_brackets()


def last_run() -> ScoreRun | None:
    """As of when and by which edges the scores are; None where nothing was measured yet. Takes one
    statement.
    """
    return ScoreRun.objects.filter(pk=1).first()
