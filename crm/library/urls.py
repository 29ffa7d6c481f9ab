from django.urls import path

from crm.library import views

urlpatterns = [
    path("desk/library/", views.library_settings, name="library-settings"),
    path("desk/library/name/", views.library_name, name="library-name"),
    path("desk/library/colour/", views.library_colour, name="library-colour"),
    path("desk/library/costs/", views.library_costs, name="library-costs"),
    path("desk/library/changes/", views.library_changes, name="library-changes"),
    path("desk/library/logo/remove/", views.logo_remove, name="logo-remove"),
    path("pictures/<str:name>", views.picture, name="picture"),
]
