from django.urls import path

from crm.standings import views

urlpatterns = [
    path("desk/readers/<int:pk>/standings/", views.reader_standings, name="reader-standings"),
    path("desk/readers/<int:pk>/standings/add/", views.standing_add, name="standing-add"),
    path("desk/standings/<int:pk>/edit/", views.standing_edit, name="standing-edit"),
    path("desk/standings/<int:pk>/remove/", views.standing_remove, name="standing-remove"),
]
