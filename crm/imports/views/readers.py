"""The door of files of readers."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.numbers import number
from crm.imports import actions as verbs
from crm.imports import words
from crm.imports.forms import MapForm
from crm.imports.likelier import no_numbers
from crm.imports.models import ImportBatch
from crm.imports.previewing import ImportPreview
from crm.imports.remarks import remarks_on, warnings_in_words
from crm.imports.report_words import came_in_words, undone_in_words
from crm.imports.views.door import ImportDoor
from crm.readers.kinds import IDENTITIES, PATRONS
from crm.readers.models import Reader
from crm.readers.words import system_in_words
from crm.staff.models import User

#: So many changes are shown at once; the others open below them.
CHANGES_SHOWN = 8


def take(batch: ImportBatch, form: MapForm, by: User) -> None:
    """Map the file as the form says, whose ``is_valid`` was true, and keep that as a profile where
    a name is given for one. Raises Refused and Unreadable.
    """
    asked = form.cleaned_data
    verbs.map_import(
        batch=batch,
        source=asked["source"],
        mapping=form.mapping,
        options=form.options(),
        save_as=asked["save_as"],
        by=by,
    )


def columns(batch: ImportBatch, form: MapForm) -> dict:
    """That the file seems to hold no readers."""
    return {"no_numbers": no_numbers(form.header, batch)}


def told(batch: ImportBatch, found: ImportPreview) -> dict:
    """Who would change in what, who looks like somebody else, and what rows would come without."""
    changes = words.changes_in_words(found, batch.kind)
    return {
        "columns": words.columns_in_words(found, batch.kind),
        "changes": changes[:CHANGES_SHOWN],
        "more_changes": changes[CHANGES_SHOWN:],
        "others": words.others_shown(found, batch.mapping),
        "system": system_in_words(batch.source),
        "choices": words.other_choices(),
        "days": words.days_in_words(found),
        "warnings": [*remarks_on(batch), *warnings_in_words(batch, found.warnings)],
    }


def cells(found: ImportPreview) -> list[list]:
    """Numbers and addresses in the rows that are shown."""
    rows = [[row["number"], row["email"]] for row in found.sample]
    return rows + [[row.number] for row in [*found.changes, *found.other_rows]]


def ended(batch: ImportBatch) -> dict:
    """What became of the rows and what they came without, once they are there, and what taking the
    import back did.
    """
    told = {"came": came_in_words(batch), "undone": undone_in_words(batch), "warnings": []}
    if batch.merged_at:
        said = warnings_in_words(batch, batch.report.get("warnings", []))
        told["warnings"] = [*remarks_on(batch), *said]
    return told


def undo(batch: ImportBatch) -> str:
    """What taking it back would do: to readers that are its own now, those of an import that was
    taken back before among them.
    """
    created = Reader.objects.filter(import_batch=batch).count()
    return _(
        "Deletes up to %(created)s readers this import created and puts %(changed)s back as they"
        " were. Readers who have answered, received mail, signed in or been changed since are left"
        " alone and counted."
    ) % {"created": number(created), "changed": number(batch.changes.count())}


READERS = ImportDoor(
    kinds=[PATRONS, IDENTITIES],
    pages="import",
    form=MapForm,
    take=take,
    preview="crm/imports/_preview_readers.html",
    report="crm/imports/_report_readers.html",
    button=words.button,
    same="crm/imports/_import_same.html",
    undo=undo,
    lead=gettext_lazy(
        "Each column of the file on the left; on the right what it tells about a reader. What is"
        " left out is not stored."
    ),
    columns=columns,
    told=told,
    cells=cells,
    ended=ended,
)
