from django.urls import path

from crm.views import segments

app_name = "crm"

urlpatterns = [
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
