from django.urls import path

from crm.imports import preview_pages, views

urlpatterns = [
    path("desk/imports/", views.import_list, name="import-list"),
    path("desk/imports/new/", views.import_create, name="import-create"),
    path("desk/imports/<int:pk>/", views.import_detail, name="import-detail"),
    path("desk/imports/<int:pk>/check/", views.import_check, name="import-check"),
    path("desk/imports/<int:pk>/map/", views.import_map, name="import-map"),
    path("desk/imports/<int:pk>/reading/", views.import_reading, name="import-reading"),
    path("desk/imports/<int:pk>/profile/", views.import_profile, name="import-profile"),
    path("desk/imports/<int:pk>/preview/", preview_pages.import_preview, name="import-preview"),
    path("desk/imports/<int:pk>/count/", preview_pages.import_count, name="import-count"),
    path("desk/imports/<int:pk>/run/", preview_pages.import_run, name="import-run"),
    path("desk/imports/<int:pk>/refused.csv", views.import_refusals, name="import-refusals"),
    path("desk/imports/<int:pk>/undo/", views.import_undo, name="import-undo"),
]
