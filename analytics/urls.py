from django.urls import path

from analytics.views import decisions, evaluations, loop, month, panels, today

app_name = "analytics"

urlpatterns = [
    path("desk/", today.today, name="today"),
    path("insight/", month.month, name="month"),
    path("insight/month/<str:month>/", month.month_detail, name="month-detail"),
    path("insight/targets/", month.target_edit, name="target-edit"),
    path("insight/facts/", month.facts_compute, name="facts-compute"),
    path("insight/decisions/", decisions.decision_list, name="decision-list"),
    path("insight/adjustments/<int:pk>/", decisions.adjustment_detail, name="adjustment-detail"),
    path("insight/adjustments/<int:pk>/decide/", decisions.adjustment_decide, name="adjustment-decide"),
    path("insight/evaluations/", evaluations.evaluation_list, name="evaluation-list"),
    path("insight/evaluations/<int:pk>/", evaluations.evaluation_detail, name="evaluation-detail"),
    path("insight/evaluations/<int:pk>/export/", evaluations.evaluation_export, name="evaluation-export"),
    path("insight/findings/<int:pk>/rows/", evaluations.finding_rows, name="finding-rows"),
    path("insight/loop/", loop.loop, name="loop"),
    path("insight/case/", loop.observation_list, name="observation-list"),
    path("insight/campaigns/<int:pk>/evaluate/", evaluations.campaign_evaluate, name="campaign-evaluate"),
    path("insight/campaigns/<int:pk>/draft/", panels.campaign_draft, name="campaign-draft"),
    path("insight/campaigns/<int:pk>/panel/", panels.campaign_panel, name="campaign-panel"),
    path("insight/campaigns/<int:pk>/previous/", panels.campaign_previous, name="campaign-previous"),
]
