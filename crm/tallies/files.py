"""Files of counts: their steps on the way of all imports."""

from crm.imports.steps import ImportSteps
from crm.tallies.cells import is_total
from crm.tallies.describing import map_columns, meaning_in
from crm.tallies.kinds import KINDS
from crm.tallies.loading import CountPreview, problems_of, read, weighed, write
from crm.tallies.undoing import take_back

STEPS = [
    ImportSteps(
        kinds=[kind.code for kind in KINDS],
        meaning=meaning_in,
        map_columns=map_columns,
        problems=problems_of,
        opened=read,
        preview=CountPreview,
        weighed=weighed,
        write=write,
        take_back=take_back,
        needless=is_total,
    )
]
