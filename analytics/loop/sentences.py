"""What a report says of its results in whole sentences, in the current language. No queries, no
HTML.

Not in words.py, which every template loads: judging an effect takes scipy.
"""

from datetime import timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.loop.conclusions import effect_sentence, provisional_window
from analytics.loop.figures.shapes import LiftSilence, Results
from analytics.loop.figures.standards import lift_rests_on_too_few
from analytics.loop.measures import Measure
from analytics.loop.named.proposals import PROPOSED, WAITING
from analytics.loop.readings import Readings
from analytics.loop.verify import Record
from analytics.loop.words import LinkedSentence, linked, value_text
from core.disclosure import Missing
from core.measures import NamedFigure
from core.numbers import percent


def summary(readings: Readings, waiting: int) -> list[LinkedSentence | str]:
    """The sentences above a report: readers, effect, standards, and the proposals that wait, which
    lead to where they stand; before them, that all of it is provisional where it is.
    """
    results = readings.results
    said = [reach_in_words(readings), effect_in_words(results), standards_in_words(results)]
    if readings.is_provisional:
        said.insert(0, provisional_in_words(results))
    if waiting:
        said.append(waiting_in_words(waiting))
    return said


def provisional_in_words(results: Results) -> str:
    """That the figures may still move, and until when."""
    if results.judgement is not None and results.judgement.effect.provisional:
        return provisional_window(results.judgement.effect)
    if results.period.end is None:
        return _("Provisional: the campaign has no last day yet, so its figures may still move.")
    last = localtime(results.period.end - timedelta(microseconds=1))
    return _("Provisional: the campaign runs until %(day)s, so its figures may still move.") % {
        "day": date_format(last, "DATE_FORMAT")
    }


def reach_in_words(readings: Readings) -> str:
    """How many readers were reached, and which part of them responded."""
    reach, response = readings.reach, readings.response
    told = {"n": reach, "rate": response}
    if reach.missing is Missing.WITHHELD:
        if not response.says:
            return _("Fewer than five readers were reached, how many responded cannot be said.")
        return _("Fewer than five readers were reached, %(rate)s of them responded.") % told
    if not response.says:
        return _("%(n)s readers were reached, how many responded cannot be said.") % told
    return _("%(n)s readers were reached, %(rate)s of them responded.") % told


def effect_in_words(results: Results) -> str:
    """What the holdout says, in one sentence: why nothing is said, or whether the interval of the
    difference lies above zero, below it, or on both sides.
    """
    if results.judgement is not None:
        return effect_sentence(results.judgement.effect)
    lift = results.lift
    if lift.why == LiftSilence.NO_HOLDOUT:
        return _("Without a holdout nobody can tell cause from coincidence.")
    if lift.why == LiftSilence.NOT_RECORDED:
        return _("What readers did was not recorded on all days, so no effect is measured.")
    if not lift.says:
        return _("The holdout is too small to tell cause from coincidence.")
    if lift_rests_on_too_few(lift, results.rule):
        return _("The two groups are too small to judge the difference between them.")

    told = {"lift": value_text(lift.value, Measure.DIFFERENCE)}
    if lift.low > 0:
        return _("Against the holdout the campaign made a difference of %(lift)s.") % told
    if lift.high < 0:
        return _("Against the holdout there were fewer outcomes: %(lift)s.") % told
    return _("Against the holdout no difference can be told from chance.")


def why_no_effect(results: Results) -> str:
    """In place of the chart of an effect: why there is none, and what would help next time."""
    if results.judgement is not None and results.lift.why == LiftSilence.NOT_AS_DRAWN:
        return effect_in_words(results)
    if results.lift.why == LiftSilence.NO_HOLDOUT:
        return _(
            "No reader was held out at random, so nobody can tell cause from coincidence. Set a"
            " holdout share in the next plan."
        )
    if results.lift.why == LiftSilence.NOT_RECORDED:
        return effect_in_words(results)
    return _("Too few readers in one of the two groups: nothing can be said about the effect.")


def standards_in_words(results: Results) -> str:
    """How many standards were met of those that could be judged."""
    attainment = results.attainment
    if not attainment.judged:
        return _("No standard could be judged.")
    told = {"met": attainment.met, "judged": attainment.judged}
    return _("%(met)s of %(judged)s standards that could be judged were met.") % told


def attainment_in_words(results: Results) -> str:
    """Under the table of standards: met, judged and set, and the share by weight."""
    attainment = results.attainment
    return _("Met %(met)s of %(judged)s judged, %(set)s set; by weight %(weighted)s.") % {
        "met": attainment.met,
        "judged": attainment.judged,
        "set": attainment.locked,
        "weighted": percent(attainment.weighted, 0),
    }


def waiting_in_words(waiting: int) -> LinkedSentence:
    """How many proposals wait for a decision; leads to them on the report's page."""
    message = ngettext(
        "[One proposal for the next round waits].",
        "[%(n)s proposals for the next round wait].",
        waiting,
    )
    return linked(message, "#adjustments", {"n": waiting})


def in_figures(readings: Readings, record: Record) -> list[NamedFigure]:
    """An evaluation in a few figures, for the room of its campaign."""
    leads = readings.leads
    about = f"campaign:{leads.campaign}"
    return [
        readings.reach,
        readings.response,
        readings.effect,
        readings.standards_met,
        PROPOSED.read(record.proposed, about=about, href=leads.proposals),
        WAITING.read(record.waiting, about=about, href=leads.waiting),
    ]
