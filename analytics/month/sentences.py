"""The sentences above a month's figures, each with a link to its chart. No HTML.

Not in words.py, which every template loads: the figures of a month take scipy.
"""

from enum import Enum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.loop.words import LinkedSentence, linked
from analytics.month.figures import Month
from analytics.month.words import OnLastYear, on_last_year, told
from core.disclosure import Count, Missing
from core.estimates import Estimate
from core.numbers import number

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

    said = _compared(figures, "contributors") | {
        "n": told("contributors", contributors),
        "new": told("new_contributors", newcomers),
    }
    message = _said_of_contributors(newcomers.is_shown)[_on_last_year(figures, "contributors")]
    return linked(message, CONTRIBUTORS, said)


def _said_of_contributors(has_new: bool) -> dict[OnLastYear, str]:
    """The sentence of contributors by how they stand to last year; ``has_new``: with those who are
    so for the first time. Of one person nothing is told, so there is none in the singular.
    """
    if has_new:
        return {
            OnLastYear.RUNNING: _(
                "[%(n)s readers made something with the library], not comparable with last year"
                " before the month is over, %(new)s of them for the first time."
            ),
            OnLastYear.UNKNOWN: _(
                "[%(n)s readers made something with the library], no comparison with last year is"
                " possible, %(new)s of them for the first time."
            ),
            OnLastYear.SAME: _(
                "[%(n)s readers made something with the library], as many as in the same month last"
                " year, %(new)s of them for the first time."
            ),
            OnLastYear.MORE: _(
                "[%(n)s readers made something with the library], %(change)s more than in the same"
                " month last year, %(new)s of them for the first time."
            ),
            OnLastYear.FEWER: _(
                "[%(n)s readers made something with the library], %(change)s fewer than in the same"
                " month last year, %(new)s of them for the first time."
            ),
        }
    return {
        OnLastYear.RUNNING: _(
            "[%(n)s readers made something with the library], not comparable with last year before"
            " the month is over."
        ),
        OnLastYear.UNKNOWN: _(
            "[%(n)s readers made something with the library], no comparison with last year is"
            " possible."
        ),
        OnLastYear.SAME: _(
            "[%(n)s readers made something with the library], as many as in the same month last"
            " year."
        ),
        OnLastYear.MORE: _(
            "[%(n)s readers made something with the library], %(change)s more than in the same"
            " month last year."
        ),
        OnLastYear.FEWER: _(
            "[%(n)s readers made something with the library], %(change)s fewer than in the same"
            " month last year."
        ),
    }


def readers_in_words(figures: Month) -> LinkedSentence:
    """Who used the library, against last year, and how many came to an event."""
    active, at_events = figures.count("active_readers"), figures.count("participants")
    if active.is_withheld:
        return linked(_("[Fewer than five readers used the library]."), ACTIVITIES)
    if not active.is_shown:
        return linked(_("[Active readers were not measured]."), ACTIVITIES)

    said = _compared(figures, "active_readers") | {
        "n": told("active_readers", active),
        "events": told("participants", at_events),
    }
    message = _said_of_readers(at_events.is_shown)[_on_last_year(figures, "active_readers")]
    return linked(message, ACTIVITIES, said)


def _said_of_readers(has_events: bool) -> dict[OnLastYear, str]:
    """The sentence of readers by how they stand to last year; ``has_events``: with those who came
    to one.
    """
    if has_events:
        return {
            OnLastYear.RUNNING: _(
                "[%(n)s readers used the library], not comparable with last year before the month"
                " is over, %(events)s came to an event."
            ),
            OnLastYear.UNKNOWN: _(
                "[%(n)s readers used the library], no comparison with last year is possible,"
                " %(events)s came to an event."
            ),
            OnLastYear.SAME: _(
                "[%(n)s readers used the library], as many as in the same month last year,"
                " %(events)s came to an event."
            ),
            OnLastYear.MORE: _(
                "[%(n)s readers used the library], %(change)s more than in the same month last"
                " year, %(events)s came to an event."
            ),
            OnLastYear.FEWER: _(
                "[%(n)s readers used the library], %(change)s fewer than in the same month last"
                " year, %(events)s came to an event."
            ),
        }
    return {
        OnLastYear.RUNNING: _(
            "[%(n)s readers used the library], not comparable with last year before the month is"
            " over."
        ),
        OnLastYear.UNKNOWN: _(
            "[%(n)s readers used the library], no comparison with last year is possible."
        ),
        OnLastYear.SAME: _(
            "[%(n)s readers used the library], as many as in the same month last year."
        ),
        OnLastYear.MORE: _(
            "[%(n)s readers used the library], %(change)s more than in the same month last year."
        ),
        OnLastYear.FEWER: _(
            "[%(n)s readers used the library], %(change)s fewer than in the same month last year."
        ),
    }


