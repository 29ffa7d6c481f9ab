from django.urls import path

from feedback.portal import views

urlpatterns = [
    path("", views.home, name="home"),
]
