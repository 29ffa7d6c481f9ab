from django.urls import path

from campaigns.links import views

urlpatterns = [
    path("desk/links/", views.link_list, name="link-list"),
    path("desk/campaigns/<int:pk>/links/new/", views.link_create, name="link-create"),
    path("go/<str:code>", views.click, name="click"),
    path("go/<str:code>/<str:key>", views.click, name="click-key"),
    path("desk/links/<int:pk>/poster/", views.link_poster, name="link-poster"),
]