def _on_last_year(figures: Month, metric: str) -> OnLastYear:
    """How a figure stands to that of the same month a year before."""
    return on_last_year(figures.change(metric), is_running=figures.is_running)


def _compared(figures: Month, metric: str) -> dict[str, str]:
    """By how much a figure differs from last year, for a sentence that says it; nothing where no
    comparison is possible.
    """
    change = figures.change(metric)
    if change is None:
        return {}
    return {"change": number(abs(change))}


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

    return linked(_said_of_complaints(figures), VOICES, _complaints_told(figures, voices))


def _said_of_complaints(figures: Month) -> str:
    """The sentence of voices by what may be said of the complaints among them."""
    rate = figures.complaints_per_visits()
    if rate is Missing.WITHHELD:
        return _("[Readers told us %(n)s things], complaints per visit are not shown.")
    if isinstance(rate, Missing):
        return _(
            "[Readers told us %(n)s things], complaints per visit cannot be said: the visits of the"
            " whole month are not known."
        )
    if isinstance(rate_before(figures), Missing):
        return _(
            "[Readers told us %(n)s things], complaints came to %(rate)s per 1,000 visits, not"
            " comparable with the month before."
        )
    return _said_of_change()[change_of_rate(figures.complaints_ratio())]


def _said_of_change() -> dict["RateChange", str]:
    """The sentence of voices where complaints stand beside those of the month before."""
    return {
        RateChange.TOO_FEW: _(
            "[Readers told us %(n)s things], complaints came to %(rate)s per 1,000 visits (the"
            " month before: %(before)s), too few to tell a change."
        ),
        RateChange.MORE: _(
            "[Readers told us %(n)s things], complaints came to %(rate)s per 1,000 visits (the"
            " month before: %(before)s), clearly more."
        ),
        RateChange.FEWER: _(
            "[Readers told us %(n)s things], complaints came to %(rate)s per 1,000 visits (the"
            " month before: %(before)s), clearly fewer."
        ),
        RateChange.TOO_WIDE: _(
            "[Readers told us %(n)s things], complaints came to %(rate)s per 1,000 visits (the"
            " month before: %(before)s), the interval is too wide to call it a change."
        ),
    }


def _complaints_told(figures: Month, voices: Count) -> dict:
    """The values of the sentence of voices; a rate that there is not is in none of them."""
    return {
        "n": voices,
        "rate": number(figures.complaints_per_visits(), 2),
        "before": number(rate_before(figures), 2),
    }


def rate_before(figures: Month) -> float | Missing:
    """Complaints per visit in the month before. CANNOT_SAY where its visits were counted in another
    way: beside each other the two would read like a change.
    """
    if not figures.visits().is_counted_like(figures.visits(figures.previous)):
        return Missing.CANNOT_SAY
    return figures.complaints_per_visits(figures.previous)


class RateChange(Enum):
    """Whether a rate has changed."""

    TOO_FEW = "too few"
    MORE = "more"
    FEWER = "fewer"
    TOO_WIDE = "too wide"


def change_of_rate(ratio: Estimate) -> RateChange:
    """Whether a rate has changed, by the interval of its ratio to the one before."""
    if not ratio.says:
        return RateChange.TOO_FEW
    if ratio.low > 1:
        return RateChange.MORE
    if ratio.high < 1:
        return RateChange.FEWER
    return RateChange.TOO_WIDE


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
