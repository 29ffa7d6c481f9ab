from django.urls import path

from analytics.compass import views

urlpatterns = [
    path("insight/loop/", views.loop, name="loop"),
    path("insight/loop/involvement/", views.loop_involvement, name="loop-involvement"),
    path("insight/loop/export/", views.loop_export, name="loop-export"),
    path(
        "insight/campaigns/<int:pk>/involvement/",
        views.campaign_involvement,
        name="campaign-involvement",
    ),
    path("insight/compared/", views.campaign_comparison, name="campaign-comparison"),
    path("insight/compared/export/", views.comparison_export, name="comparison-export"),
    path("insight/case/", views.observation_list, name="observation-list"),
]
