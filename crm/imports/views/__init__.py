"""Pages of an import: one way for all kinds of file, by the door of its room."""

from crm.imports.views.door import ImportDoor
from crm.imports.views.steps import import_create, import_list

__all__ = ["ImportDoor", "import_create", "import_list"]
