"""Which system gave the numbers that a column of a file holds."""

from dataclasses import dataclass

from core.kinds import FileKind
from crm.imports.guessing import bare_name, layout_of
from crm.imports.models import ImportBatch
from crm.readers.kinds import IDENTITIES, PATRONS
from crm.readers.models import Identity, NumberSystem, Reader


@dataclass(frozen=True)
class FormerFile:
    """A file that came in before: the code of the system of its numbers, and its name."""

    system: str
    filename: str


def system_of(column: str, header: list[str], kind: FileKind) -> str:
    """Code of the system whose numbers the column holds; empty where nobody can tell.

    Only a name that is some system's tells anything; what the library said of a column of that
    name last counts before the register. Numbers of any other name (编号) may be of one system in
    one file and of another in the next: they are asked for, each time.

    ``header``: the names of all columns of the file, which may be one of a known system. Three
    statements at most.
    """
    named = named_in_layout(column, header, kind) or named_system(column)
    if not named:
        return ""
    former = said_before(column)
    return former.system if former else named


def named_in_layout(column: str, header: list[str], kind: FileKind) -> str:
    """Code of the system that the file's layout says the column is of; empty where it says none,
    or the library has no such system. One statement at most.
    """
    code = layout_of(header, kind).numbers.get(bare_name(column), "")
    if code and NumberSystem.objects.filter(code=code).exists():
        return code
    return ""


def named_system(column: str) -> str:
    """Code of the system that is called like the column, in one of its writings; else empty. One
    statement.
    """
    bare = bare_name(column)
    for code, headers in NumberSystem.objects.values_list("code", "headers"):
        if bare in headers.split():
            return code
    return ""


def systems_in_use() -> set[str]:
    """Codes of the systems in which readers bear numbers, first or further ones. Two statements."""
    first = Reader.objects.order_by().values_list("source", flat=True).distinct()
    further = Identity.objects.order_by().values_list("system", flat=True).distinct()
    return {*first, *further}


def said_before(column: str) -> FormerFile | None:
    """The last file of readers whose numbers stood in a column of this name: whoever mapped it said
    whose they are. One statement.
    """
    same = ImportBatch.objects.filter(
        state=ImportBatch.State.DONE, takes__in=(PATRONS, IDENTITIES), mapping__number=column
    )
    found = same.order_by("-merged_at").values_list("source", "filename").first()
    return FormerFile(*found) if found else None
