"""What a file of activities covers, in sentences."""

from collections.abc import Iterable
from datetime import date
from operator import attrgetter

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.kinds import FileKind
from core.localised import listed
from crm.activities.describing import done_before
from crm.activities.telling import FileTold
from crm.activities.undoing import days_of_file
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
    return " ".join(filter(None, sentences))


def days_told(told: FileTold, source: DataSource) -> str:
    """The days that would be recorded, and which of them in part, in one sentence or two."""
    said = {"source": source.name, "days": in_words(told.runs)}
    parts = [one for one in told.spans if not one.whole]
    if len(parts) == len(told.spans):
        return (
            _(
                "%(source)s would be recorded in part for %(days)s, since more than one row in"
                " twenty is refused."
            )
            % said
        )
    found = _("%(source)s would be recorded for %(days)s.") % said
    if not parts:
        return found
    in_part = _("In part, since more than one row in twenty is refused: %(days)s.") % {
        "days": in_words(FileTold(parts).runs)
    }
    return f"{found} {in_part}"


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
    return _(
        "Other sources tell of the same. From %(day)s on figures are whole only for days of"
        " which this one has told too: choose the source that there is already if it is the"
        " same one."
    ) % {"day": date_format(told.first, "DATE_FORMAT")}


def in_words(runs: Iterable[tuple[date, date]]) -> str:
    """Runs of days, each by its first and last, with commas between them; empty without any."""
    return _(", ").join(days_in_words(*run) for run in runs)


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
    if batch.report.get("whole", True):
        return _("Recorded by this file: %(days)s.") % {"days": days}
    return _(
        "Recorded in part by this file: %(days)s, since more than one row in twenty was refused."
    ) % {"days": days}


def mapped_before(header: list[str], kind: FileKind) -> list[str]:
    """The sentence that the file is mapped as the last one of its columns was; an empty list for a
    first one. One statement.
    """
    before = done_before(header, kind)
    if before is None:
        return []
    return [
        _("Mapped as %(file)s, which came in on %(day)s.")
        % {"file": before.filename, "day": date_format(timezone.localtime(before.merged_at))}
    ]
