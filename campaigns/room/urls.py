from django.urls import path

from campaigns.room import views

urlpatterns = [
    path("desk/campaigns/<int:pk>/", views.campaign_detail, name="campaign-detail"),
    path("desk/campaigns/<int:pk>/edit/", views.campaign_edit, name="campaign-edit"),
    path(
        "desk/campaigns/<int:pk>/leave/<slug:phase>/",
        views.campaign_advance,
        name="campaign-advance",
    ),
    path("desk/campaigns/<int:pk>/close/", views.campaign_close, name="campaign-close"),
    path("desk/campaigns/<int:pk>/draft/", views.campaign_draft, name="campaign-draft"),
    path("desk/campaigns/<int:pk>/budget/", views.budget_change, name="budget-change"),
    path("desk/campaigns/<int:pk>/mix/", views.plan_edit, name="plan-edit"),
]
