"""Which system gave the numbers that a column of a file holds."""

from crm.imports.guessing import bare_name
from crm.imports.models import ImportBatch
from crm.readers.models import NumberSystem


def system_of(column: str) -> str:
    """Code of the system whose numbers a column of this name holds; empty where nobody can tell.

    What the library said of such a column last counts before what it is called.

    ``column``: its name as it stands in the file. Two statements at most.
    """
    same = ImportBatch.objects.filter(state=ImportBatch.State.DONE, mapping__number=column)
    said = same.order_by("-merged_at").values_list("source", flat=True).first()
    if said:
        return said

    bare = bare_name(column)
    for code, headers in NumberSystem.objects.values_list("code", "headers"):
        if bare in headers.split():
            return code
    return ""
