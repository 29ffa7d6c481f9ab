from django.urls import path

from feedback.surveys.views import crosstab, desk, items, public, results, sharing

urlpatterns = [
    path("surveys/", public.survey_open_list, name="survey-open-list"),
    path("s/<slug:slug>/", public.survey_answer, name="survey-answer"),
    path("desk/surveys/", desk.survey_list, name="survey-list"),
    path("desk/surveys/new/", desk.survey_create, name="survey-create"),
    path("desk/surveys/links/", sharing.survey_links, name="survey-links"),
    path("desk/surveys/<int:pk>/", desk.survey_detail, name="survey-detail"),
    path("desk/surveys/<int:pk>/settings/", desk.survey_settings, name="survey-settings"),
    path("desk/surveys/<int:pk>/items/new/", items.item_edit, name="item-create"),
    path("desk/surveys/<int:pk>/items/preview/", items.item_preview, name="item-preview"),
    path("desk/surveys/<int:pk>/items/<int:ordinal>/", items.item_edit, name="item-edit"),
    path("desk/surveys/<int:pk>/items/<int:ordinal>/move/", items.item_move, name="item-move"),
    path(
        "desk/surveys/<int:pk>/items/<int:ordinal>/retire/", items.item_retire, name="item-retire"
    ),
    path("desk/surveys/<int:pk>/publish/", desk.survey_publish, name="survey-publish"),
    path("desk/surveys/<int:pk>/state/", desk.survey_state, name="survey-state"),
    path("desk/surveys/<int:pk>/duplicate/", desk.survey_duplicate, name="survey-duplicate"),
    path("desk/surveys/<int:pk>/share/", sharing.survey_share, name="survey-share"),
    path("desk/surveys/<int:pk>/poster/", sharing.survey_poster, name="survey-poster"),
    path("desk/surveys/<int:pk>/results/", results.survey_results, name="survey-results"),
    path("desk/surveys/<int:pk>/crosstab/", crosstab.survey_crosstab, name="survey-crosstab"),
    path("desk/surveys/<int:pk>/texts/", results.survey_texts, name="survey-texts"),
    path(
        "desk/surveys/<int:pk>/export.csv",
        results.survey_export_file,
        {"suffix": "csv"},
        name="survey-export-csv",
    ),
    path(
        "desk/surveys/<int:pk>/export.xlsx",
        results.survey_export_file,
        {"suffix": "xlsx"},
        name="survey-export-xlsx",
    ),
    path("desk/campaigns/<int:pk>/surveys/", sharing.campaign_panel, name="campaign-panel"),
]
