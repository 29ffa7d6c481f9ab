"""What a file of activities covers, in sentences."""

from collections.abc import Iterable
from datetime import date
from operator import attrgetter

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.kinds import FileKind
from core.localised import listed, running
from core.numbers import number
from crm.activities.telling import FileTold
from crm.activities.undoing import days_of_file
from crm.imports.likelier import likelier_kind
from crm.imports.models import ImportBatch
from crm.sources.models import DataSource
from crm.sources.recording import first_among_others
from crm.sources.words import days_in_words
from crm.staff.models import Campus


def told_in_words(told: FileTold, source: DataSource, new: Iterable[str] = ()) -> str:
    """Which days of which places a file would record, and which of them only in part: "Gate east
    would be recorded for 1 October – 31 October 2026." ``new``: names of places that are not stored
    yet, and of which it tells. Two statements.
    """
    if not told.spans:
        return _("No row with a date: no day would be recorded.")
    sentences = [days_told(told, source), places_told(told, new), others_told(told, source)]
    return running(sentences)


def days_told(told: FileTold, source: DataSource) -> str:
    """The days that would be recorded, and which of them in part, in one sentence or two; of a file
    that counts months as ``months_told`` says it.
    """
    if not all(one.apart for one in told.spans):
        return months_told(told, source)
    said = {"source": source.name, "days": in_words(told.runs)}
    in_part = told.in_part
    if len(in_part.spans) == len(told.spans):
        return (
            _(
                "%(source)s would be recorded in part for %(days)s, since more than one row in"
                " twenty is refused."
            )
            % said
        )
    found = _("%(source)s would be recorded for %(days)s.") % said
    if not in_part.spans:
        return found
    lacking = _("In part, since more than one row in twenty is refused: %(days)s.") % {
        "days": in_words(in_part.runs)
    }
    return f"{found} {lacking}"


def months_told(told: FileTold, source: DataSource) -> str:
    """The same of a file that counts months, of which one may not be over: two or three
    sentences.
    """
    said = {"source": source.name, "days": in_words(told.runs)}
    found = [
        _("%(source)s would be recorded for %(days)s.") % said,
        _("It counts whole months: on which days is not known."),
    ]
    in_part = told.in_part
    if in_part.spans:
        found.append(
            _(
                "In part, since the month is not over or more than one row in twenty is refused:"
                " %(days)s."
            )
            % {"days": in_words(in_part.runs)}
        )
    return running(found)


def places_told(told: FileTold, new: Iterable[str]) -> str:
    """The names of the places that it tells of, ``new`` ones last; empty where it names none. One
    statement.
    """
    places = Campus.objects.filter(pk__in=filter(None, told.places))
    names = [*map(str, places), *new]
    if not names:
        return ""
    return _("Places it tells of: %(places)s.") % {"places": listed(names)}


def others_told(told: FileTold, source: DataSource) -> str:
    """That other sources tell of the same, and this one for the first time; empty where that is not
    so. One statement.
    """
    kinds = frozenset().union(*map(attrgetter("tells"), told.spans))
    if not first_among_others(source, kinds):
        return ""
    found = _(
        "Other sources tell of the same: choose the source that there is already if it is the same"
        " one."
    )
    if not source.is_regular:
        return found
    since = _("From %(day)s on figures are whole only for days of which this one has told too.")
    return f"{found} {since}" % {"day": date_format(told.first, "DATE_FORMAT")}


def in_words(runs: Iterable[tuple[date, date]]) -> str:
    """Runs of days, each by its first and last, with commas between them; empty without any."""
    return _(", ").join(days_in_words(*run) for run in runs)


def apart_in_words(kind: FileKind, unchanged: int, left_out: int) -> str:
    """Of the rows of a file of this kind that bring nothing new, how many are there already and how
    many tell of what is not counted; empty where none of them does. Of a reader's month no number
    may be said, and several rows may say one number together.
    """
    if not left_out:
        return ""
    said = _(
        "Rows that are there already: %(there)s. Rows that tell of what is not counted, as of"
        " somebody who goes out or a book that comes back: %(left_out)s."
    )
    if kind.by_month:
        said = _(
            "Rows that are there already, or are added to another row of the same reader and month:"
            " %(there)s. Rows that say no number, which is no zero: %(left_out)s."
        )
    return said % {"there": number(unchanged - left_out), "left_out": number(left_out)}


def covers_in_words(batch: ImportBatch) -> str:
    """The days that are recorded by the batch, and why only in part where that is so; empty where
    it told of none.
    """
    told = days_of_file(batch)
    if told is None:
        return ""
    days = days_in_words(told.first, told.last)
    if batch.report.get("stated") is False:
        return _(
            "Recorded in part: %(days)s, since the program did not say that these rows were all."
        ) % {"days": days}
    said = _("Recorded by this file: %(days)s.") % {"days": days}
    if batch.report.get("whole", True):
        return said
    if batch.kind.by_month:
        why = _(
            "Days of it are told in part, since a month is not over or more than one row in twenty"
            " was refused."
        )
    else:
        why = _("Days of it are told in part, since more than one row in twenty was refused.")
    return f"{said} {why}"


def would_go(rows: int, shared: int) -> str:
    """What taking a file back would do: ``rows`` are its own now, and ``shared`` of them another
    file has too.
    """
    said = [
        ngettext(
            "Takes back one row and the days it recorded.",
            "Takes back %(n)s rows and the days they recorded.",
            rows - shared,
        )
        % {"n": number(rows - shared)}
    ]
    if shared:
        said.append(stay_in_words(shared))
    return running(said)


def stay_in_words(rows: int) -> str:
    """That so many rows, one at least, stay because another import has them too."""
    return ngettext(
        "One row stays: another import has it too, and it goes when that one is taken back.",
        "%(n)s rows stay: another import has them too, and they go when that one is taken back.",
        rows,
    ) % {"n": number(rows)}


def gone_in_words(batch: ImportBatch) -> list[str]:
    """What taking the batch back did, in sentences; none before."""
    done = batch.report.get("undone")
    if not done:
        return []
    gone = done["deleted"]
    said = [ngettext("Taken back: one row.", "Taken back: %(n)s rows.", gone) % {"n": number(gone)}]
    if done.get("passed"):
        said.append(stay_in_words(done["passed"]))
    if done["kept"]:
        said.append(
            ngettext(
                "One row was not there any more.",
                "%(n)s rows were not there any more.",
                done["kept"],
            )
            % {"n": number(done["kept"])}
        )
    return said


def by_month_instead(header: list[str], batch: ImportBatch) -> list[str]:
    """The sentence that the file seems to count months, where it was brought as one of moments; an
    empty list for any other. One statement at most.
    """
    kind = likelier_kind(header, batch)
    if kind is None or not kind.by_month:
        return []
    return [
        _("These columns seem to count months. Bring the file once more as “%(kind)s”.")
        % {"kind": kind.label}
    ]
