from django.urls import path

from campaigns.plan import views

urlpatterns = [
    path("desk/campaigns/", views.campaign_list, name="campaign-list"),
    path("desk/campaigns/new/", views.campaign_create, name="campaign-create"),
    path("desk/campaigns/<int:pk>/matches/", views.match_list, name="match-list"),
    path("desk/campaigns/<int:pk>/segments/", views.campaign_segments, name="campaign-segments"),
    path(
        "desk/campaigns/<int:pk>/standards/<int:row>/amend/",
        views.standard_amend,
        name="standard-amend",
    ),
    path("desk/campaigns/<int:pk>/tasks/<int:row>/done/", views.task_done, name="task-done"),
    path("desk/campaigns/<int:pk>/parts/<slug:kind>/add/", views.part_add, name="part-add"),
    path(
        "desk/campaigns/<int:pk>/parts/<slug:kind>/<int:row>/remove/",
        views.part_remove,
        name="part-remove",
    ),
]
