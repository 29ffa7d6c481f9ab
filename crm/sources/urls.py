from django.urls import path

from crm.sources import views

urlpatterns = [
    path("desk/coverage/", views.coverage, name="coverage"),
    path("desk/coverage/closed/", views.closed_add, name="closed-add"),
    path("desk/coverage/closed/<int:pk>/remove/", views.closed_drop, name="closed-drop"),
    path("desk/coverage/sources/<int:pk>/", views.source_edit, name="source-edit"),
]
