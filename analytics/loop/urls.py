from django.urls import path

from analytics.loop.views import calibration, deciding, decisions, evaluations, panels

urlpatterns = [
    path("insight/calibration/", calibration.calibration, name="calibration"),
    path("insight/decisions/", decisions.decision_list, name="decision-list"),
    path("insight/adjustments/<int:pk>/", decisions.adjustment_detail, name="adjustment-detail"),
    path(
        "insight/adjustments/<int:pk>/decide/",
        decisions.adjustment_decide,
        name="adjustment-decide",
    ),
    path(
        "insight/adjustments/<int:pk>/second/",
        decisions.adjustment_second,
        name="adjustment-second",
    ),
    path("insight/evaluations/", evaluations.evaluation_list, name="evaluation-list"),
    path("insight/evaluations/<int:pk>/", evaluations.evaluation_detail, name="evaluation-detail"),
    path(
        "insight/evaluations/<int:pk>/export/",
        evaluations.evaluation_export,
        name="evaluation-export",
    ),
    path("insight/evaluations/<int:pk>/pdf/", evaluations.evaluation_pdf, name="evaluation-pdf"),
    path("insight/evaluations/<int:pk>/rows/", evaluations.evaluation_rows, name="evaluation-rows"),
    path("insight/findings/<int:pk>/rows/", evaluations.finding_rows, name="finding-rows"),
    path("insight/evaluations/<int:pk>/send/", deciding.evaluation_send, name="evaluation-send"),
    path("insight/campaigns/<int:pk>/decide/", deciding.campaign_decide, name="campaign-decide"),
    path(
        "insight/campaigns/<int:pk>/evaluate/",
        evaluations.campaign_evaluate,
        name="campaign-evaluate",
    ),
    path("insight/campaigns/<int:pk>/draft/", panels.campaign_draft, name="campaign-draft"),
    path("insight/campaigns/<int:pk>/panel/", panels.campaign_panel, name="campaign-panel"),
    path(
        "insight/campaigns/<int:pk>/previous/", panels.campaign_previous, name="campaign-previous"
    ),
]
