"""The sentences above a month's figures, each with a link to its chart. No HTML.

Not in words.py, which every template loads: the figures of a month take scipy.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.loop.words import LinkedSentence, linked
from analytics.month.figures import Month
from analytics.month.words import change_words
from core.disclosure import Missing
from core.estimates import Estimate
from core.numbers import large_number, number

#: The places on the page that the sentences lead to.
CONTRIBUTORS, ACTIVITIES, VOICES, WAITING = "#contributors", "#activities", "#voices", "#waiting"


def sentences_of(figures: Month, waiting: int) -> list[LinkedSentence]:
    """What happened in a month, in four sentences; ``waiting``: how many proposals wait for a
    decision.
    """
    return [
        contributors_in_words(figures),
        readers_in_words(figures),
        voices_in_words(figures),
        waiting_in_words(waiting),
    ]


def contributors_in_words(figures: Month) -> LinkedSentence:
    """Who made something with the library, against last year, and how many did for the first
    time.
    """
    contributors, newcomers = figures.count("contributors"), figures.newcomers()
    if contributors.is_withheld:
        message = _("[Fewer than five readers made something with the library].")
        return linked(message, CONTRIBUTORS)
    if not contributors.is_shown:
        return linked(_("[Contributions were not measured this month]."), CONTRIBUTORS)

    # Of one person nothing is told, so there is no sentence in the singular.
    message = _("[%(n)s readers made something with the library], %(change)s.")
    if newcomers.is_shown:
        message = _(
            "[%(n)s readers made something with the library], %(change)s, %(new)s of them for the"
            " first time."
        )
    told = {
        "n": contributors,
        "change": _change(figures, "contributors"),
        "new": newcomers,
    }
    return linked(message, CONTRIBUTORS, told)


def readers_in_words(figures: Month) -> LinkedSentence:
    """Who used the library, against last year, and how many came to an event."""
    active, at_events = figures.count("active_readers"), figures.count("participants")
    if active.is_withheld:
        return linked(_("[Fewer than five readers used the library]."), ACTIVITIES)
    if not active.is_shown:
        return linked(_("[Active readers were not measured]."), ACTIVITIES)

    message = _("[%(n)s readers used the library], %(change)s.")
    if at_events.is_shown:
        message = _("[%(n)s readers used the library], %(change)s, %(events)s came to an event.")
    told = {
        "n": large_number(active.public_number),
        "change": _change(figures, "active_readers"),
        "events": at_events,
    }
    return linked(message, ACTIVITIES, told)


def _change(figures: Month, metric: str) -> str:
    """A figure against the same month a year before, in words; that no comparison is possible where
    either may not be told.
    """
    return change_words(figures.change(metric), is_running=figures.is_running)


def voices_in_words(figures: Month) -> LinkedSentence:
    """What readers told the library, and how often they complained."""
    voices = figures.count("voices_received")
    # Staff of one campus are told of its readers, and voices are not counted by campus.
    if figures.campus is not None:
        return linked(_("[What readers told the whole library is not shown]."), VOICES)
    if voices.is_withheld:
        return linked(_("[Readers told us fewer than five things]."), VOICES)
    if not voices.is_shown:
        return linked(_("[Nobody wrote down what readers said]."), VOICES)

    message = _("[Readers told us %(n)s things], %(complaints)s.")
    return linked(message, VOICES, {"n": voices, "complaints": complaints_in_words(figures)})


def complaints_in_words(figures: Month) -> str:
    """Complaints per visit beside those of the month before, as a part of a sentence."""
    rate = figures.complaints_per_visits()
    if rate is Missing.WITHHELD:
        return _("complaints per visit are not shown")
    if isinstance(rate, Missing):
        return _("complaints per visit cannot be said: the visits of the whole month are not known")

    before = rate_before(figures)
    told = {
        "rate": number(rate, 2),
        "before": number(before, 2),
        "change": ratio_in_words(figures.complaints_ratio()),
    }
    if isinstance(before, Missing):
        return _("complaints came to %(rate)s per 1,000 visits, %(change)s") % told
    return (
        _("complaints came to %(rate)s per 1,000 visits (the month before: %(before)s), %(change)s")
        % told
    )


def rate_before(figures: Month) -> float | Missing:
    """Complaints per visit in the month before. CANNOT_SAY where its visits were counted in another
    way: beside each other the two would read like a change.
    """
    if not figures.visits().is_counted_like(figures.visits(figures.previous)):
        return Missing.CANNOT_SAY
    return figures.complaints_per_visits(figures.previous)


def ratio_in_words(ratio: Estimate) -> str:
    """Whether a rate has changed, by the interval of its ratio to the one before."""
    if not ratio.says:
        return _("too few to tell a change")
    if ratio.low > 1:
        return _("clearly more")
    if ratio.high < 1:
        return _("clearly fewer")
    return _("the interval is too wide to call it a change")


def waiting_in_words(waiting: int) -> LinkedSentence:
    """How many proposals of the loop wait for a decision."""
    if not waiting:
        return linked(_("[No proposal waits for a decision]."), WAITING)
    message = ngettext(
        "[One proposal waits for a decision].",
        "[%(n)s proposals wait for a decision].",
        waiting,
    )
    return linked(message, WAITING, {"n": waiting})
