"""Files of activities: their steps on the way of all imports."""

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
from crm.activities.proxy_logs import (
    put_table_for_log,
    refuse_without_header,
    without_addresses,
)
from crm.activities.undoing import refuse_too_late, take_back
from crm.imports.describing import meaning_for
from crm.imports.light import is_light
from crm.imports.models import ImportBatch
from crm.imports.steps import ImportSteps


def may_not_stay(file, kind: FileKind) -> bool:
    """Whether the file may be a log that is work for a worker, by its size or since it unpacks.
    Never for a kind whose files are no logs, however large they are.
    """
    return kind.by_session and not is_light(file)


def table_of_log(file, kind: FileKind):
    """A small log of a proxy as a table; any other file, or one of another kind, as it is. A large
    log is replaced later, by the job that reads it (``put_table_for_log``).
    """
    if not kind.by_session or may_not_stay(file, kind):
        return file
    return without_addresses(file)


def map_known(batch: ImportBatch, header: list[str], sample: list[list[str]]) -> None:
    """Map the columns as ``map_columns`` does; nothing is stored. Raises Unreadable for a log of
    another make, which has no header.
    """
    map_columns(batch, header, sample)
    refuse_without_header(batch)


STEPS = [
    ImportSteps(
        kinds=[kind.code for kind in KINDS],
        meaning=meaning_for,
        map_columns=map_known,
        problems=problems_of,
        opened=staged,
        preview=ActivityPreview,
        weighed=weigh,
        write=merge_into_activities,
        take_back=take_back,
        refuse_too_late=refuse_too_late,
        refuse=refuse_counter,
        before=table_of_log,
        may_not_stay=may_not_stay,
        put_table=put_table_for_log,
        tables=("crm_activity",),
    )
]
