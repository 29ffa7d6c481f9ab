from django.urls import path

from crm.activities import views

ONE = "desk/imports/activities/<int:pk>/"

urlpatterns = [
    path("desk/coverage/nameless/", views.nameless_visits, name="nameless-visits"),
    path(
        "desk/imports/activities/new/",
        views.activity_import_create,
        name="activity-import-create",
    ),
    path(ONE, views.activity_import_detail, name="activity-import-detail"),
    path(f"{ONE}check/", views.activity_import_check, name="activity-import-check"),
    path(f"{ONE}map/", views.activity_import_map, name="activity-import-map"),
    path(f"{ONE}preview/", views.activity_import_preview, name="activity-import-preview"),
    path(f"{ONE}run/", views.activity_import_run, name="activity-import-run"),
    path(f"{ONE}refused.csv", views.activity_import_refusals, name="activity-import-refusals"),
    path(f"{ONE}undo/", views.activity_import_undo, name="activity-import-undo"),
]
