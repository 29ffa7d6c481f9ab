from django.urls import path

from campaigns.hosts import views

urlpatterns = [
    path("desk/links/hosts/", views.host_list, name="host-list"),
    path("desk/links/hosts/<int:pk>/remove/", views.host_remove, name="host-remove"),
]
