from django.urls import path

from campaigns.contents import views

urlpatterns = [
    path("desk/campaigns/<int:pk>/contents/new/", views.content_create, name="content-create"),
    path("desk/contents/preview/", views.content_preview, name="content-preview"),
    path("desk/contents/<int:pk>/edit/", views.content_edit, name="content-edit"),
]
