from django.urls import path

from crm.sources import views

urlpatterns = [
    path("desk/coverage/", views.coverage, name="coverage"),
    path("desk/coverage/closed/", views.closed_add, name="closed-add"),
    path("desk/coverage/lost/", views.lost_add, name="lost-add"),
    path("desk/coverage/lost/<int:pk>/remove/", views.lost_drop, name="lost-drop"),
    path("desk/coverage/kinds/", views.kinds_recorded, name="kinds-recorded"),
    path("desk/coverage/sources/<int:pk>/", views.source_edit, name="source-edit"),
]
