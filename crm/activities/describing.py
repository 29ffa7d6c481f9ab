"""What is known of a file of activities before anybody has mapped its columns."""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from django.utils.translation import gettext as _

from core.kinds import FileKind, registered
from crm.activities.never import never_read
from crm.activities.options import ActivityOptions
from crm.imports.describing import first_rows, rows_below, set_options, table_in
from crm.imports.guessing import bare_name, guess_by_names
from crm.imports.looking import look_through
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable, in_silence
from crm.imports.options import FORMAT, SEEN
from crm.imports.sniff import HEAD, check_ending
from crm.imports.systems import system_of, systems_in_use
from crm.staff.models import Campus


def kinds_of_activities() -> list[FileKind]:
    """The kinds whose rows are activities, those that programs send among them."""
    return [kind for kind in registered() if kind.does]


def kinds_of_files() -> list[FileKind]:
    """The kinds of file of activities that somebody uploads."""
    return [kind for kind in kinds_of_activities() if kind.by_file]


def describe(batch: ImportBatch, beat: Callable[[], None] = in_silence) -> None:
    """Fill in format, mapping and options of a fresh batch; nothing is stored.

    Raises Unreadable, also for a file that has a header and no rows.
    """
    path = Path(batch.file.path)
    refuse_counter(path)
    found = table_in(path, batch.kind, {}, beat)
    check_ending(batch.filename, found)
    header, sample = first_rows(path, found)
    if not sample:
        raise Unreadable(_("The file has a header and no rows."))

    batch.encoding = found.encoding
    batch.rows = rows_below(found)
    batch.options[FORMAT] = asdict(found)
    batch.options[SEEN] = look_through(path, found, header, sample, beat)

    options = ActivityOptions.from_json(batch.options)
    never = tuple(never_read(header, sample, batch.kind))
    before = done_before(header, batch.kind)
    if before:
        taken, batch.source = before.mapping, before.source
        said = ActivityOptions.from_json(before.options)
        source = options.data_source or said.data_source
        options = replace(said, data_source=source, first=None, last=None, campus=None)
    else:
        taken = guess_by_names(header, batch.kind)
        batch.source = likely_system(taken.get("number", ""), header, batch.kind)
    batch.mapping = {field: name for field, name in taken.items() if name not in never}
    if "campus" not in batch.mapping:
        options = replace(options, campus=campus_in(batch.filename))
    set_options(batch, replace(options, never=never).to_json())


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


def campus_in(filename: str) -> int | None:
    """Key of the one campus whose name stands in the file's, as in 东馆借阅.csv; None where none
    does, or more than one. One statement.
    """
    said = bare_name(filename)
    found = []
    for key, *names in Campus.objects.values_list("pk", "name_zh", "name_en"):
        bare = filter(None, map(bare_name, names))
        if any(name in said for name in bare):
            found.append(key)
    return found[0] if len(found) == 1 else None


def likely_system(column: str, header: list[str], kind: FileKind) -> str:
    """The system that the column is called by; empty where its name tells none, and where no reader
    bears a number of it. That readers have numbers of one system alone says nothing of the file's.
    """
    said = system_of(column, header, kind)
    return said if said in systems_in_use() else ""
