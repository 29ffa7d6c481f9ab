from django.urls import path

from campaigns.room.views import beginning, detail, mix, promise, steps

urlpatterns = [
    path("desk/campaigns/new/", beginning.campaign_create, name="campaign-create"),
    path("desk/campaigns/seasons/", beginning.season_audiences, name="season-audiences"),
    path("desk/campaigns/<int:pk>/", detail.campaign_detail, name="campaign-detail"),
    path("desk/campaigns/<int:pk>/edit/", steps.campaign_edit, name="campaign-edit"),
    path(
        "desk/campaigns/<int:pk>/leave/<slug:phase>/",
        steps.campaign_advance,
        name="campaign-advance",
    ),
    path("desk/campaigns/<int:pk>/close/", steps.campaign_close, name="campaign-close"),
    path("desk/campaigns/<int:pk>/draft/", steps.campaign_draft, name="campaign-draft"),
    path("desk/campaigns/<int:pk>/budget/", steps.budget_change, name="budget-change"),
    path("desk/campaigns/<int:pk>/mix/", mix.plan_edit, name="plan-edit"),
    path("desk/campaigns/<int:pk>/promise/", promise.promise_edit, name="promise-edit"),
    path("desk/campaigns/<int:pk>/arms/", promise.arms_edit, name="arms-edit"),
]
