from django.urls import path

from analytics.month import views

urlpatterns = [
    path("insight/", views.month, name="month"),
    path("insight/month/<str:month>/", views.month_detail, name="month-detail"),
    path("insight/targets/", views.target_edit, name="target-edit"),
    path("insight/facts/", views.facts_compute, name="facts-compute"),
]
