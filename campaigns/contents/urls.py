from django.urls import path

from campaigns.contents import views

urlpatterns = [
    path("desk/campaigns/<int:pk>/contents/new/", views.content_create, name="content-create"),
    path(
        "desk/campaigns/<int:pk>/contents/take-over/",
        views.content_take_over,
        name="content-take-over",
    ),
    path("desk/contents/preview/", views.content_preview, name="content-preview"),
    path("desk/contents/<int:pk>/edit/", views.content_edit, name="content-edit"),
    path("desk/contents/<int:pk>/picture/", views.content_picture, name="content-picture"),
    path(
        "desk/contents/<int:pk>/picture/remove/",
        views.content_picture_remove,
        name="content-picture-remove",
    ),
]
