"""What a file of activities covers, in sentences."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.kinds import FileKind
from crm.activities.describing import done_before
from crm.activities.merging import FileTold
from crm.activities.undoing import days_of_file
from crm.imports.models import ImportBatch
from crm.sources.models import DataSource
from crm.sources.words import days_in_words


def told_in_words(told: FileTold, source: DataSource) -> str:
    """Which days a file would record, and whether only in part: "Gate east would be recorded for 1
    October – 31 October 2026."
    """
    if not told.stretches:
        return _("No row with a date: no day would be recorded.")
    days = _(", ").join(days_in_words(one.first, one.last) for one in told.stretches)
    said = _("%(source)s would be recorded for %(days)s.") % {"source": source.name, "days": days}
    if not told.whole:
        said = _(
            "%(source)s would be recorded in part for %(days)s, since more than one row in twenty"
            " is refused."
        ) % {"source": source.name, "days": days}
    return said


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
    """The sentence that the file is mapped as the last one of its columns was; none for a first."""
    before = done_before(header, kind)
    if before is None:
        return []
    return [
        _("Mapped as %(file)s, which came in on %(day)s.")
        % {"file": before.filename, "day": date_format(timezone.localtime(before.merged_at))}
    ]
