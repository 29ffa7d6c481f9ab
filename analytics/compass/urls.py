from django.urls import path

from analytics.compass import views

urlpatterns = [
    path("insight/loop/", views.loop, name="loop"),
    path("insight/case/", views.observation_list, name="observation-list"),
]
