from django.urls import path

from crm.segments.views import building, detail, listing, overlap, pins

urlpatterns = [
    path("desk/segments/", listing.segment_list, name="segment-list"),
    path("desk/segments/new/", building.segment_create, name="segment-create"),
    path("desk/segments/count/", building.segment_count, name="segment-count"),
    path("desk/segments/sample/", building.segment_sample, name="segment-sample"),
    path("desk/segments/traits/", building.segment_trait_values, name="segment-trait-values"),
    path("desk/segments/overlap/", overlap.segment_overlap, name="segment-overlap"),
    path("desk/segments/<int:pk>/", detail.segment_detail, name="segment-detail"),
    path("desk/segments/<int:pk>/edit/", building.segment_edit, name="segment-edit"),
    path("desk/segments/<int:pk>/refresh/", detail.segment_refresh, name="segment-refresh"),
    path("desk/segments/<int:pk>/duplicate/", detail.segment_duplicate, name="segment-duplicate"),
    path("desk/segments/<int:pk>/delete/", detail.segment_delete, name="segment-delete"),
    path("desk/segments/<int:pk>/pins/", pins.segment_pin, name="segment-pin"),
    path("desk/segments/<int:pk>/pins/<int:pin>/remove/", pins.segment_unpin, name="segment-unpin"),
]
