from django.urls import path

from campaigns.experiments import views

urlpatterns = [
    path("desk/programme/", views.programme, name="programme"),
    path("desk/programme/<int:pk>/stop/", views.programme_stop, name="programme-stop"),
]
