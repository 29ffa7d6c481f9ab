from django.urls import path

from crm.tallies import views

ONE = "desk/imports/counts/<int:pk>/"

urlpatterns = [
    path(ONE, views.tally_import_detail, name="tally-import-detail"),
    path(f"{ONE}check/", views.tally_import_check, name="tally-import-check"),
    path(f"{ONE}map/", views.tally_import_map, name="tally-import-map"),
    path(f"{ONE}preview/", views.tally_import_preview, name="tally-import-preview"),
    path(f"{ONE}run/", views.tally_import_run, name="tally-import-run"),
    path(f"{ONE}refused.csv", views.tally_import_refusals, name="tally-import-refusals"),
    path(f"{ONE}undo/", views.tally_import_undo, name="tally-import-undo"),
    path("desk/counts/", views.tally_list, name="tally-list"),
    path("desk/counts/export.csv", views.tally_export, name="tally-export"),
    path("desk/counts/<int:pk>/correct/", views.tally_correct, name="tally-correct"),
    path("desk/counts/<int:pk>/release/", views.tally_release, name="tally-release"),
]
