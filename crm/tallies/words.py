"""Counts in sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.columns import values_of
from core.disclosure import Count, Missing
from core.numbers import number
from crm.imports.models import ImportBatch
from crm.sources.words import days_in_words
from crm.staff.models import Campus
from crm.tallies.loading import CountPreview, NumberShown
from crm.tallies.models import Tally, TallyMeasure


def days_of_tally(tally: Tally) -> str:
    """A day, a whole month by its name, or from when to when, in the current language."""
    return days_in_words(tally.first, tally.last)


def number_of_tally(tally: Tally) -> str:
    """The number as it may be printed, with its thousands parted: of few persons that it is not
    shown, and that it is not measured where nobody knows it.
    """
    told = tally.told
    if isinstance(told, int):
        return number(told)
    return str(told)


def cell_of_tally(tally: Tally) -> int | str:
    """The same for a file: a number that a spreadsheet can add, or in words why there is none. Of
    few persons no number is given.
    """
    told = tally.told
    if isinstance(told, Count):
        return told.as_cell()
    if isinstance(told, int):
        return told
    return str(told)


def state_of_tally(tally: Tally) -> str:
    """What is known of the number, the first of: that it was corrected and why, how many cells said
    none, that something is missing, that it is whole.
    """
    if tally.by_hand:
        return _("corrected by hand: %(why)s") % {"why": tally.note}
    if tally.unknown:
        said = {"n": number(tally.unknown), "rows": number(tally.rows)}
        return _("no number in %(n)s of %(rows)s cells") % said
    if not tally.whole:
        return _("a part: something is missing")
    return _("whole")


def sums_in_words(sums) -> list[str]:
    """One sentence for each of ``sums`` (what, number, cells that say no number): "Events: 2,195"
    and, where cells say none, how many. Of a sum that is None it says that it is not shown, since a
    small number would follow from it.
    """
    return [sum_in_words(*one) for one in sums]


def sum_in_words(measure: str, total: int | None, unknown: int) -> str:
    """One such sentence. ``measure``: its code, in older reports its name as it was then;
    ``unknown``: how many cells say no number.
    """
    said = {
        "what": dict(TallyMeasure.choices).get(measure, measure),
        "n": str(Missing.WITHHELD),
        "unknown": number(unknown),
    }
    if total is not None:
        said["n"] = number(total)
    if unknown:
        return _("%(what)s: %(n)s; cells without a number: %(unknown)s") % said
    return _("%(what)s: %(n)s") % said


def remarks(
    *, turned: int, part_hours: int, left_out: int, repeated: int, corrected: int = 0
) -> list[str]:
    """What else is to be known of a file, one sentence for each number that is not 0: counters that
    turned over, days with hours missing, rows that are not counted, rows that were written twice,
    numbers that were corrected.
    """
    said = [
        (
            turned,
            ngettext(
                "A counter turned over once; what passed was counted through.",
                "Counters turned over %(n)s times; what passed was counted through.",
                turned,
            ),
        ),
        (
            part_hours,
            ngettext(
                "One day has hours missing and is told in part.",
                "%(n)s days have hours missing and are told in part.",
                part_hours,
            ),
        ),
        (
            left_out,
            ngettext(
                "One row tells who went out, or of a time to come, and is not counted.",
                "%(n)s rows tell who went out, or of a time to come, and are not counted.",
                left_out,
            ),
        ),
        (
            repeated,
            ngettext(
                "One row was written twice and is counted once.",
                "%(n)s rows were written twice and are counted once.",
                repeated,
            ),
        ),
        (
            corrected,
            ngettext(
                "One number was corrected by hand and stays, whatever the file says.",
                "%(n)s numbers were corrected by hand and stay, whatever the file says.",
                corrected,
            ),
        ),
    ]
    return [words % {"n": number(times)} for times, words in said if times]


def remarks_of(batch: ImportBatch) -> list[str]:
    """Sums and remarks of a file that came in, by its report: empty before it is done. Nothing is
    asked of the database.
    """
    report = batch.report
    names = ("turned", "part_hours", "left_out", "repeated")
    told = {name: report.get(name, 0) for name in names}
    return [*sums_in_words(report.get("sums", [])), *remarks(**told)]


def remarks_on(preview: CountPreview) -> list[str]:
    """Sums and remarks of a file that is looked at, how many of its numbers were corrected by hand,
    and a row that is counted twice.
    """
    names = ("turned", "part_hours", "left_out", "repeated", "corrected")
    told = [*sums_in_words(preview.sums), *remarks(**values_of(preview, names))]
    if preview.alike:
        said = _("A row stands there twice, and both are counted: “%(row)s”.")
        told.append(said % {"row": preview.alike})
    return told


def shown(number: NumberShown) -> dict:
    """A number as the preview and the form of a correction print it: {name: its part in words}, of
    few persons without the number.
    """
    tally = number.tally
    return {
        "days": days_of_tally(tally),
        "place": number.place or _("whole library"),
        "measure": tally.get_measure_display(),
        "audience": tally.audience or _("everybody"),
        "number": number_of_tally(tally),
        "state": state_of_tally(tally),
    }


def place_today_and_then(today: Campus, then: Campus) -> str:
    """A place that was merged: what it is called today, and what it was called when it counted."""
    return _("%(today)s (then: %(then)s)") % {"today": today, "then": then}
