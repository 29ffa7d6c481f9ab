from django.urls import path

from crm.imports.views import ImportDoor, import_create, import_list, preview, steps, tables
from crm.imports.views.readers import READERS

#: The pages of one import behind its number: the same for every kind of file.
PAGES = {
    "detail": ("", steps.import_detail),
    "check": ("check/", steps.import_check),
    "map": ("map/", steps.import_map),
    "reading": ("reading/", steps.import_reading),
    "profile": ("profile/", steps.import_profile),
    "preview": ("preview/", preview.import_preview),
    "count": ("count/", preview.import_count),
    "run": ("run/", preview.import_run),
    "refusals": ("refused.csv", steps.import_refusals),
    "undo": ("undo/", steps.import_undo),
    "table": ("table/", tables.import_table),
    "tables": ("tables/", tables.import_tables),
    "discard": ("discard/", steps.import_discard),
}


def pages_of(door: ImportDoor, at: str) -> list:
    """The addresses of one import's pages below ``at``, named as the door says."""
    return [
        path(f"{at}<int:pk>/{end}", view, {"door": door}, name=f"{door.pages}-{step}")
        for step, (end, view) in PAGES.items()
    ]


urlpatterns = [
    path("desk/imports/", import_list, name="import-list"),
    path("desk/imports/new/", import_create, name="import-create"),
    *pages_of(READERS, "desk/imports/"),
]
