from django.urls import path

from crm.segments import views

urlpatterns = [
    path("desk/segments/", views.segment_list, name="segment-list"),
    path("desk/segments/new/", views.segment_create, name="segment-create"),
    path("desk/segments/count/", views.segment_count, name="segment-count"),
    path("desk/segments/<int:pk>/", views.segment_detail, name="segment-detail"),
    path("desk/segments/<int:pk>/edit/", views.segment_edit, name="segment-edit"),
    path("desk/segments/<int:pk>/refresh/", views.segment_refresh, name="segment-refresh"),
    path("desk/segments/<int:pk>/duplicate/", views.segment_duplicate, name="segment-duplicate"),
    path("desk/segments/<int:pk>/delete/", views.segment_delete, name="segment-delete"),
    path("desk/segments/<int:pk>/pins/", views.segment_pin, name="segment-pin"),
    path(
        "desk/segments/<int:pk>/pins/<int:pin>/remove/", views.segment_unpin, name="segment-unpin"
    ),
]
