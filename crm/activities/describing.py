"""What is known of a file of activities before anybody has mapped its columns."""

from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext as _

from core.kinds import FileKind, registered
from crm.activities.never import never_read
from crm.activities.options import ActivityOptions
from crm.imports.describing import map_as, profile_for, set_options
from crm.imports.guessing import guess_by_names
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable
from crm.imports.options import DATA_SOURCE, NEVER
from crm.imports.sniff import HEAD
from crm.imports.systems import system_of
from crm.readers.models import Reader
from crm.sources.models import DataSource


def kinds_of_activities() -> list[FileKind]:
    """The kinds whose rows are activities, those that programs send among them."""
    return [kind for kind in registered() if kind.does]


def kinds_of_files() -> list[FileKind]:
    """The kinds of file of activities that somebody uploads."""
    return [kind for kind in kinds_of_activities() if kind.by_file]


def map_columns(batch: ImportBatch, header: list[str], sample: list[list[str]]) -> None:
    """Map the columns like a profile, else like the last file of the same columns, else by their
    names. Sets ``mapping``, ``source``, ``options`` and ``profile``; nothing is stored.

    A source that was chosen at the upload stays.
    """
    chosen = batch.options.get(DATA_SOURCE)
    batch.options[NEVER] = never_read(header, sample, batch.kind)
    before = profile_for(batch, header) or done_before(header, batch.kind)
    if before:
        map_as(batch, before)
        said = ActivityOptions.from_json(batch.options)
        options = replace(said, first=None, last=None, places=None)
    else:
        taken = guess_by_names(header, batch.kind)
        never = batch.options[NEVER]
        batch.mapping = {field: name for field, name in taken.items() if name not in never}
        batch.source = likely_system(taken.get("number", "")) or batch.source
        options = ActivityOptions(data_source=likely_source(batch.kind))
    set_options(batch, replace(options, data_source=chosen or options.data_source).to_json())


def refuse_counter(path: Path) -> None:
    """Raises Unreadable, with words, for a report of e-resources, whose rows are no persons."""
    with path.open("rb") as file:
        beginning = file.read(HEAD)
    is_report = beginning.lstrip(b'\xef\xbb\xbf\r\n"').startswith(b"Report_Name")
    if is_report or b'"Report_Header"' in beginning:
        raise Unreadable(
            _(
                "This is a COUNTER report, it seems: it counts by platform and names no persons."
                " Take it in on the page E-resources."
            )
        )


def done_before(header: list[str], kind: FileKind) -> ImportBatch | None:
    """The last file of the same columns that was imported: what was said of it is said of this."""
    done = ImportBatch.objects.filter(takes=kind.code, state=ImportBatch.State.DONE)
    return done.filter(report__header=header).order_by("-merged_at").first()


def likely_system(column: str) -> str:
    """The system whose numbers the column holds, among those of readers; empty where unclear."""
    systems = set(Reader.objects.order_by().values_list("source", flat=True).distinct())
    if len(systems) == 1:
        return systems.pop()
    said = system_of(column)
    return said if said in systems else ""


def likely_source(kind: FileKind) -> int | None:
    """Key of the one source whose rows are of this kind; None where there is none, or a choice. One
    statement.
    """
    fitting = DataSource.objects.filter(kinds__overlap=list(kind.does))
    keys = list(fitting.values_list("pk", flat=True)[:2])
    return keys[0] if len(keys) == 1 else None
