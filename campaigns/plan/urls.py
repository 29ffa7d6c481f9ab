from django.urls import path

from campaigns.plan.views import choices, listing, parts

urlpatterns = [
    path("desk/campaigns/", listing.campaign_list, name="campaign-list"),
    path("desk/campaigns/<int:pk>/matches/", choices.match_list, name="match-list"),
    path("desk/campaigns/<int:pk>/segments/", choices.campaign_segments, name="campaign-segments"),
    path(
        "desk/campaigns/<int:pk>/standards/<int:row>/amend/",
        choices.standard_amend,
        name="standard-amend",
    ),
    path("desk/campaigns/<int:pk>/tasks/<int:row>/done/", parts.task_done, name="task-done"),
    path("desk/campaigns/<int:pk>/parts/<slug:kind>/add/", parts.part_add, name="part-add"),
    path(
        "desk/campaigns/<int:pk>/parts/<slug:kind>/<int:row>/remove/",
        parts.part_remove,
        name="part-remove",
    ),
]
