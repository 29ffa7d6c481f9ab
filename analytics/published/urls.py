from django.urls import path

from analytics.published import views

urlpatterns = [
    path("insight/published/", views.published, name="published"),
    path("insight/published/look/", views.look_through, name="look-through"),
]
