"""Files of activities: their steps on the way of all imports."""

from django.core.files.uploadedfile import UploadedFile

from core.kinds import FileKind
from crm.activities.describing import map_columns, refuse_counter
from crm.activities.kinds import KINDS
from crm.activities.loading import (
    ActivityPreview,
    merge_into_activities,
    problems_of,
    staged,
    weigh,
)
from crm.activities.proxy_logs import as_table, is_log
from crm.activities.undoing import refuse_too_late, take_back
from crm.imports.describing import meaning_for
from crm.imports.steps import Steps


def table_of_log(file, kind: FileKind):
    """The log of a proxy as a table; any other file, or one of another kind, as it is."""
    if not (kind.by_session and is_log(file)):
        return file
    table = as_table(file.file)
    return UploadedFile(table, name=f"{file.name}.csv", size=table.tell())


STEPS = [
    Steps(
        kinds=[kind.code for kind in KINDS],
        meaning=meaning_for,
        map_columns=map_columns,
        problems=problems_of,
        opened=staged,
        preview=ActivityPreview,
        weighed=weigh,
        write=merge_into_activities,
        take_back=take_back,
        refuse_too_late=refuse_too_late,
        refuse=refuse_counter,
        before=table_of_log,
        tables=("crm_activity",),
    )
]
