"""What the pages of an import show of one room's files: all else is the same for all of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.forms import Form
from crm.imports.found import FilePreview
from crm.imports.models import ImportBatch
from crm.staff.models import User

#: Pages of an import that templates lead to.
STEPS = (
    "map",
    "reading",
    "profile",
    "check",
    "preview",
    "count",
    "run",
    "refusals",
    "undo",
    "table",
    "tables",
    "discard",
)


def nothing_more(_batch: ImportBatch, _found: Any = None) -> dict:
    """Most pages say nothing beside what is said of every import."""
    return {}


def no_cells(_found: FilePreview) -> list[list]:
    """Of a preview in which nobody stands."""
    return []


@dataclass(frozen=True)
class ImportDoor:
    """How the files of one room come in by pages.

    ``kinds``: codes of the kinds of file whose pages these are; ``pages``: how the names of the
    pages begin. ``form`` asks what the columns are, and ``take(batch, form, by)`` is the verb that
    follows it; ``columns(batch, form)`` is what its page says besides. ``told(batch, found)`` is
    what the preview says besides, in the template ``preview``; ``cells(found)`` are the cells of it
    that may name somebody. ``button(found)`` says what pressing it brings in. ``ended(batch)`` is
    what the report says besides, in the template ``report``. ``groups``: other names for groups of
    rows. ``same``: the template that says that exactly this file came in before; ``undo(batch)``
    says what taking it back would do.
    """

    kinds: list[str]
    pages: str
    form: type[Form]
    take: Callable[[ImportBatch, Any, User], None]
    preview: str
    report: str
    button: Callable[[Any], str]
    undo: Callable[[ImportBatch], str]
    same: str = "crm/imports/_same_file.html"
    lead: str = ""
    columns: Callable[[ImportBatch, Any], dict] = nothing_more
    told: Callable[[ImportBatch, Any], dict] = nothing_more
    cells: Callable[[Any], list[list]] = no_cells
    ended: Callable[[ImportBatch], dict] = nothing_more
    groups: dict[str, Any] = field(default_factory=dict)

    def batch_of(self, request, pk) -> ImportBatch:
        """The import, where this user may see it and it came by this door; 404 else."""
        visible = ImportBatch.objects.visible_to(request.user).filter(takes__in=self.kinds)
        return visible.select_related("job", "profile", "created_by").get_or_404(pk)

    @property
    def at(self) -> dict[str, str]:
        """{step: name of its page}, for templates: ``{% url door.at.map batch.pk %}``."""
        return {step: f"crm:{self.pages}-{step}" for step in STEPS}
