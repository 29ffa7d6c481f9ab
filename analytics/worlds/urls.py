from django.urls import path

from analytics.worlds import views

urlpatterns = [path("insight/worlds/", views.worlds, name="worlds")]
