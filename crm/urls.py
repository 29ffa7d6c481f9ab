from django.urls import path

from crm.views import audit, imports, jobs, people, portal, segments, users

app_name = "crm"

urlpatterns = [
    path("after-login/", portal.after_login, name="after-login"),
    path("me/", portal.me, name="me"),
    path("me/consent/", portal.me_consent, name="me-consent"),
    path("me/download/", portal.me_download, name="me-download"),
    # readers and their import
    path("desk/readers/", people.reader_list, name="reader-list"),
    path("desk/readers/export.csv", people.reader_export, {"form": "csv"}, name="reader-export-csv"),
    path("desk/readers/export.xlsx", people.reader_export, {"form": "xlsx"}, name="reader-export-xlsx"),
    path("desk/readers/<int:pk>/", people.reader_detail, name="reader-detail"),
    path("desk/readers/<int:pk>/edit/", people.reader_edit, name="reader-edit"),
    path("desk/readers/<int:pk>/consent/", people.reader_consent, name="reader-consent"),
    path("desk/imports/", imports.import_list, name="import-list"),
    path("desk/imports/new/", imports.import_create, name="import-create"),
    path("desk/imports/<int:pk>/", imports.import_detail, name="import-detail"),
    path("desk/imports/<int:pk>/map/", imports.import_map, name="import-map"),
    path("desk/imports/<int:pk>/profile/", imports.import_profile, name="import-profile"),
    path("desk/imports/<int:pk>/preview/", imports.import_preview, name="import-preview"),
    path("desk/imports/<int:pk>/run/", imports.import_run, name="import-run"),
    path("desk/imports/<int:pk>/refused.csv", imports.import_refusals, name="import-refusals"),
    path("desk/imports/<int:pk>/undo/", imports.import_undo, name="import-undo"),
    # the house
    path("desk/jobs/", jobs.job_list, name="job-list"),
    path("desk/jobs/<int:pk>/", jobs.job_detail, name="job-detail"),
    path("desk/jobs/<int:pk>/progress/", jobs.job_progress, name="job-progress"),
    path("desk/jobs/<int:pk>/cancel/", jobs.job_cancel, name="job-cancel"),
    path("desk/audit/", audit.audit_list, name="audit-list"),
    path("desk/users/", users.user_list, name="user-list"),
    path("desk/users/<int:pk>/", users.user_edit, name="user-edit"),
    # segments
    path("desk/segments/", segments.segment_list, name="segment-list"),
    path("desk/segments/new/", segments.segment_create, name="segment-create"),
    path("desk/segments/count/", segments.segment_count, name="segment-count"),
    path("desk/segments/<int:pk>/", segments.segment_detail, name="segment-detail"),
    path("desk/segments/<int:pk>/edit/", segments.segment_edit, name="segment-edit"),
    path("desk/segments/<int:pk>/refresh/", segments.segment_refresh, name="segment-refresh"),
    path("desk/segments/<int:pk>/duplicate/", segments.segment_duplicate, name="segment-duplicate"),
    path("desk/segments/<int:pk>/delete/", segments.segment_delete, name="segment-delete"),
    path("desk/segments/<int:pk>/pins/", segments.segment_pin, name="segment-pin"),
    path("desk/segments/<int:pk>/pins/<int:pin>/remove/", segments.segment_unpin, name="segment-unpin"),
]
