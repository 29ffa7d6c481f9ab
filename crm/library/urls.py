from django.urls import path

from crm.library import views

urlpatterns = [
    path("desk/library/", views.library_settings, name="library-settings"),
    path("desk/library/name/", views.library_name, name="library-name"),
    path("desk/library/logo/remove/", views.logo_remove, name="logo-remove"),
    path("pictures/<str:name>", views.picture, name="picture"),
]
